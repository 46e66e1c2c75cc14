import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { headerText } from '../../src/core/header-value.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { ReturnToSender } from '../../src/core/mask/return-to-sender.ts';
import { runWhole } from '../../src/core/slices.ts';
import { parseMessage } from '../../src/core/jsonrpc/envelope.ts';
import { HttpSessionsClientSide } from '../../src/proxy/client-side/http-sessions.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import { HttpClientSide } from '../../src/proxy/client-side/streamable-http.ts';
import { StdioPool } from '../../src/proxy/upstream/stdio-pool.ts';
import { FakeChild } from '../helpers/fake-child.ts';
import { httpProxy, httpUpstream, read, send } from '../helpers/http-proxy.ts';
import { FakeUpstream, json, type Asked } from '../helpers/http-upstream.ts';
import { lineReader } from '../helpers/lines.ts';
import { playbook, type Playbook } from '../helpers/playbook.ts';
import { Wiring } from '../helpers/wiring.ts';

const uriWith = (secret: string): string => `https://files.example/a?key=${secret}`;
const resources = (uri: string): object => ({ resources: [{ name: 'a', uri }] });

/** A client that has asked `method` and got this. */
async function told(method: string, result: (secret: string) => object): Promise<Playbook> {
  const book = playbook();
  await book.clientSays({ jsonrpc: '2.0', id: 1, method });
  await book.serverSays({ jsonrpc: '2.0', id: 1, result: result(book.secret) });
  expect(book.lastToClient()).not.toContain(book.secret);
  book.lastToServer();
  return book;
}

const asking = (method: string, params: unknown): string =>
  `{"method" : "${method}", "params":${JSON.stringify(params)}, "id":2.0e0,"jsonrpc":"2.0"}\n`;

