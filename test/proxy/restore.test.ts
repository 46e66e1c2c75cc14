import { describe, expect, test } from 'vitest';

import { parsePolicy } from '../../src/app/policy/policy-file.ts';
import type { StoredSecrets } from '../../src/core/mask/restoring.ts';
import { createPolicy, type Policy } from '../../src/core/policy/evaluate.ts';
import { maskedText, masker, random } from '../core/mask/fixtures.ts';
import { httpProxy } from '../helpers/http-proxy.ts';
import { MemoryApprovals } from '../helpers/memory-approvals.ts';
import { Playbook, type PlaybookOptions } from '../helpers/playbook.ts';
import { Wiring } from '../helpers/wiring.ts';

const VALUE = `S"3c\\r-${random('alnum', 24)}`;
const stored: StoredSecrets = {
  find: (name) =>
    name === 'DEPLOY' || name === 'WEB'
      ? { value: Buffer.from(VALUE), origins: name === 'WEB' ? ['https://own.example'] : [] }
      : undefined,
};

function policy(entry: string): Policy {
  const text = `version: 1\nrestore:\n  - { id: back, connection: server, tool: put, ${entry} }\n`;
  return createPolicy([parsePolicy(text, 'policy.yaml', 'user')]);
}

const DEPLOY = policy("secret: 'secret:DEPLOY', argument: /env/*/value");
/** The same, stored for one origin. */
const WEB = policy("secret: 'secret:WEB', argument: /env/*/value");

function begun(options: PlaybookOptions = {}): { book: Playbook; placeholder: string } {
  let placeholder = '';
  const book = new Playbook({
    policy: DEPLOY,
    stored,
    withMasker: (by) => {
      by.known.add(VALUE, 'stored secret DEPLOY', { sure: true });
      placeholder = by.placeholders.issue('known', Buffer.from(VALUE));
    },
    ...options,
  });
  void book.start();
  return { book, placeholder };
}

const put = (args: object, { name = 'put', id = 1 } = {}) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

