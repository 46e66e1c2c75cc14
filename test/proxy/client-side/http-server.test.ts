import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { type GuardedRequest, listenLocally } from '../../../src/proxy/client-side/http-server.ts';

const TOKEN = 'local-token-of-the-test';
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

interface Local extends AsyncDisposable {
  readonly port: number;
  readonly let: GuardedRequest[];
  /** What was said for the record. */
  readonly refused: string[];
}

/** Listens and answers `204` to whatever gets in. */
async function listening(
  options: {
    bodyLimit?: number;
    heldLimit?: number;
    onRequest?: (request: GuardedRequest) => Promise<void>;
  } = {},
): Promise<Local> {
  const letIn: GuardedRequest[] = [];
  const refusals: string[] = [];
  const refused = (reason: string): void => void refusals.push(reason);
  const server = await listenLocally({ port: 0, token: TOKEN, refused, ...options }, async (request) => {
    letIn.push(request);
    if (options.onRequest !== undefined) return options.onRequest(request);
    request.response.writeHead(204).end();
  });
  return { port: server.port, let: letIn, refused: refusals, [Symbol.asyncDispose]: () => server.close() };
}

interface Attempt {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
}

/** A request with everything right but what is given; `undefined` leaves a header out. */
async function attempt(
  { port }: { port: number },
  { method = 'POST', path = '/mcp', headers = {}, body = PING }: Attempt = {},
): Promise<IncomingMessage> {
  const all: OutgoingHttpHeaders = {
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
    ...headers,
  };
  const asking = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
  });
  asking.end(method === 'GET' ? undefined : body);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return response;
}

describe('what gets in', () => {
  test.each<[string, Attempt]>([
    ['a POST', {}],
    ['with a charset', { headers: { 'content-type': 'Application/JSON; charset=utf-8' } }],
    ['with a query', { path: '/mcp?x=1' }],
    ['of a tool on this machine that says so', { headers: { origin: 'http://127.0.0.1:PORT' } }],
    ['that calls us localhost', { headers: { host: 'localhost:PORT', origin: 'http://localhost:PORT' } }],
    ['with the scheme in another case', { headers: { authorization: `bearer ${TOKEN}` } }],
    ['not encoded', { headers: { 'content-encoding': 'identity' } }],
    ['a GET', { method: 'GET', headers: { 'content-type': undefined } }],
    ['a DELETE', { method: 'DELETE', headers: { 'content-type': undefined }, body: '' }],
  ])('%s', async (_, given) => {
    await using local = await listening();
    const headers = Object.fromEntries(
      Object.entries(given.headers ?? {}).map(([name, value]) => [
        name,
        String(value ?? '').replace('PORT', String(local.port)) || undefined,
      ]),
    );
    const response = await attempt(local, { ...given, headers });
    expect(response.statusCode).toBe(204);
    expect(local.let).toHaveLength(1);
    expect(local.refused).toEqual([]);
  });
});