describe('what a server calls its things by comes back to it as it was', () => {
  test.each<[string, string, (text: string) => object, string, (text: string) => object]>([
    [
      'a URI of a list',
      'resources/list',
      (x) => resources(uriWith(x)),
      'resources/read',
      (x) => ({ uri: uriWith(x) }),
    ],
    [
      'to subscribe to',
      'resources/list',
      (x) => resources(uriWith(x)),
      'resources/subscribe',
      (x) => ({ uri: uriWith(x) }),
    ],
    ['and to no more', 'resources/list', (x) => resources(x), 'resources/unsubscribe', (x) => ({ uri: x })],
    [
      'to subscribe to in 2026-07-28',
      'resources/list',
      (x) => resources(uriWith(x)),
      'subscriptions/listen',
      (x) => ({ notifications: { resourceSubscriptions: ['file:///x', uriWith(x)] } }),
    ],
    [
      'a URI of what was read',
      'resources/read',
      (x) => ({ contents: [{ uri: uriWith(x), text: '' }] }),
      'resources/read',
      (x) => ({ uri: uriWith(x) }),
    ],
    [
      'a link in a result',
      'tools/call',
      (x) => ({ content: [{ type: 'resource_link', uri: uriWith(x) }] }),
      'resources/read',
      (x) => ({ uri: uriWith(x) }),
    ],
    [
      'a resource in a result',
      'tools/call',
      (x) => ({ content: [{ type: 'resource', resource: { uri: uriWith(x) } }] }),
      'resources/read',
      (x) => ({ uri: uriWith(x) }),
    ],
    [
      'a resource in a prompt',
      'prompts/get',
      (x) => ({ messages: [{ role: 'user', content: { type: 'resource', resource: { uri: uriWith(x) } } }] }),
      'resources/read',
      (x) => ({ uri: uriWith(x) }),
    ],
    ['a prompt', 'prompts/list', (x) => ({ prompts: [{ name: x }] }), 'prompts/get', (x) => ({ name: x })],
    [
      'a prompt to be completed',
      'prompts/list',
      (x) => ({ prompts: [{ name: x }] }),
      'completion/complete',
      (x) => ({ ref: { type: 'ref/prompt', name: x }, argument: { name: 'a', value: 'v' } }),
    ],
    [
      'a template',
      'resources/templates/list',
      (x) => ({ resourceTemplates: [{ uriTemplate: `x://{id}/${x}` }] }),
      'completion/complete',
      (x) => ({ ref: { type: 'ref/resource', uri: `x://{id}/${x}` }, argument: { name: 'id', value: '' } }),
    ],
    [
      'a URI made from a template',
      'resources/templates/list',
      (x) => ({ resourceTemplates: [{ uriTemplate: `x://{id}/a/{name}.txt{?key}&k=${x}` }] }),
      'resources/read',
      (x) => ({ uri: `x://7/a/a/b.txt?key=1&k=${x}` }),
    ],
    [
      'a task of the extension',
      'tools/call',
      (x) => ({ resultType: 'task', taskId: `t ${x}` }),
      'tasks/get',
      (x) => ({ taskId: `t ${x}` }),
    ],
    [
      'a question',
      'tools/call',
      (x) => ({ resultType: 'input_required', inputRequests: { [x]: { method: 'roots/list' } } }),
      'tools/call',
      (x) => ({ name: 'a', arguments: {}, inputResponses: { [x]: { roots: [] } } }),
    ],
  ])('%s', async (_, ...[method, result, back, params]) => {
    const book = await told(method, result);
    await book.clientSays(asking(back, params(book.placeholder)));
    expect(book.lastToServer()).toBe(asking(back, params(book.secret)));
    expect(book.told).not.toContain(book.secret);
    expect(book.told).toContain(book.placeholder);
  });

  test('a resource that has changed, by the URI that the client knows', async () => {
    const book = await told('resources/list', (secret) => resources(uriWith(secret)));
    const updated = { jsonrpc: '2.0', method: 'notifications/resources/updated' };
    await book.serverSays({ ...updated, params: { uri: uriWith(book.secret) } });
    expect(JSON.parse(book.lastToClient())).toEqual({
      ...updated,
      params: { uri: uriWith(book.placeholder) },
    });
  });

  test('with whatever characters it was written', async () => {
    const odd = (secret: string): string => `x://"\\/\u0007é😀/${secret}`;
    const book = await told('resources/list', (secret) => resources(odd(secret)));
    await book.clientSays(asking('resources/read', { uri: odd(book.placeholder) }));
    expect(JSON.parse(book.lastToServer())).toMatchObject({ params: { uri: odd(book.secret) } });
  });

  test('in each request of a batch by its own method', async () => {
    const book = await told('resources/list', (secret) => resources(uriWith(secret)));
    const batch = (uri: string, other: string): string =>
      `[${asking('tools/call', { uri: other }).trim()},${asking('resources/read', { uri }).trim()}]\n`;
    await book.clientSays(batch(uriWith(book.placeholder), uriWith(book.placeholder)));
    expect(book.lastToServer()).toBe(batch(uriWith(book.secret), uriWith(book.placeholder)));
  });
});

