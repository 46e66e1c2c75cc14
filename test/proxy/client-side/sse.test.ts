import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { describe, expect, test } from 'vitest';

import { RPC } from '../../../src/core/jsonrpc/replies.ts';
import { HttpSessionsClientSide } from '../../../src/proxy/client-side/http-sessions.ts';
import { HttpClientSide } from '../../../src/proxy/client-side/streamable-http.ts';
import type { Upstream } from '../../../src/proxy/proxy.ts';
import { HttpForAll, sseUpstream } from '../../../src/proxy/upstream/by-url.ts';
import { StdioPool } from '../../../src/proxy/upstream/stdio-pool.ts';
import { FakeChild } from '../../helpers/fake-child.ts';
import { type Answer, read, reader, send, serverParts } from '../../helpers/http-proxy.ts';
import { events, FakeUpstream, json } from '../../helpers/http-upstream.ts';
import { Wiring } from '../../helpers/wiring.ts';

const call = (id: unknown, text: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text } },
});
const result = (id: unknown, text: unknown) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});

/** Clients of the old HTTP+SSE transport before any server. */
class Place {
  readonly wiring = new Wiring();
  readonly token = randomBytes(24).toString('base64url');
  readonly ended: Promise<unknown>;
  url = '';
  readonly #ready = Promise.withResolvers<string>();

