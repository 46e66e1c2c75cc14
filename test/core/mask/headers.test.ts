import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { maskHeaders } from '../../../src/core/mask/headers.ts';
import { maskJson } from '../../../src/core/mask/json.ts';
import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { createMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { makeCanaries } from '../../helpers/canaries.ts';

const secret = `S-${randomBytes(12).toString('hex')}`;
const foreign = `gänsefüß-${randomBytes(6).toString('hex')}`;
const known = new KnownValues();
known.add(secret, 'a');
known.add(foreign, 'b');
const placeholders = new Placeholders(randomBytes(32));
const masker = createMasker({ known, placeholders });
const standIn = (value: string): string => placeholders.issue('known', Buffer.from(value));

const sentinel = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

/** Masks a call and its headers; returns both as the server sees them. */
function call(params: unknown, headers: Record<string, string>) {
  const raw = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }));
  const masked = maskJson(raw, {
    masker,
    typeOf: () => ({ kind: 'request', method: 'tools/call' }),
    batch: false,
  });
  const { fields, blocked, passed } = maskHeaders(headers, masked, masker);
  return {
    body: JSON.parse(Buffer.from(masked.bytes).toString()) as {
      params: { name: string; arguments: Record<string, string> };
    },
    fields,
    blocked,
    passed,
  };
}

describe('headers that repeat the body', () => {
  test('equal the masked body', () => {
    const { body, fields } = call(
      { name: `run-${secret}`, arguments: { region: `eu ${secret}!`, plain: 'x' } },
      {
        'mcp-name': `run-${secret}`,
        'mcp-param-region': `eu ${secret}!`,
        'mcp-param-plain': 'x',
        'mcp-method': 'tools/call',
      },
    );
    expect(fields).toEqual({
      'mcp-name': body.params.name,
      'mcp-param-region': body.params.arguments['region'],
      'mcp-param-plain': 'x',
      'mcp-method': 'tools/call',
    });
    expect(fields['mcp-name']).toBe(`run-${standIn(secret)}`);
  });

  test('are read where they are encoded, and encoded again only where they must be', () => {
    const { fields } = call(
      { name: 'x', arguments: { a: `é ${secret}`, b: secret, c: 'é', d: foreign } },
      {
        'mcp-param-a': sentinel(`é ${secret}`),
        'mcp-param-b': sentinel(secret),
        'mcp-param-c': sentinel('é'),
        'mcp-param-d': sentinel(foreign),
      },
    );
    expect(fields).toEqual({
      'mcp-param-a': sentinel(`é ${standIn(secret)}`),
      'mcp-param-b': standIn(secret),
      'mcp-param-c': sentinel('é'),
      'mcp-param-d': standIn(foreign),
    });
  });

  test('what would be read as encoded is encoded', () => {
    const text = `=?base64?${secret}?=`;
    const { fields, body } = call({ name: 'x', arguments: { a: text } }, { 'mcp-param-a': sentinel(text) });
    expect(fields['mcp-param-a']).toBe(sentinel(`=?base64?${standIn(secret)}?=`));
    expect(body.params.arguments['a']).toBe(`=?base64?${standIn(secret)}?=`);
  });

  test('space at an end is encoded', () => {
    const { fields } = call(
      { name: 'x', arguments: { a: ` ${secret}` } },
      { 'mcp-param-a': sentinel(` ${secret}`) },
    );
    expect(fields['mcp-param-a']).toBe(sentinel(` ${standIn(secret)}`));
  });

  test('a number is repeated as what stands in its place', () => {
    const digits = '918273645546372819';
    known.add(digits, 'c');
    const { body, fields } = call(
      { name: 'x', arguments: { password: 918273645546372819n.toString() } },
      { 'mcp-param-password': digits },
    );
    expect(fields['mcp-param-password']).toBe(body.params.arguments['password']);
    expect(fields['mcp-param-password']).not.toContain(digits);
  });

  test('follow the body where only its place there makes it a secret', () => {
    const password = `Tr0ub4dor&${randomBytes(3).toString('hex')}`;
    const { body, fields } = call({ name: 'x', arguments: { password } }, { 'mcp-param-word': password });
    expect(body.params.arguments['password']).toMatch(/^hpm_/);
    expect(fields['mcp-param-word']).toBe(body.params.arguments['password']);
  });

  test('one that repeats nothing is masked by itself', () => {
    const { fields, blocked } = call(
      { name: 'x' },
      { 'mcp-param-other': `key ${secret}`, 'mcp-name': secret },
    );
    expect(fields).toEqual({ 'mcp-param-other': `key ${standIn(secret)}`, 'mcp-name': standIn(secret) });
    expect(blocked).toEqual([]);
  });

  test('one without a secret stays as it was written, sentinel and all', () => {
    const headers = {
      'mcp-param-a': sentinel('plain'),
      'mcp-param-b': '=?base64?not base64?=',
      'mcp-name': 'tool',
    };
    expect(call({ name: 'tool', arguments: { a: 'plain' } }, headers).fields).toEqual(headers);
  });
});

describe('headers that nothing may change', () => {
  test.each(['mcp-session-id', 'last-event-id', 'accept', 'mcp-protocol-version', 'mcp-method'])(
    '%s with a known secret blocks',
    (name) => {
      const { fields, blocked } = call({ name: 'x' }, { [name]: `a${secret}b`, 'mcp-name': 'x' });
      expect(blocked).toEqual([expect.objectContaining({ rule: 'known', at: `header ${name}` })]);
      expect(JSON.stringify(blocked)).not.toContain(secret);
      expect(fields).toEqual({ 'mcp-name': 'x' });
    },
  );

  test.each(['accept', 'mcp-protocol-version', 'mcp-method', 'mcp-made-up'])(
    '%s with a vendor’s token blocks, known or not',
    (name) => {
      const { githubToken } = makeCanaries();
      const { fields, blocked } = call({ name: 'x' }, { [name]: `a ${githubToken.value}` });
      expect(blocked).toEqual([expect.objectContaining({ at: `header ${name}` })]);
      expect(fields).toEqual({});
    },
  );

  test('encoded it blocks as well', () => {
    expect(
      call({ name: 'x' }, { 'mcp-session-id': Buffer.from(secret).toString('base64url') }).blocked,
    ).toHaveLength(1);
  });

  test('whatever else is in them passes', () => {
    const headers = {
      'mcp-session-id': randomBytes(24).toString('base64url'),
      accept: 'application/json, text/event-stream',
    };
    expect(call({ name: 'x' }, headers)).toMatchObject({ fields: headers, blocked: [] });
  });
});