describe('nothing else comes back', () => {
  test.each<[string, string, (text: string) => object]>([
    ['a field that holds it among others', 'resources/read', (x) => ({ uri: `${uriWith(x)}&more` })],
    ['the secret alone', 'resources/read', (x) => ({ uri: x })],
    ['another field of the request', 'resources/read', (x) => ({ uri: 'x://y', other: uriWith(x) })],
    ['an argument', 'tools/call', (x) => ({ name: 'a', arguments: { uri: uriWith(x) } })],
    ['an argument of a prompt', 'prompts/get', (x) => ({ name: 'a', arguments: { uri: uriWith(x) } })],
    ['metadata', 'resources/read', (x) => ({ uri: 'x://y', _meta: { uri: uriWith(x) } })],
    ['a handle of another kind', 'prompts/get', (x) => ({ name: uriWith(x) })],
    ['the name of a tool', 'tools/call', (x) => ({ name: uriWith(x), arguments: {} })],
    ['a method of nobody’s', 'resources/other', (x) => ({ uri: uriWith(x) })],
  ])('%s', async (_, method, params) => {
    const book = await told('resources/list', (secret) => resources(uriWith(secret)));
    await book.clientSays(asking(method, params(book.placeholder)));
    expect(book.lastToServer()).toBe(asking(method, params(book.placeholder)));
  });

  test.each<[string, (secret: string) => object]>([
    ['text', (x) => ({ content: [{ type: 'text', text: uriWith(x) }] })],
    ['a structured result', (x) => ({ structuredContent: { resources: [{ uri: uriWith(x) }] } })],
    ['an argument of a tool', (x) => ({ resources: [{ name: uriWith(x) }] })],
  ])('what was no handle but %s', async (_, result) => {
    const book = await told('tools/call', result);
    await book.clientSays(asking('resources/read', { uri: uriWith(book.placeholder) }));
    expect(book.lastToServer()).toBe(asking('resources/read', { uri: uriWith(book.placeholder) }));
  });

  test.each([
    ['other words between', 'x://7/b/1?k='],
    ['another beginning', 'y://7/a/1?k='],
    ['nothing filled in', 'x://?k='],
  ])('a URI like a template’s, with %s', async (_, uri) => {
    const book = await told('resources/templates/list', (secret) => ({
      resourceTemplates: [{ uriTemplate: `x://{id}/a/{name}?k=${secret}` }],
    }));
    await book.clientSays(asking('resources/read', { uri: uri + book.placeholder }));
    expect(book.lastToServer()).toBe(asking('resources/read', { uri: uri + book.placeholder }));
  });

  test('what the server has never said', async () => {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'resources/list' });
    await book.clientSays(asking('resources/read', { uri: uriWith(book.placeholder) }));
    expect(book.lastToServer()).toBe(asking('resources/read', { uri: uriWith(book.placeholder) }));
  });

  test('what was refused on its way to the client', async () => {
    const book = playbook();
    await book.clientSays({ jsonrpc: '2.0', id: 1, method: 'resources/list' });
    const result = { ...resources(uriWith(book.secret)), nextCursor: book.secret };
    await book.serverSays({ jsonrpc: '2.0', id: 1, result });
    expect(book.lastToClient()).toContain('refused');
    await book.clientSays(asking('resources/read', { uri: uriWith(book.placeholder) }));
    expect(book.lastToServer()).toBe(asking('resources/read', { uri: uriWith(book.placeholder) }));
  });

  test('what was told longer ago than there is room for', () => {
    const handles = new ReturnToSender();
    const long = 'x'.repeat(LIMITS.handleBytes / 10);
    const leaf = (name: string) => ({
      before: `secret ${name}${long}`,
      after: `masked ${name}${long}`,
      handle: 'uri' as const,
    });
    for (const name of ['a', 'b', 'c', 'd']) handles.remember('me', [leaf(name)]);
    const planned = ['a', 'b', 'c', 'd'].filter((name) => {
      const bytes = Buffer.from(
        JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'resources/read',
          params: { uri: leaf(name).after },
        }),
      );
      return runWhole(handles.plan('me', { bytes, parsed: parseMessage(bytes) }, 16)).length > 0;
    });
    expect(planned).toEqual(['c', 'd']);
  });
});

test('of ever so many masked templates only so many are tried for one request, whatever it holds', () => {
  const handles = new ReturnToSender();
  const templates = 10;
  handles.remember(
    'me',
    Array.from({ length: templates }, (_, n) => ({
      before: `a:secret${n}/{x}`,
      after: `a:hpm_known_${n}/{x}`,
      handle: 'template' as const,
    })),
  );
  const plan = (uris: readonly string[]): number => {
    const params = { notifications: { resourceSubscriptions: uris } };
    const bytes = Buffer.from(
      JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params }),
    );
    return runWhole(handles.plan('me', { bytes, parsed: parseMessage(bytes) }, Infinity)).length;
  };
  const last = `a:hpm_known_${templates - 1}/y`;
  const others = Array.from({ length: LIMITS.templateTries / templates }, () => 'b:hpm_known_/y');
  expect(plan([last, ...others])).toBe(1);
  expect(plan([...others, last])).toBe(0);
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modern = (method: string, params: object = {}): object => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: { ...params, _meta: META },
});
const headersOf = (method: string, name?: string): Record<string, string> => ({
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name !== undefined && { 'mcp-name': name }),
});

/** A server that lists one resource, and reads any. */
const serve =
  (secret: () => string) =>
  ({ message, response }: Asked): void => {
    const result = message.method === 'resources/list' ? resources(uriWith(secret())) : { contents: [] };
    json(response, { jsonrpc: '2.0', id: message.id, result });
  };
const uriOf = ({ message }: Asked): unknown => message.params?.['uri'];

