import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { CentralRules } from '../../../src/core/mask/central/central.ts';
import { bothMaskings } from '../../../src/core/mask/central/both-maskings.ts';
import { Exceptions, type ValueException } from '../../../src/core/mask/exceptions.ts';
import { joinOverlapping } from '../../../src/core/mask/edits.ts';
import { holdsSecret, maskHeaders } from '../../../src/core/mask/headers.ts';
import { createMasker, type LiveMasker, type MaskerParts } from '../../../src/core/mask/masker.ts';
import { maskJson, maskJsonInSlices } from '../../../src/core/mask/json.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { toEdits } from '../../../src/core/mask/replacement.ts';
import { runWhole } from '../../../src/core/slices.ts';
import { centralRules } from '../../app/policy/central-fixtures.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { bytes, githubToken, jsonWebToken, maskedText, random, streamed } from './fixtures.ts';

const KEY = new Uint8Array(32).fill(7);

function placeholderOf(value: string, encoding: 'plain' | 'base64url' = 'plain', rule = 'x'): string {
  return new Placeholders(KEY).issue(rule, bytes(value), encoding);
}

type Parts = Omit<MaskerParts, 'placeholders' | 'exceptions'>;

function excepting(values: readonly (string | ValueException)[], parts: Parts = {}): LiveMasker {
  const exceptions = new Exceptions(
    values.map((one) => (typeof one === 'string' ? { placeholder: one, rule: undefined } : one)),
  );
  return createMasker({ ...parts, placeholders: new Placeholders(KEY), exceptions });
}

const TOKEN = githubToken();
const OTHER = githubToken(2);