describe('a secret that a policy names', () => {
  test('is put back where it names it, and nowhere else', async () => {
    const { book, placeholder } = begun();
    const args = (value: string) => ({ env: [{ value, note: placeholder }], value: placeholder });
    await book.clientSays(put(args(`a ${placeholder} b ${placeholder}.`)));
    book.serverGets(put(args(`a ${VALUE} b ${VALUE}.`)));
    const at = '/params/arguments/env/0/value';
    const sentence = `secret:DEPLOY (${placeholder}) at ${at} [user/back]`;
    book.logHolds({ body: { kind: 'message', restored: [sentence, sentence] } });
    await book.clientSays(put(args(placeholder), { name: 'other' }));
    book.serverGets(put(args(placeholder), { name: 'other' }));
    expect(book.told).not.toContain(JSON.stringify(VALUE).slice(1, -1));
  });

  test('stays where something is against it, which is said once', async () => {
    const { book, placeholder } = begun({ unrestored: 'no hallpass.yaml names this connection' });
    const args = { env: [{ value: placeholder }] };
    await book.clientSays(put(args));
    await book.clientSays(put(args, { id: 2 }));
    book.serverGets(put(args));
    book.serverGets(put(args, { id: 2 }));
    expect(book.notes.filter((line) => line.includes('nothing is restored'))).toEqual([
      'nothing is restored: no hallpass.yaml names this connection',
    ]);
    expect(book.told).not.toContain(JSON.stringify(VALUE).slice(1, -1));
  });

  test('is masked when the server says it again, in what nothing else would find it', async () => {
    const password = random('alnum', 14, 6);
    const said = (data: string) => ({ jsonrpc: '2.0', method: 'notifications/message', params: { data } });
    const [, rule = ''] = /hpm_(\w+)_\w+/.exec(maskedText(masker(), `password: ${password}`)) ?? [];
    const { book } = begun({ policy: policy(`secret: 'rule:${rule}', argument: /text`) });
    await book.serverSays(said(`password: ${password}`));
    const [mark = ''] = /hpm_\w+/.exec(book.lastToClient()) ?? [];
    await book.serverSays(said(`is ${password}`));
    expect(book.lastToClient()).toContain(password);
    await book.clientSays(put({ text: `is ${mark}` }));
    book.serverGets(put({ text: `is ${password}` }));
    await book.serverSays(said(`is ${password}`));
    expect(book.lastToClient()).not.toContain(password);
  });

  test('that the client has in clear is recorded masked, and reaches the server', async () => {
    const { book, placeholder } = begun();
    await book.clientSays(put({ env: { a: { value: VALUE } } }));
    book.serverGets(put({ env: { a: { value: VALUE } } }));
    book.logHolds({ body: { kind: 'message' }, payload: expect.stringContaining(placeholder) as string });
  });

  test('is not put back in a URL that leads elsewhere, and the person is told', async () => {
    const { book, placeholder } = begun({ policy: WEB });
    const args = (value: string) => ({ env: [{ value }] });
    const foreign = args(`https://evil.example/?t=${placeholder}`);
    await book.clientSays(put(foreign));
    book.serverGets(put(foreign));
    expect(book.notes).toEqual([expect.stringMatching(/is not restored: it stands in a URL/)]);
    await book.clientSays(put(args(`https://own.example/?t=${placeholder}`)));
    book.serverGets(put(args(`https://own.example/?t=${VALUE}`)));
  });

  test('and is stored for an origin goes to a server there, or in a URL of it, and else nowhere', async () => {
    const args = (value: string) => ({ env: [{ value }] });
    for (const origin of [undefined, 'https://else.example']) {
      const { book, placeholder } = begun({ policy: WEB, ...(origin !== undefined && { origin }) });
      for (const text of [
        placeholder,
        `https://own.example ${placeholder}`,
        `${placeholder},https://own.example/`,
      ]) {
        await book.clientSays(put(args(text)));
        expect(JSON.parse(book.lastToServer())).toEqual(put(args(text)));
      }
      expect(book.notes[0]).toMatch(/is not restored: it is stored for https:\/\/own\.example alone/);
      await book.clientSays(put(args(`https://own.example/?t=${placeholder}`)));
      book.serverGets(put(args(`https://own.example/?t=${VALUE}`)));
    }
    const { book, placeholder } = begun({ policy: WEB, origin: 'https://own.example' });
    await book.clientSays(put(args(placeholder)));
    book.serverGets(put(args(VALUE)));
  });

  test('is not put back in batches, prompts, keys, or for what only looks like a placeholder', async () => {
    const { book, placeholder } = begun();
    const call = put({ env: [{ value: placeholder }] });
    const forged = `${placeholder.slice(0, -1)}${placeholder.endsWith('2') ? '3' : '2'}`;
    for (const said of [
      [call, { ...call, id: 2 }],
      { ...call, id: 3, method: 'prompts/get' },
      put({ env: [{ [placeholder]: 1, value: forged }] }, { id: 4 }),
      put({ env: [{ value: 'hpm_known_aaaaaaaaaaaaaaaa' }] }, { id: 5 }),
    ]) {
      await book.clientSays(said);
      expect(JSON.parse(book.lastToServer())).toEqual(said);
    }
  });

  test('waits for people where the policy says so, who are told what goes in clear; it is bound to that', async () => {
    const approvals = new MemoryApprovals();
    const held = policy("secret: 'secret:DEPLOY', argument: /env/*/value, approval: { groups: [] }");
    const { book, placeholder } = begun({ policy: held, approvals });
    await book.clientSays(put({ env: [{ value: 'nothing' }] }));
    book.serverGets(put({ env: [{ value: 'nothing' }] }));
    await book.clientSays(put({ env: [{ value: placeholder }] }, { id: 2 }));
    await approvals.askedFor();
    const [asked] = approvals.asked;
    const sentence = `secret:DEPLOY (${placeholder}) at /params/arguments/env/0/value [user/back]`;
    expect(asked).toMatchObject({ rule: 'user/back', risk: 'high', restores: [sentence] });
    expect(JSON.stringify(approvals.asked)).not.toContain(JSON.stringify(VALUE).slice(1, -1));
    approvals.say('approve');
    await book.serverGetsSoon(put({ env: [{ value: VALUE }] }, { id: 2 }));
    await book.clientSays(put({ env: [{ value: placeholder }] }, { id: 3 }));
    await approvals.askedFor(2);
    approvals.say('deny');
    await book.clientGetsSoon({ id: 3, error: { code: 47_003 } });
    expect(book.order.filter((what) => what === 'to server')).toHaveLength(2);
  });

  test('is put back in the header that repeats the argument, and in no other', async () => {
    const wiring = new Wiring({ policy: policy("secret: 'credential:db', argument: /text") });
    const { secret, placeholder } = wiring;
    wiring.deps.masker.known.add(secret, 'the credential of db');
    const properties = Object.fromEntries(
      ['text', 'other'].map((name) => [name, { type: 'string', 'x-mcp-header': name }]),
    );
    const tools = [{ name: 'put', inputSchema: { type: 'object', properties } }];
    await using proxy = await httpProxy(
      ({ message, response }) => {
        const result = message.method === 'tools/list' ? { tools } : { content: [] };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
      },
      { wiring },
    );
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const standard = { 'mcp-protocol-version': '2026-07-28' };
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } };
    await proxy.post(list, { ...standard, 'mcp-method': 'tools/list' });
    const args = { text: placeholder, other: placeholder };
    const call = {
      ...list,
      id: 2,
      method: 'tools/call',
      params: { name: 'put', arguments: args, _meta: meta },
    };
    const repeats = { 'mcp-param-text': placeholder, 'mcp-param-other': placeholder };
    await proxy.post(call, { ...standard, 'mcp-method': 'tools/call', 'mcp-name': 'put', ...repeats });
    const got = proxy.upstream.asked[1];
    expect(got?.message.params).toMatchObject({ arguments: { text: secret, other: placeholder } });
    expect(got?.headers).toMatchObject({ 'mcp-param-text': secret, 'mcp-param-other': placeholder });
    expect(JSON.stringify([wiring.log, wiring.notes])).not.toContain(secret);
  });

  test('is not put back so often in one call that nobody could look through it', async () => {
    const { book, placeholder } = begun();
    await book.clientSays(put({ env: [{ value: `${placeholder} `.repeat(101) }] }));
    book.clientGets({
      id: 1,
      error: { message: expect.stringContaining('more than 100 secrets') as string },
    });
  });
});