test('the record says which fields went back, and never as what', async () => {
  await using proxy = await httpProxy(serve(() => proxy.wiring.secret));
  const { wiring } = proxy;
  await proxy.post(modern('resources/list'), headersOf('resources/list'));
  const readAt = (uri: string) =>
    proxy.post(modern('resources/read', { uri }), headersOf('resources/read', uri));
  const fields = (): unknown[] =>
    wiring.log.flatMap(({ body }) => (body.kind === 'message' ? [body.returned] : []));
  await readAt(uriWith(wiring.placeholder));
  expect(uriOf(proxy.upstream.asked[1] as Asked)).toBe(uriWith(wiring.secret));
  await readAt('a:b');
  expect(fields()).toEqual([undefined, undefined, ['/params/uri'], undefined, undefined, undefined]);
  expect(JSON.stringify(wiring.log)).not.toContain(wiring.secret);
});

describe('over HTTP', () => {
  test('the header that repeats the field says what the field says', async () => {
    await using proxy = await httpProxy(serve(() => `${proxy.wiring.secret}é`));
    const { secret, placeholder } = proxy.wiring;
    await proxy.post(modern('resources/list'), headersOf('resources/list'));
    const uri = `${uriWith(placeholder)}é`;
    const name = `=?base64?${Buffer.from(uri).toString('base64')}?=`;
    const answer = await proxy.post(modern('resources/read', { uri }), headersOf('resources/read', name));
    const asked = proxy.upstream.asked[1] as Asked;
    expect(answer.status).toBe(200);
    expect(uriOf(asked)).toBe(`${uriWith(secret)}é`);
    expect(headerText(String(asked.headers['mcp-name']))).toBe(`${uriWith(secret)}é`);
    expect(JSON.stringify([proxy.wiring.log, proxy.wiring.notes, proxy.wiring.calls])).not.toContain(secret);
  });

  test('a server that quotes it in an error, as 2026-07-28 has them quote headers, is masked again', async () => {
    await using proxy = await httpProxy((asked) => {
      if (asked.message.method === 'resources/list') return serve(() => proxy.wiring.secret)(asked);
      const name = String(asked.headers['mcp-name']);
      const error = {
        code: -32020,
        message: `Header mismatch: '${name}'`,
        data: { uri: uriOf(asked), name },
      };
      return json(asked.response, { jsonrpc: '2.0', id: 1, error }, 400);
    });
    const { secret, placeholder } = proxy.wiring;
    await proxy.post(modern('resources/list'), headersOf('resources/list'));
    const uri = uriWith(placeholder);
    const answer = await proxy.post(modern('resources/read', { uri }), headersOf('resources/read', uri));
    expect(proxy.upstream.asked[1]?.headers['mcp-name']).toBe(uriWith(secret));
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({
      error: { code: -32020, message: `Header mismatch: '${uri}'`, data: { uri, name: uri } },
    });
  });

  test('to the session that was told, and to no other', async () => {
    await using proxy = await httpProxy(serve(() => proxy.wiring.secret));
    const { secret, placeholder } = proxy.wiring;
    const ask = (method: string, session: string) =>
      proxy.post(
        { jsonrpc: '2.0', id: 1, method, params: { uri: uriWith(placeholder) } },
        { 'mcp-session-id': session },
      );
    await ask('resources/list', 'one');
    await ask('resources/read', 'one');
    await ask('resources/read', 'two');
    await proxy.post(
      modern('resources/read', { uri: uriWith(placeholder) }),
      headersOf('resources/read', uriWith(placeholder)),
    );
    expect(proxy.upstream.asked.slice(1).map(uriOf)).toEqual([secret, placeholder, placeholder].map(uriWith));
    expect(proxy.upstream.asked[3]?.headers['mcp-name']).toBe(uriWith(placeholder));
  });

  test('to the server that told, and to no other', async () => {
    const wiring = new Wiring();
    const token = randomBytes(24).toString('base64url');
    const upstreams = [
      await FakeUpstream.start(serve(() => wiring.secret)),
      await FakeUpstream.start(serve(() => 'x')),
    ];
    const running: Promise<unknown>[] = [];
    const urls = await Promise.all(
      upstreams.map((upstream) => {
        const ready = Promise.withResolvers<string>();
        const client = new HttpClientSide({ port: 0, token, onReady: ready.resolve });
        running.push(wiring.run(client, httpUpstream(upstream.url, wiring)));
        return ready.promise;
      }),
    );
    const uri = uriWith(wiring.placeholder);
    const post = async (url: string, method: string, params: object, name?: string): Promise<void> => {
      const headers = { 'content-type': 'application/json', ...headersOf(method, name) };
      const body = JSON.stringify(modern(method, params));
      await read(await send({ url, token }, { method: 'POST', headers, body }));
    };
    const [first = '', second = ''] = urls;
    await post(first, 'resources/list', {});
    await post(second, 'resources/read', { uri }, uri);
    await post(first, 'resources/read', { uri }, uri);
    expect(upstreams[1]?.asked.map(uriOf)).toEqual([uri]);
    expect(upstreams[0]?.asked.slice(1).map(uriOf)).toEqual([uriWith(wiring.secret)]);
    wiring.stop();
    await Promise.all([...upstreams.map((upstream) => upstream.close()), ...running]);
  });

  test('from a client on stdio, with the header that it knows nothing of', async () => {
    const wiring = new Wiring();
    const upstream = await FakeUpstream.start(serve(() => wiring.secret));
    const pipes = { input: new PassThrough(), output: new PassThrough() };
    const ended = wiring.run(new StdioClientSide(pipes), httpUpstream(upstream.url, wiring));
    const nextLine = lineReader(pipes.output);
    const ask = async (message: object): Promise<string> => {
      pipes.input.write(`${JSON.stringify(message)}\n`);
      return nextLine();
    };
    const { placeholder, secret } = wiring;
    expect(await ask(modern('resources/list'))).toContain(uriWith(placeholder));
    await ask(modern('resources/read', { uri: uriWith(placeholder) }));
    expect(uriOf(upstream.asked[1] as Asked)).toBe(uriWith(secret));
    expect(upstream.asked[1]?.headers['mcp-name']).toBe(uriWith(secret));
    wiring.stop();
    await upstream.close();
    await ended;
  });
});

