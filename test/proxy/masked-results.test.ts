import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { playbook, type Playbook, type PlaybookOptions } from '../helpers/playbook.ts';

const list = (id: number): object => ({ jsonrpc: '2.0', id, method: 'tools/list' });
const call = (id: number, name = 'find'): object => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: {} },
});

/** A client that has been told how `find` answers. */
async function told(outputSchema: unknown, options: PlaybookOptions = {}): Promise<Playbook> {
  const book = playbook(options);
  await book.clientSays(list(1));
  await book.serverSays({ jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'find', outputSchema }] } });
  return book;
}

/** What the client gets when the server says this, as text. */
async function heard(book: Playbook, said: string): Promise<string> {
  await book.clientSays(call(2));
  await book.serverSays(`${said}\n`);
  return book.lastToClient().slice(0, -1);
}

const withheld = (text: string): unknown =>
  (JSON.parse(text) as { result: { content: { text: string }[] } }).result.content[0]?.text;

describe('a structured result that masking has touched', () => {
  const exact = { type: 'object', properties: { pin: { type: 'string', pattern: '^S3cr-[0-9a-f]{24}$' } } };
  const open = { type: 'object', properties: { pin: { type: 'string' } } };

  const block = (text: string): string => JSON.stringify({ type: 'text', text });
  const said = (): string =>
    block(
      `hallpass: the call succeeded. Do not retry it. Withheld as secret: /result/structuredContent/pin (known). What stands in its place ` +
        'does not fit the output schema of the tool, so that the result is marked as an error and its structured content is given as text.',
    );

  test('and that no longer fits is an error that tells not to call again; every other byte stays', async () => {
    const book = await told(exact);
    const text = await heard(
      book,
      `{"result":{ "content" : [ {"type":"text","text":"1.0"} ],"n":1.0, "structuredContent": { "pin":"${book.secret}", "n":12345678901234567890 },"isError": false },"id":2, "jsonrpc":"2.0"}`,
    );
    const moved = block(`{ "pin":"${book.placeholder}", "n":12345678901234567890 }`);
    expect(text).toBe(
      `{"result":{ "content" : [${said()},${moved}, {"type":"text","text":"1.0"} ],"n":1.0,"isError": true },"id":2, "jsonrpc":"2.0"}`,
    );
    expect(book.told).not.toContain(book.secret);
    // The log holds what the client got.
    expect(book.told).toContain('Do not retry it');
  });

  test.each([
    ['of nothing else', 'S', '"content":[T,M],"isError":true'],
    ['with empty content', '"content":[ ],S', '"isError":true,"content":[T,M ]'],
    ['with content of no kind', '"content":null , S,"x":1', '"content":[T,M],"isError":true,"x":1'],
    ['first of all', ' S , "isError":false ', '"content":[T,M], "isError":true '],
    ['last of all', '"isError":false,"x":1 , S ', '"content":[T,M],"isError":true,"x":1 '],
    ['twice', '"x":0,S,S,"y":1,S', '"content":[T,M,M,M],"isError":true,"x":0,"y":1'],
    ['said as text, too', '"content":[D],S', '"isError":true,"content":[T,D]'],
    [
      'said as text of another kind',
      '"content":[{"type":"text","text":"{"}],S',
      '"isError":true,"content":[T,M,{"type":"text","text":"{"}]',
    ],
  ])('a result %s', async (_, given, expected) => {
    const book = await told(exact);
    const fill = (spec: string, pin: string): string =>
      spec
        .replaceAll('S', () => `"structuredContent":{"pin":"${pin}"}`)
        .replaceAll('M', () => block(JSON.stringify({ pin })))
        .replaceAll('D', () => block(JSON.stringify({ pin }, null, 2)))
        .replaceAll('T', () => said());
    const text = await heard(book, `{"id":2,"result":{${fill(given, book.secret)}},"jsonrpc":"2.0"}`);
    expect(text).toBe(`{"id":2,"result":{${fill(expected, book.placeholder)}},"jsonrpc":"2.0"}`);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  test.each<[string, unknown, (secret: string) => object]>([
    ['still fits', open, (secret) => ({ structuredContent: { pin: secret } })],
    ['is an error already', exact, (secret) => ({ structuredContent: { pin: secret }, isError: true })],
    ['has no schema', undefined, (secret) => ({ structuredContent: { pin: secret } })],
    [
      'is touched elsewhere',
      exact,
      (secret) => ({ content: [{ type: 'text', text: secret }], structuredContent: { pin: 'x'.repeat(31) } }),
    ],
  ])('is masked and nothing else where it %s', async (_, schema, resultWith) => {
    const book = await told(schema);
    const whole = (secret: string): string =>
      JSON.stringify({ jsonrpc: '2.0', id: 2, result: resultWith(secret) });
    expect(await heard(book, whole(book.secret))).toBe(whole(book.placeholder));
  });

  test('and that a task gives later, too', async () => {
    const book = await told(exact);
    await book.clientSays({ ...call(2), params: { name: 'find', arguments: {}, task: { ttl: 60_000 } } });
    await book.serverSays({ jsonrpc: '2.0', id: 2, result: { task: { taskId: 't-1', status: 'working' } } });
    const ask = async (id: number, taskId: string): Promise<string> => {
      await book.clientSays({ jsonrpc: '2.0', id, method: 'tasks/result', params: { taskId } });
      await book.serverSays({ jsonrpc: '2.0', id, result: { structuredContent: { pin: book.secret } } });
      return book.lastToClient();
    };
    expect(await ask(3, 't-1')).toContain('Do not retry');
    expect(await ask(4, 't-2')).not.toContain('Do not retry');
  });

  test('of a tool that no list has told of is only masked', async () => {
    const book = playbook();
    const whole = (pin: string): string =>
      `{"jsonrpc":"2.0","id":2,"result":{"structuredContent":{"pin":"${pin}"}}}`;
    expect(await heard(book, whole(book.secret))).toBe(whole(book.placeholder));
  });

  test('whatever pieces it is looked at in', async () => {
    const answer = (pin: string): string =>
      JSON.stringify({ jsonrpc: '2.0', id: 2, result: { content: [], structuredContent: { pin } } });
    const whole = await told(exact);
    const expected = (await heard(whole, answer(whole.secret))).replaceAll(whole.placeholder, 'PIN');
    for (const bytes of [1, 2, 7, 64]) {
      const book = await told(exact, { pace: { bytes, pause: () => Promise.resolve() } });
      expect((await heard(book, answer(book.secret))).replaceAll(book.placeholder, 'PIN')).toBe(expected);
    }
  });

  test('that is too large to be held against its schema counts as unfit', async () => {
    const book = await told(open);
    const pin = `${book.secret} ${'x '.repeat(LIMITS.schemaCheckBytes / 2)}`;
    const text = await heard(
      book,
      JSON.stringify({ jsonrpc: '2.0', id: 2, result: { structuredContent: { pin } } }),
    );
    expect(text).toContain('"isError":true');
    expect(withheld(text)).toContain('Do not retry');
  });

  test('names the first few of what was withheld', async () => {
    const book = await told(exact);
    const structuredContent = { pin: book.secret, more: Array.from({ length: 20 }, () => book.secret) };
    const text = withheld(
      await heard(book, JSON.stringify({ jsonrpc: '2.0', id: 2, result: { structuredContent } })),
    );
    expect(text).toContain('/result/structuredContent/more/6 (known) and 13 more.');
  });
});

describe('a result that others may keep', () => {
  const METHODS = [
    'server/discover',
    'tools/list',
    'prompts/list',
    'resources/list',
    'resources/templates/list',
    'resources/read',
  ];

  async function answered(method: string, resultWith: (secret: string) => string): Promise<[string, string]> {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method });
    const whole = (secret: string): string => `{ "id":1,"result":${resultWith(secret)},"jsonrpc":"2.0" }`;
    await book.serverSays(`${whole(book.secret)}\n`);
    return [book.lastToClient().slice(0, -1), whole(book.placeholder)];
  }

  test.each(METHODS)('is private and stale at once where masking has changed it: %s', async (method) => {
    const [got, masked] = await answered(
      method,
      (secret) => `{"ttlMs" : 300000.0,"x":"${secret}", "cacheScope":"public"}`,
    );
    expect(got).toBe(masked.replace('300000.0', '0').replace('"public"', '"private"'));
  });

  test('where a tool was hidden, too', async () => {
    const [got] = await answered(
      'tools/list',
      (secret) => `{"ttlMs":9,"cacheScope":"public","tools":[{"name":"${secret}"}]}`,
    );
    expect(got).toBe('{ "id":1,"result":{"ttlMs":0,"cacheScope":"private","tools":[]},"jsonrpc":"2.0" }');
  });

  test.each([
    ['a hint that is missing is added', '"ttlMs":9,', '"cacheScope":"private","ttlMs":0,'],
    ['the other one', '"cacheScope":"public",', '"ttlMs":0,"cacheScope":"private",'],
    [
      'a hint that stands there twice',
      '"ttlMs":0,"cacheScope":"public","ttlMs":9,',
      '"ttlMs":0,"cacheScope":"private","ttlMs":0,',
    ],
    ['hints of a wrong kind', '"ttlMs":"9","cacheScope":["public"],', '"ttlMs":0,"cacheScope":"private",'],
    ['older revisions have none', '', ''],
  ])('%s', async (_, hints, expected) => {
    const [got, masked] = await answered('resources/list', (secret) => `{${hints}"x":"${secret}"}`);
    expect(got).toBe(hints === '' ? masked : masked.replace(hints, expected));
  });

  test('is left alone where nothing was masked, and where nobody keeps it', async () => {
    const plain = '{"ttlMs":300000,"cacheScope":"public"}';
    expect(await answered('tools/list', () => plain)).toEqual([
      expect.stringContaining(plain),
      expect.anything(),
    ]);
    const [got, masked] = await answered(
      'tools/call',
      (secret) => `{"ttlMs":9,"cacheScope":"public","x":"${secret}"}`,
    );
    expect(got).toBe(masked);
  });
});