  constructor(
    Side: typeof HttpClientSide | typeof HttpSessionsClientSide,
    behind: (wiring: Wiring) => Upstream,
  ) {
    const client = new Side({ port: 0, token: this.token, onReady: this.#ready.resolve });
    this.ended = this.wiring.run(client, behind(this.wiring));
  }

  async ready(): Promise<this> {
    this.url = new URL('/', await this.#ready.promise).href;
    return this;
  }

  request(
    method: 'GET' | 'POST',
    path: string,
    {
      body,
      headers = {},
      signal,
    }: { body?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<IncomingMessage> {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const at = { url: new URL(path, this.url).href, token: this.token };
    return send(at, {
      method,
      headers: { ...type, ...headers },
      ...(body !== undefined && { body }),
      signal,
    });
  }

  /** Opens a stream and reads the address that it begins with. */
  async open(): Promise<Session> {
    const leaving = new AbortController();
    const response = await this.request('GET', '/sse', { signal: leaving.signal });
    response.on('error', () => undefined);
    const next = reader(response);
    const address = /^event: endpoint\ndata: (\S+)\n\n$/.exec(await next('\n\n'))?.[1] ?? '';
    return {
      address,
      response,
      next: async () => /^event: message\ndata: (.*)\n\n$/s.exec(await next('\n\n'))?.[1] ?? '',
      raw: () => next('\n\n'),
      say: async (message) => {
        const body = typeof message === 'string' ? message : JSON.stringify(message);
        return read(await this.request('POST', address, { body }));
      },
      leave: () => leaving.abort(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wiring.stop();
    await this.ended;
  }
}

interface Session {
  readonly address: string;
  readonly response: IncomingMessage;
  /** The next message, byte for byte. */
  readonly next: () => Promise<string>;
  /** The next event, whatever it is. */
  readonly raw: () => Promise<string>;
  readonly say: (message: unknown) => Promise<Answer>;
  readonly leave: () => void;
}

type OnMessage = ConstructorParameters<typeof FakeChild>[0];

const echo: OnMessage = ({ id, params }, child) => {
  if (id !== undefined && params !== undefined)
    child.say(result(id, (params as { arguments: { text: string } }).arguments.text));
};

async function beforeStdio(onMessage: OnMessage = echo): Promise<{ at: Place; children: FakeChild[] }> {
  const children: FakeChild[] = [];
  const startChild = (): Promise<FakeChild> => {
    const child = new FakeChild(onMessage);
    children.push(child);
    return Promise.resolve(child);
  };
  const at = new Place(
    HttpSessionsClientSide,
    ({ pending }) => new StdioPool({ startChild, openStderr: () => () => undefined, pending }),
  );
  return { at: await at.ready(), children };
}

describe('a client of the old HTTP+SSE transport', () => {
  test('gets an address of ours first, POSTs there, and hears the answer on its stream', async () => {
    const { at } = await beforeStdio();
    await using _ = at;
    const session = await at.open();
    expect(session.response.statusCode).toBe(200);
    expect(session.response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    expect(session.address).toMatch(/^\/messages\?sessionId=[0-9a-f-]{36}$/);
    expect(await session.say(call(1, 'x'))).toMatchObject({ status: 202, body: '' });
    expect(JSON.parse(await session.next())).toEqual(result(1, 'x'));
  });

  test('gets bytes as they are', async () => {
    const answer = '{"id":1 , "result":{"n":12345678901234567890,"f":1.0,"é":"\\u00e9"},"jsonrpc":"2.0"}';
    const { at, children } = await beforeStdio((_message, child) => child.say(`${answer}\n`));
    await using _ = at;
    const session = await at.open();
    const body = '{ "jsonrpc":"2.0", "id": 1, "method":"tools\\/call", "params":{"n":1.0} }';
    await session.say(body);
    expect(await session.next()).toBe(answer);
    expect(children[0]?.lines).toEqual([`${body}\n`]);
  });

  test('has a server of its own, masked both ways, ids equal', async () => {
    const { at, children } = await beforeStdio(({ id, params }, child) =>
      child.say(result(id, [at.wiring.secret, params])),
    );
    await using _ = at;
    const { secret, placeholder } = at.wiring;
    const sessions = [await at.open(), await at.open()];
    for (const [i, session] of sessions.entries()) await session.say(call(1, `${secret} of ${i}`));
    for (const [i, session] of sessions.entries())
      expect(JSON.parse(await session.next())).toEqual(
        result(1, [placeholder, call(1, `${placeholder} of ${i}`).params]),
      );
    expect(children).toHaveLength(2);
    expect(JSON.stringify(at.wiring.log)).not.toContain(secret);
  });

  test('is told why a request was refused, on its stream', async () => {
    const { at, children } = await beforeStdio();
    await using _ = at;
    const session = await at.open();
    expect(await session.say(call(at.wiring.secret, 'x'))).toMatchObject({ status: 202 });
    expect(JSON.parse(await session.next())).toMatchObject({ error: { code: RPC.denied } });
    await session.say('{"jsonrpc":');
    expect(JSON.parse(await session.next())).toMatchObject({ id: null, error: { code: RPC.parseError } });
    expect(children.flatMap(({ lines }) => lines)).toEqual([]);
  });

  test('takes its server with it when it leaves', async () => {
    const stopped = Promise.withResolvers<void>();
    const { at, children } = await beforeStdio();
    await using _ = at;
    const session = await at.open();
    await session.say(call(1, 'x'));
    children[0]?.stdin.once('end', stopped.resolve);
    session.leave();
    await stopped.promise;
    expect((await session.say(call(2, 'x'))).status).toBe(404);
  });

  test('hears of the end of its server by an error, and by the end of its stream', async () => {
    const { at } = await beforeStdio((_message, child) => child.exit(3));
    await using _ = at;
    const session = await at.open();
    await session.say(call(1, 'x'));
    expect(JSON.parse(await session.next())).toMatchObject({ id: 1, error: { code: RPC.upstream } });
    await expect(session.next()).rejects.toThrow(/ended before/);
    expect((await session.say(call(2, 'x'))).status).toBe(404);
  });
});

describe('the door', () => {
  const body = JSON.stringify(call(1, 'x'));

  test.each([
    ['GET', '/sse', { authorization: 'Bearer wrong' }, 401],
    ['GET', '/sse', { host: 'evil.example' }, 403],
    ['GET', '/sse', { origin: 'http://evil.example' }, 403],
    ['POST', '/messages?sessionId=ID', { authorization: 'Bearer wrong' }, 401],
    ['POST', '/messages?sessionId=ID', { host: 'evil.example' }, 403],
    ['POST', '/messages?sessionId=ID', { origin: 'null' }, 403],
    ['POST', '/messages?sessionId=ID', { 'content-type': 'text/plain' }, 415],
    ['POST', '/messages?sessionId=other', {}, 404],
    ['POST', '/messages', {}, 404],
    // A client that tries the new transport first has to see that there is only the old one here.
    ['POST', '/sse', {}, 405],
    ['GET', '/messages?sessionId=ID', {}, 405],
    ['GET', '/sse/other', {}, 404],
  ] as const)('is the same as for the new transport: %s %s %o', async (method, path, headers, status) => {
    const { at, children } = await beforeStdio();
    await using _ = at;
    const id = (await at.open()).address.split('=')[1] ?? '';
    const response = await at.request(method, path.replace('ID', id), {
      headers,
      ...(method === 'POST' && { body }),
    });
    expect(response.statusCode).toBe(status);
    expect(children.flatMap(({ lines }) => lines)).toEqual([]);
  });
});

describe('before a server of the old transport too', () => {
  test('nothing of the server’s address, its events’ fields and its pings reaches the client but comments', async () => {
    const address = 'upstream-session-7f3a';
    let say: (text: string) => void = () => undefined;
    await using upstream = await disposable(({ method, message, response }) => {
      if (method === 'GET') {
        say = events(response);
        return say(`event: endpoint\ndata: /hidden/${address}\n\n`);
      }
      response.writeHead(202).end();
      say(`: keep ${at.wiring.secret}\nid: ${address}\nretry: 1\n\n`);
      say('event: ping\ndata: now\n\n');
      return say(
        `id: ${address}\nevent: message\ndata: ${JSON.stringify(result(message.id, at.wiring.secret))}\n\n`,
      );
    });
    await using at = await new Place(HttpSessionsClientSide, (wiring) =>
      sseUpstream(serverParts(upstream.url, wiring), 'http'),
    ).ready();
    const session = await at.open();
    await session.say(call(1, 'x'));
    expect(await session.raw()).toBe(`: keep ${at.wiring.placeholder}\n\n`);
    expect(await session.raw()).toBe(
      `event: message\ndata: ${JSON.stringify(result(1, at.wiring.placeholder))}\n\n`,
    );
    expect(JSON.stringify([session.address, session.response.headers])).not.toContain(address);
    expect(upstream.asked[1]?.headers).not.toHaveProperty('authorization');
  });

  test('the end of the server’s stream is the end of the client’s; a new one has a new server', async () => {
    let streams = 0;
    await using upstream = await disposable(({ method, response }) => {
      if (method === 'GET') return events(response)(`event: endpoint\ndata: /of/${(streams += 1)}\n\n`);
      response.writeHead(202).end();
      return upstream.asked[0]?.response.end();
    });
    await using at = await new Place(HttpSessionsClientSide, (wiring) =>
      sseUpstream(serverParts(upstream.url, wiring), 'http'),
    ).ready();
    const session = await at.open();
    await session.say(call(1, 'x'));
    expect(JSON.parse(await session.next())).toMatchObject({ id: 1, error: { code: RPC.upstream } });
    await expect(session.next()).rejects.toThrow(/ended before/);
    const again = await at.open();
    await again.say({ jsonrpc: '2.0', method: 'notifications/x' });
    await upstream.when(({ url }) => url === '/of/2');
  });

  test('a client on Streamable HTTP whose server has ended its stream is to begin anew', async () => {
    await using upstream = await disposable(({ method, message, response }) => {
      if (method === 'GET') return events(response)('event: endpoint\ndata: /m\n\n');
      response.writeHead(202).end();
      const stream = upstream.asked.findLast((asked) => asked.method === 'GET')?.response;
      if (message.method !== 'initialize') return stream?.end();
      return stream?.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} })}\n\n`);
    });
    await using at = await new Place(HttpSessionsClientSide, (wiring) =>
      sseUpstream(serverParts(upstream.url, wiring), 'http'),
    ).ready();
    const initialize = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    const post = async (body: string, headers = {}) =>
      read(await at.request('POST', '/mcp', { body, headers }));
    const session = { 'mcp-session-id': String((await post(initialize)).headers['mcp-session-id']) };
    expect((await post(JSON.stringify(call(1, 'x')), session)).json()).toMatchObject({
      id: 1,
      error: { code: RPC.upstream },
    });
    expect((await post(JSON.stringify(call(2, 'x')), session)).status).toBe(404);
    expect((await post(initialize)).status).toBe(200);
  });
});

describe('before a server of the new transport', () => {
  test('that turns out to be one of the old, each has a stream there', async () => {
    const streams = new Map<string, (text: string) => void>();
    await using upstream = await disposable(({ method, url, message, response }) => {
      if (method === 'GET') {
        const path = `/of/${streams.size}`;
        streams.set(path, events(response));
        return streams.get(path)?.(`event: endpoint\ndata: ${path}\n\n`);
      }
      if (url === '/mcp') return response.writeHead(405).end();
      response.writeHead(202).end();
      return streams.get(url)?.(`data: ${JSON.stringify(result(message.id, url))}\n\n`);
    });
    await using at = await new Place(
      HttpClientSide,
      (wiring) => new HttpForAll(serverParts(upstream.url, wiring)),
    ).ready();
    const heard: string[] = [];
    for (const client of [await at.open(), await at.open()]) {
      await client.say({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
      heard.push(await client.next());
    }
    expect(new Set(heard).size).toBe(2);
  });

  test('each has a session there, which ends when it leaves', async () => {
    let sessions = 0;
    await using upstream = await disposable(({ method, message, response }) => {
      if (method !== 'POST') return response.writeHead(method === 'DELETE' ? 204 : 405).end();
      if (message.id === undefined) return response.writeHead(202).end();
      const id = message.method === 'initialize' ? { 'mcp-session-id': `s-${(sessions += 1)}` } : {};
      return json(response, { jsonrpc: '2.0', id: message.id, result: {} }, 200, id);
    });
    await using at = await new Place(
      HttpClientSide,
      (wiring) => new HttpForAll(serverParts(upstream.url, wiring)),
    ).ready();
    const clients = [await at.open(), await at.open()];
    for (const client of clients) {
      await client.say({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
      await client.next();
      await client.say({ jsonrpc: '2.0', method: 'notifications/initialized' });
    }
    for (const client of clients) {
      await client.say(call(1, 'x'));
      await client.next();
    }
    const used = upstream.asked
      .filter(({ message }) => message.method === 'tools/call')
      .map(({ headers }) => headers['mcp-session-id']);
    expect(used).toEqual(['s-1', 's-2']);
    clients[0]?.leave();
    const end = await upstream.when(({ method }) => method === 'DELETE');
    expect(end.headers['mcp-session-id']).toBe('s-1');
    await clients[1]?.say(call(2, 'x'));
    expect(JSON.parse((await clients[1]?.next()) ?? '')).toMatchObject({ id: 2, result: {} });
  });
});

async function disposable(
  answer: Parameters<typeof FakeUpstream.start>[0],
): Promise<FakeUpstream & AsyncDisposable> {
  const upstream = await FakeUpstream.start(answer);
  return Object.assign(upstream, { [Symbol.asyncDispose]: () => upstream.close() });
}