test('a server on stdio that HTTP clients share: with sessions each its own, without all the same', async () => {
  const wiring = new Wiring();
  const children: FakeChild[] = [];
  const ready = Promise.withResolvers<string>();
  const token = randomBytes(24).toString('base64url');
  const client = new HttpSessionsClientSide({ port: 0, token, onReady: ready.resolve });
  const startChild = async (): Promise<FakeChild> => {
    await Promise.resolve();
    const child = new FakeChild(({ id, method }, at) => {
      const result = method === 'resources/list' ? resources(uriWith(wiring.secret)) : { contents: [] };
      if (id !== undefined)
        at.say({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25', ...result } });
    });
    children.push(child);
    return child;
  };
  const pool = new StdioPool({ startChild, openStderr: () => () => undefined, pending: wiring.pending });
  const ended = wiring.run(client, pool);
  const url = await ready.promise;
  const post = async (message: object, headers: Record<string, string>) => {
    const all = { 'content-type': 'application/json', ...headers };
    return read(await send({ url, token }, { method: 'POST', headers: all, body: JSON.stringify(message) }));
  };
  const uri = uriWith(wiring.placeholder);
  const open = async (): Promise<Record<string, string>> => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'c', version: '1' },
    };
    const answer = await post({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, {});
    return { 'mcp-session-id': String(answer.headers['mcp-session-id']) };
  };
  const [one, two] = [await open(), await open()];
  const legacy = (method: string): object => ({ jsonrpc: '2.0', id: 1, method, params: { uri } });
  await post(legacy('resources/list'), one);
  await post(legacy('resources/read'), one);
  await post(legacy('resources/read'), two);
  await post(modern('resources/list'), headersOf('resources/list'));
  await post(modern('resources/read', { uri }), headersOf('resources/read', uri));
  const asked = children.map(({ messages }) => messages.filter(({ method }) => method === 'resources/read'));
  expect(asked.map((reads) => reads.map(({ params }) => params?.['uri']))).toEqual([
    [uriWith(wiring.secret)],
    [uri],
    [uriWith(wiring.secret)],
  ]);
  wiring.stop();
  await ended;
});