describe('a value that is excepted', () => {
  test('passes as it is, and is told of without its value', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    const text = bytes(`one ${TOKEN} two`);
    const { bytes: out, edits, passed } = by.maskText(text);
    expect(out).toBe(text);
    expect(edits).toEqual([]);
    expect(passed).toMatchObject([{ start: 4, end: 4 + TOKEN.length, kind: 'vendor' }]);
    expect(by.placeholders.isIssued(passed[0]?.placeholder ?? '')).toBe(true);
    expect(JSON.stringify(passed)).not.toContain(TOKEN);
  });

  test('is told once by a stream that settles, which may go on for ever and keeps nothing of it', () => {
    const stream = excepting([placeholderOf(TOKEN)]).stream();
    const line = bytes(`is ${TOKEN}, ${OTHER}, \n`);
    for (let at = 0; at < 3 * line.length; at += line.length) {
      const { edits, passed } = stream.settle(line);
      expect(passed).toMatchObject([{ start: at + 3, end: at + 3 + TOKEN.length }]);
      expect(edits).toMatchObject([{ start: at + 5 + TOKEN.length, end: at + line.length - 3 }]);
    }
    expect([stream.edits, stream.passed]).toEqual([[], []]);
  });

  test('is that value alone', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    expect(maskedText(by, `${TOKEN} ${OTHER}`)).toMatch(new RegExp(`^${TOKEN} hpm_\\w+$`));
    expect(maskedText(by, `${TOKEN}x`)).not.toBe(TOKEN);
  });

  test('is it in another workspace only if it is excepted there', () => {
    const there = new Placeholders(new Uint8Array(32).fill(8)).issue('x', bytes(TOKEN));
    expect(maskedText(excepting([there]), TOKEN)).toMatch(/^hpm_/);
  });

  test('passes wherever the streams are cut', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    const text = bytes(`a ${TOKEN} b ${OTHER} c`);
    const whole = by.maskText(text);
    for (const cut of everyCut(text)) {
      const stream = by.stream();
      const out = Buffer.concat([...cut.map((piece) => stream.push(piece)), stream.flush()]);
      expect(out).toEqual(Buffer.from(whole.bytes));
      expect(stream.passed).toEqual(whole.passed);
      expect(stream.edits).toEqual(whole.edits);
    }
  });

  test('is told of by its place in all of a long stream', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    const stream = by.stream();
    const line = bytes(`${'so it is '.repeat(100)}${TOKEN}\n`);
    for (let i = 0; i < 300; i += 1) stream.push(line);
    stream.flush();
    expect(stream.passed.map(({ end }) => end)).toEqual(
      Array.from({ length: 300 }, (_, i) => (i + 1) * line.length - 1),
    );
  });

  test('passes for the rule that is named, and for no other', () => {
    const [{ rule } = { rule: '' }] = excepting([]).inspect(bytes(TOKEN));
    const placeholder = placeholderOf(TOKEN);
    expect(maskedText(excepting([{ placeholder, rule }]), TOKEN)).toBe(TOKEN);
    expect(maskedText(excepting([{ placeholder, rule: 'other' }]), TOKEN)).toMatch(/^hpm_/);
    const both = [
      { placeholder, rule: 'other' },
      { placeholder, rule: undefined },
    ];
    expect(maskedText(excepting(both), TOKEN)).toBe(TOKEN);
    expect(maskedText(excepting(both.toReversed()), TOKEN)).toBe(TOKEN);
  });

  test('passes in base64 as well; in base64url, where it has another placeholder, only by that', () => {
    const text = `~~~~token is ${TOKEN} it is??>>`;
    const plain = Buffer.from(text).toString('base64');
    const url = Buffer.from(text).toString('base64url');
    expect(url).toMatch(/[-_]/);
    const one = excepting([placeholderOf(TOKEN)]);
    expect(one.maskText(bytes(plain)).passed).toMatchObject([{ start: 0, end: plain.length }]);
    expect(maskedText(one, plain)).toBe(plain);
    expect(maskedText(one, url)).not.toBe(url);
    const both = excepting([placeholderOf(TOKEN, 'base64url')]);
    expect(maskedText(both, url)).toBe(url);
    expect(maskedText(both, plain)).not.toBe(plain);
  });

  test('leaves masked what else an encoded text holds', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    const text = Buffer.from(`one is ${TOKEN} and the other is ${OTHER}`).toString('base64');
    const out = Buffer.from(maskedText(by, text), 'base64').toString();
    expect(out).toContain(`one is ${TOKEN} and`);
    expect(out).not.toContain(OTHER);
  });

  test('passes in no masker that is strict', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    expect(maskedText(by.strict, TOKEN)).toMatch(/^hpm_/);
    expect(by.strict.maskText(bytes(TOKEN)).passed).toEqual([]);
    expect(by.current().strict.inspect(bytes(TOKEN))).toHaveLength(1);
  });

  test('passes only as long as the policy in force lets exceptions be used', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    by.use(undefined);
    expect(maskedText(by, TOKEN)).toMatch(/^hpm_/);
    by.use(undefined, 'allow');
    expect(maskedText(by, TOKEN)).toBe(TOKEN);
    by.use(undefined, 'deny');
    expect(maskedText(by, TOKEN)).toMatch(/^hpm_/);
  });
});