describe('a policy', () => {
  const parse = (text: string, owner: 'user' | 'project' = 'user') =>
    parsePolicy(`version: 1\nrestore:\n  - ${text}\n`, 'p.yaml', owner);
  const entry = (secret: string, { connection = 'a', tool = 'b', argument = '/c' } = {}) =>
    `{ id: x, secret: '${secret}', connection: '${connection}', tool: '${tool}', argument: '${argument}' }`;

  test('of a project has no say in it', () => {
    expect(() => parse(entry('secret:A'), 'project')).toThrowWithCode('ERR_CONFIG');
    expect(parse(entry('secret:A')).restores).toHaveLength(1);
  });

  test.each([
    ['of all connections', entry('secret:A', { connection: '*' })],
    ['of tools by a pattern', entry('secret:A', { tool: 'put_*' })],
    ['of all that is known', entry('rule:known')],
    ['of what is no secret', entry('A')],
    ['of no argument', entry('secret:A', { argument: 'c' })],
    ['of no tool', "{ id: x, secret: 'secret:A', connection: a, argument: /c }"],
  ])('has no rule %s', (_case, text) => {
    expect(() => parse(text)).toThrowWithCode('ERR_CONFIG');
  });

  test('of a person restores nothing on top of the hub’s', () => {
    const own = parsePolicy(`version: 1\nrestore:\n  - ${entry('secret:A')}\n`, 'p.yaml', 'user');
    const hub = parsePolicy('version: 1\n', 'hub', 'hub');
    expect(createPolicy([own]).restores).toHaveLength(1);
    expect(createPolicy([hub, own]).restores).toEqual([]);
  });
});