describe('what does not', () => {
  test.each<[string, number, Attempt]>([
    ['another Host', 403, { headers: { host: 'attacker.example.com' } }],
    ['another Host with our port', 403, { headers: { host: 'attacker.example.com:PORT' } }],
    ['our Host without the port', 403, { headers: { host: '127.0.0.1' } }],
    ['our Host with another port', 403, { headers: { host: '127.0.0.1:1' } }],
    ['a Host that begins like ours', 403, { headers: { host: '127.0.0.1:PORT.example.com' } }],
    ['a web page’s Origin', 403, { headers: { origin: 'https://example.com' } }],
    ['the Origin null', 403, { headers: { origin: 'null' } }],
    ['an Origin on another port', 403, { headers: { origin: 'http://localhost:1' } }],
    ['an Origin of another scheme', 403, { headers: { origin: 'https://127.0.0.1:PORT' } }],
    ['an Origin that is empty', 403, { headers: { origin: '' } }],
    ['no token', 401, { headers: { authorization: undefined } }],
    ['a wrong token', 401, { headers: { authorization: 'Bearer wrong' } }],
    ['the token cut short', 401, { headers: { authorization: `Bearer ${TOKEN.slice(0, -1)}` } }],
    ['the token and more', 401, { headers: { authorization: `Bearer ${TOKEN}x` } }],
    ['an empty token', 401, { headers: { authorization: 'Bearer ' } }],
    ['the token alone', 401, { headers: { authorization: TOKEN } }],
    [
      'the token as a password',
      401,
      { headers: { authorization: `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}` } },
    ],
    ['the token in the address', 401, { path: `/mcp?token=${TOKEN}`, headers: { authorization: undefined } }],
    ['another path', 404, { path: '/' }],
    ['a longer path', 404, { path: '/mcp/x' }],
    ['a path that only leads there', 404, { path: '/x/../mcp' }],
    ['PUT', 405, { method: 'PUT' }],
    ['OPTIONS, as browsers ask first', 405, { method: 'OPTIONS' }],
    ['text', 415, { headers: { 'content-type': 'text/plain' } }],
    [
      'a form, as web pages can send it',
      415,
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['no type', 415, { headers: { 'content-type': undefined } }],
    ['something like JSON', 415, { headers: { 'content-type': 'application/json-patch+json' } }],
    ['a compressed body', 415, { headers: { 'content-encoding': 'gzip' } }],
    ['a body compressed twice', 415, { headers: { 'content-encoding': 'identity, gzip' } }],
  ])('%s is answered with %i', async (_, status, given) => {
    await using local = await listening();
    const headers = Object.fromEntries(
      Object.entries(given.headers ?? {}).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replace('PORT', String(local.port)) : value,
      ]),
    );
    const response = await attempt(local, { ...given, headers });
    const body = await text(response);
    expect(response.statusCode).toBe(status);
    expect(local.let).toEqual([]);
    expect(local.refused[0]).toMatch(`HTTP ${status}: `);
    expect(JSON.parse(body)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32600 } });
    expect(body + JSON.stringify(response.headers)).not.toContain(TOKEN);
    expect(response.headers).not.toHaveProperty('access-control-allow-origin');
  });

  test('a request without a Host', async () => {
    await using local = await listening();
    const socket = connect(local.port, '127.0.0.1');
    socket.end(
      `POST /mcp HTTP/1.0\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: ${PING.length}\r\n\r\n${PING}`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
    expect(local.let).toEqual([]);
  });

  test.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['too long a header', `GET /mcp HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ])('%s', async (_, said, status) => {
    await using local = await listening();
    const socket = connect(local.port, '127.0.0.1');
    socket.write(said);
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(local.refused).toEqual([expect.stringMatching(`^HTTP ${status} `)]);
    expect((await attempt(local)).statusCode).toBe(204);
  });

  test('a wrong token says how to show one, a wrong method which there are', async () => {
    await using local = await listening();
    expect(
      (await attempt(local, { headers: { authorization: undefined } })).headers['www-authenticate'],
    ).toBe('Bearer');
    expect((await attempt(local, { method: 'PATCH' })).headers.allow).toBe('POST, GET, DELETE');
  });
});

describe('what is handed on', () => {
  test('of the headers is only what is MCP’s', async () => {
    await using local = await listening();
    await attempt(local, {
      headers: {
        accept: 'application/json',
        cookie: 'session=1',
        'proxy-authorization': 'Basic eDp5',
        'x-api-key': 'k',
        'last-event-id': '7',
        'mcp-session-id': 's',
        'Mcp-Name': 'tool',
        'MCP-Protocol-Version': '2026-07-28',
        'mcp-param-a': ['1', '2'],
        referer: 'http://x',
      },
    });
    expect(local.let[0]?.headers).toEqual({
      accept: 'application/json',
      'last-event-id': '7',
      'mcp-session-id': 's',
      'mcp-name': 'tool',
      'mcp-protocol-version': '2026-07-28',
      'mcp-param-a': '1, 2',
    });
  });

  test('is the body byte for byte, however it was cut', async () => {
    await using local = await listening();
    const asking = httpRequest({
      host: '127.0.0.1',
      port: local.port,
      path: '/mcp',
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    });
    for (const piece of ['{ "é', '": \r\n', '1.0 }']) asking.write(piece);
    asking.end();
    await once(asking, 'response');
    expect(Buffer.from(local.let[0]?.body ?? []).toString()).toBe('{ "é": \r\n1.0 }');
  });
});

describe('a body over the limit', () => {
  const answer = async (chunked: boolean, size: number): Promise<number | undefined> => {
    await using local = await listening({ bodyLimit: 1_000 });
    const body = 'x'.repeat(size);
    const response = await attempt(local, {
      body,
      headers: chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(size) },
    });
    await text(response);
    expect(local.refused).toHaveLength(response.statusCode === 413 ? 1 : 0);
    return response.statusCode;
  };

  test.each([true, false])('is answered with 413, one at the limit gets in; chunked: %s', async (chunked) => {
    expect(await answer(chunked, 1_000)).toBe(204);
    expect(await answer(chunked, 1_001)).toBe(413);
  });
});

test('requests that are too large together: one more is refused until others are answered', async () => {
  const first = Promise.withResolvers<GuardedRequest>();
  await using local = await listening({
    heldLimit: 100,
    onRequest: (request) => {
      if (request.body.length < 50) request.response.writeHead(204).end();
      else first.resolve(request);
      return Promise.resolve();
    },
  });
  const waiting = attempt(local, { body: 'x'.repeat(60) });
  const { response } = await first.promise;
  const refused = await attempt(local, { body: 'x'.repeat(60) });
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '1']);
  expect(local.refused).toEqual([expect.stringMatching('^HTTP 503: ')]);
  expect((await attempt(local, { body: 'x'.repeat(40) })).statusCode).toBe(204);
  const closed = once(response, 'close');
  response.writeHead(204).end();
  expect((await waiting).statusCode).toBe(204);
  await closed;
  expect((await attempt(local, { body: 'x'.repeat(49) })).statusCode).toBe(204);
});

test('a fault while answering is told in general words', async () => {
  await using local = await listening({ onRequest: () => Promise.reject(new TypeError('of a secret')) });
  const response = await attempt(local);
  expect(response.statusCode).toBe(500);
  const body = await text(response);
  expect(body).toContain('an unforeseen fault');
  expect(body + local.refused.join('')).not.toContain('of a secret');
  expect(local.refused).toEqual(['HTTP 500: an unforeseen fault']);
});

test('a client that goes away in the middle of its request disturbs nobody', async () => {
  await using local = await listening();
  const socket = connect(local.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${local.port}\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  );
  socket.destroy();
  expect((await attempt(local)).statusCode).toBe(204);
  expect(local.let).toHaveLength(1);
  expect(local.refused).toEqual([]);
});

test('a port that somebody has is an error with a code', async () => {
  const squatter = createServer();
  squatter.listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as AddressInfo;
  const refused = (): void => undefined;
  await expect(
    listenLocally({ port, token: TOKEN, refused }, () => Promise.resolve()),
  ).rejects.toThrowWithCode('ERR_PORT_TAKEN');
  squatter.close();
});

test('it listens on 127.0.0.1 and nowhere else', async () => {
  await using local = await listening();
  const socket = connect(local.port, '::1');
  await expect(once(socket, 'connect')).rejects.toThrow();
});