describe('what no exception lets pass', () => {
  test.each(['plain', 'base64', 'hex'] as const)('a known value, %s', (encoding) => {
    const by = excepting([placeholderOf(TOKEN), placeholderOf(TOKEN, 'base64url')]);
    const text = encoding === 'plain' ? TOKEN : Buffer.from(`~ ${TOKEN} ~`).toString(encoding);
    expect(maskedText(by, text)).toBe(text);
    by.known.add(TOKEN, 'what was minted', { sure: true });
    expect(maskedText(by, text)).not.toBe(text);
    expect(by.maskText(bytes(text)).passed).toEqual([]);
  });

  test('a known value within one that passes', () => {
    const known = random('alnum', 20, 9);
    const value = `${random('alnum', 12)}${known}${random('alnum', 12, 3)}`;
    const by = excepting([placeholderOf(value)]);
    const text = `password = "${value}"`;
    expect(maskedText(by, text)).toBe(text);
    by.known.add(known, 'what was minted', { sure: true });
    expect(maskedText(by, text)).not.toContain(known);
  });

  test('a known value in an encoding, within one that passes', () => {
    const known = random('alnum', 24, 9);
    const value = `k${Buffer.from(known).toString('hex')}-${random('alnum', 12)}`;
    const by = excepting([placeholderOf(value)]);
    const text = `password = "${value}"`;
    expect(maskedText(by, text)).toBe(text);
    by.known.add(known, 'what was minted', { sure: true });
    expect(maskedText(by, text)).not.toContain(Buffer.from(known).toString('hex'));
  });

  test('a secret of a form of its own within one that passes, unless it is excepted, too', () => {
    const value = `${jsonWebToken()}`;
    const whole = `x:${value}:${random('alnum', 8)}`;
    const field = { field: 'password' };
    const plain = excepting([]).maskText(bytes(whole), field);
    expect(plain.edits).toMatchObject([{ start: 0, end: whole.length }]);
    const by = excepting([placeholderOf(whole)]);
    const { bytes: out, passed } = by.maskText(bytes(whole), field);
    expect(Buffer.from(out).toString()).not.toContain(value);
    expect(passed).toMatchObject([{ start: 0, end: whole.length }]);
    const both = excepting([placeholderOf(whole), placeholderOf(value)]);
    expect(maskedText(both, whole, 'password')).toBe(whole);
    for (const cut of everyCut(bytes(whole)))
      expect(streamed(by, cut, 'password')).toBe(Buffer.from(out).toString());
  });

  test('such a secret beside a known value in one that is taken apart for that', () => {
    const known = random('alnum', 20, 9);
    const value = jsonWebToken();
    const whole = bytes(`x:${value}:${known}`);
    const strict = excepting([]);
    strict.known.add(known, 'what was minted', { sure: true });
    const [rest] = strict.inspect(whole, { field: 'password' });
    const by = excepting([rest?.placeholder ?? '']);
    by.known.add(known, 'what was minted', { sure: true });
    const { bytes: out, passed } = by.maskText(whole, { field: 'password' });
    expect(passed).toMatchObject([{ start: 0, end: `x:${value}:`.length }]);
    expect(Buffer.from(out).toString()).not.toContain(value);
  });

  test('two secrets of forms of their own that overlap, by what they are together', () => {
    const text = bytes('abcdefghijklmnopqrstuvwxyz');
    const at = (start: number, end: number) => ({ rule: 'r', kind: 'vendor', start, end, why: '' }) as const;
    const [joined] = joinOverlapping([at(2, 12), at(8, 20)]);
    const placeholders = new Placeholders(KEY);
    const mayPass = (_: unknown, placeholder: string): boolean =>
      placeholder === placeholders.issue('r', text.subarray(2, 20));
    const edits = joined === undefined ? [] : toEdits(text, joined, { placeholders, mayPass });
    expect(edits).toMatchObject([{ start: 2, end: 20 }]);
  });

  test('a value in a header, where nothing tells of it', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    expect(holdsSecret('x-forwarded', TOKEN, by)).toBe(true);
    const { blocked } = maskHeaders({ accept: TOKEN }, { leaves: [], passed: [] }, by);
    expect(blocked).toHaveLength(1);
  });

  test('but in one that is to repeat the body it passes, and is told where the body does not tell it', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    const fields = { 'mcp-param-key': TOKEN, 'mcp-name': `=?base64?${btoa(TOKEN)}?=` };
    const told = (at: string) => ({ rule: 'github_pat', at, placeholder: placeholderFrom(by) });
    const alone = maskHeaders(fields, { leaves: [], passed: [] }, by);
    const passed = [told('header mcp-param-key'), told('header mcp-name')];
    expect(alone).toEqual({ fields, blocked: [], passed });
    const inBody = [told('/params/arguments/key')];
    expect(maskHeaders(fields, { leaves: [], passed: inBody }, by)).toEqual({
      fields,
      blocked: [],
      passed: [],
    });
    expect(maskHeaders(fields, { leaves: [], passed: [] }, by.strict)).toMatchObject({ passed: [] });
  });

  function placeholderFrom(by: LiveMasker): string {
    return by.placeholders.issue('github_pat', bytes(TOKEN));
  }

  const rules: CentralRules = centralRules('EMP-[0-9]{6}');

  test('what a rule of a policy finds, also where another rule finds the same', () => {
    const value = `EMP-${random('digit', 6)}`;
    const by = excepting([placeholderOf(value)]);
    expect(maskedText(by, `password = "${value}"`)).toContain(value);
    by.use(rules, 'allow');
    expect(maskedText(by, value)).toMatch(/^hpm_/);
    expect(maskedText(by, `password = "${value}"`)).not.toContain(value);
  });

  test('personal data that a hub has masked; what a person has masked is theirs to let pass', () => {
    const address = ['someone', 'mail.test'].join('@');
    const hub = { ...rules, pii: ['email'] as const };
    const by = excepting([placeholderOf(address)]);
    by.use(bothMaskings(hub, undefined), 'allow');
    expect(maskedText(by, address)).toMatch(/^hpm_email/);
    by.use(bothMaskings(hub, hub), 'allow');
    expect(maskedText(by, address)).toMatch(/^hpm_email/);
    by.use(bothMaskings(undefined, hub), 'allow');
    expect(maskedText(by, address)).toBe(address);
  });
});

describe('whatever is excepted of whatever text', () => {
  const known = random('alnum', 24, 40);
  const values = [
    known,
    githubToken(11),
    githubToken(12),
    jsonWebToken(),
    random('alnum', 22, 13),
    random('alnum', 22, 14),
  ];
  const spellings = ['utf8', 'base64', 'hex'] as const;
  const piece = fc.record({
    value: fc.constantFrom(...values),
    before: fc.constantFrom(
      '',
      'password = "',
      'token: ',
      '{"api_key":"',
      'https://u:',
      'Authorization: Bearer ',
    ),
    spelling: fc.constantFrom(...spellings),
    after: fc.constantFrom(' ', '"\n', '@host/x ', '; ', ',', known, ''),
  });
  type Piece = { value: string; before: string; spelling: (typeof spellings)[number]; after: string };
  const textOf = (pieces: readonly Piece[]): string =>
    pieces
      .map(({ value, before, spelling, after }) => Buffer.from(before + value).toString(spelling) + after)
      .join('\n');

  test('all else stays masked, in streams too', () => {
    const masked = (by: LiveMasker, text: string): string => {
      by.known.add(known, 'what was minted', { sure: true });
      return maskedText(by, text);
    };
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 5 }),
        fc.subarray(values),
        fc.nat(),
        (pieces, excepted, at) => {
          const text = textOf(pieces);
          const by = excepting(excepted.map((value) => placeholderOf(value)));
          const out = masked(by, text);
          const strict = masked(excepting([]), text);
          for (const value of values) {
            const passes = excepted.includes(value) && value !== known;
            for (const spelling of spellings) {
              const spelled = Buffer.from(value).toString(spelling);
              if (!passes && !strict.includes(spelled)) expect(out).not.toContain(spelled);
            }
          }
          const cut = at % (text.length + 1);
          expect(streamed(by, [bytes(text.slice(0, cut)), bytes(text.slice(cut))])).toBe(out);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('and where all of what was masked is excepted nothing is', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const text = textOf(pieces);
        const placeholders: string[] = [];
        // What was hidden beneath comes out one layer at a time.
        for (let layer = 0; layer < 6; layer += 1) {
          const { edits } = excepting(placeholders).maskText(bytes(text));
          placeholders.push(...edits.map(({ placeholder }) => placeholder));
        }
        const { bytes: out, passed } = excepting(placeholders).maskText(bytes(text));
        if (excepting(placeholders).inspect(bytes(text)).length > 0) return;
        expect(Buffer.from(out).toString()).toBe(text);
        expect(passed.length > 0).toBe(excepting([]).inspect(bytes(text)).length > 0);
      }),
      { numRuns: 100 },
    );
  });
});

describe('in a message', () => {
  const result = { kind: 'response', method: 'tools/call' } as const;
  const maskedJson = (value: unknown, by: LiveMasker, type: { kind: 'response'; method: string } = result) =>
    maskJson(bytes(JSON.stringify({ jsonrpc: '2.0', id: 1, result: value })), {
      masker: by,
      typeOf: () => type,
      batch: false,
    });

  test('it stays byte for byte, and where it stands is told', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    const raw = bytes(
      JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: `is ${TOKEN}` }] } }),
    );
    const {
      bytes: out,
      passed,
      findings,
    } = maskJson(raw, { masker: by, typeOf: () => result, batch: false });
    expect(out).toBe(raw);
    expect(findings).toEqual([]);
    const { rule } = by.strict.inspect(bytes(TOKEN))[0] ?? {};
    const { placeholder } = passed[0] ?? {};
    expect(passed).toEqual([{ rule, at: '/result/content/0/text', placeholder }]);
    expect(by.placeholders.isIssued(placeholder ?? '')).toBe(true);
  });

  test('a pointer does not say it where it is a key', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    const { passed, findings } = maskedJson({ structuredContent: { [TOKEN]: { a: TOKEN, b: OTHER } } }, by);
    expect(passed).toHaveLength(2);
    expect(findings).toHaveLength(1);
    expect(JSON.stringify([passed, findings])).not.toContain(TOKEN);
  });

  test('it is told of in a file in base64, and in a number', () => {
    const number = `4${random('digit', 15)}`;
    const by = excepting([placeholderOf(TOKEN), placeholderOf(number)], { pii: ['card'] });
    const blob = Buffer.from(`the token is ${TOKEN}`).toString('base64');
    const contents = [{ uri: 'file:///a', blob }];
    const read = maskedJson({ contents }, by, { kind: 'response', method: 'resources/read' });
    expect(Buffer.from(read.bytes).toString()).toContain(blob);
    expect(read.passed).toMatchObject([{ at: '/result/contents/0/blob' }]);
    expect(maskedJson({ structuredContent: { password: Number(number) } }, by).findings).toEqual([]);
  });

  test('a long text tells it as a short one does', () => {
    const by = excepting([placeholderOf(TOKEN)]);
    const value = {
      content: [{ type: 'text', text: `${'so it is '.repeat(400)}${TOKEN}${' and on'.repeat(400)}` }],
    };
    const raw = bytes(JSON.stringify({ jsonrpc: '2.0', id: 1, result: value }));
    const input = { masker: by, typeOf: () => result, batch: false };
    const sliced = runWhole(maskJsonInSlices(raw, input, 512));
    expect(sliced.passed).toEqual(maskJson(raw, input).passed);
    expect(sliced.passed).toHaveLength(1);
    expect(sliced.bytes).toBe(raw);
  });

  test('a tool in whose definition it stands is not hidden for it', () => {
    const tools = [{ name: 'a', inputSchema: { type: 'object', properties: { b: { pattern: TOKEN } } } }];
    const list = { kind: 'response', method: 'tools/list' } as const;
    expect(maskedJson({ tools }, excepting([]), list).hiddenTools).toBe(1);
    const { hiddenTools, passed } = maskedJson({ tools }, excepting([placeholderOf(TOKEN)]), list);
    expect(hiddenTools).toBe(0);
    expect(passed).toMatchObject([{ at: '/result/tools/0/inputSchema/properties/b/pattern' }]);
  });
});
