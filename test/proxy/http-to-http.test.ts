import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { HallpassError } from '../../src/core/errors.ts';
import { RPC } from '../../src/core/jsonrpc/replies.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import { httpProxy, read, reader } from '../helpers/http-proxy.ts';
import { events, FakeUpstream, json, type Asked } from '../helpers/http-upstream.ts';

const call = (id: unknown, text: string) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text } },
});
const result = (id: unknown, text: string) => ({
  jsonrpc: '2.0',
  id,
  result: { content: [{ type: 'text', text }] },
});
const echo = ({ message, response }: Asked): void => {
  const params = message.params as { arguments: { text: string } };
  json(response, result(message.id, params.arguments.text));
};

describe('a message without a secret', () => {
  test('reaches the server, and its answer the client, byte for byte', async () => {
    const answer = ' {"id":1 , "result":{"n":12345678901234567890,"é":"\\u00e9"},\r\n"jsonrpc":"2.0"}\n';
    await using proxy = await httpProxy(({ response }) => json(response, answer));
    const body =
      '{ "jsonrpc":"2.0",\n "id": 1, "method":"tools\\/call", "params":{"name":"x","arguments":{"n":1.0}} }\n';
    const received = await proxy.post(body);
    expect(proxy.upstream.asked[0]?.body).toBe(body);
    expect(received).toMatchObject({ status: 200, body: answer });
    expect(received.headers['content-type']).toBe('application/json');
  });

  test('reaches it with MCP’s headers and nothing else of the client’s', async () => {
    await using proxy = await httpProxy(echo);
    await proxy.post(call(1, 'x'), {
      cookie: 'a=b',
      'x-api-key': 'k',
      'proxy-authorization': 'Basic eA==',
      'user-agent': 'client/1',
      'accept-encoding': 'gzip',
      'mcp-session-id': 'abc',
      'mcp-protocol-version': '2025-11-25',
      'last-event-id': '5',
    });
    const headers = proxy.upstream.asked[0]?.headers ?? {};
    expect(headers).toMatchObject({
      'mcp-session-id': 'abc',
      'mcp-protocol-version': '2025-11-25',
      'last-event-id': '5',
      accept: 'application/json, text/event-stream',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'hallpass/test',
      host: `127.0.0.1:${proxy.upstream.port}`,
    });
    for (const name of ['authorization', 'cookie', 'x-api-key', 'proxy-authorization', 'origin'])
      expect(headers).not.toHaveProperty(name);
  });

  test('is not mixed up with another of the same id', async () => {
    const both = Promise.withResolvers<void>();
    await using proxy = await httpProxy(async (asked) => {
      if (proxy.upstream.asked.length === 2) both.resolve();
      await both.promise;
      echo(asked);
    });
    const answers = await Promise.all(['one', 'two'].map((text) => proxy.post(call(1, text))));
    expect(answers.map((answer) => answer.json())).toEqual([result(1, 'one'), result(1, 'two')]);
  });
});

describe('a secret', () => {
  test('is masked both ways and in the log', async () => {
    await using proxy = await httpProxy(({ message, response }) =>
      json(response, result(message.id, `have ${proxy.wiring.secret}`)),
    );
    const { secret, placeholder, log } = proxy.wiring;
    const answer = await proxy.post(call(1, `key ${secret}`));
    expect(proxy.upstream.asked[0]?.message).toEqual(call(1, `key ${placeholder}`));
    expect(answer.json()).toEqual(result(1, `have ${placeholder}`));
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.body)));
    expect(JSON.stringify(log)).not.toContain(secret);
    expect(log).toHaveLength(2);
  });

  test('in headers that repeat the body is masked as in the body', async () => {
    await using proxy = await httpProxy(echo);
    const { secret, placeholder } = proxy.wiring;
    await proxy.post(call(1, `é ${secret}`), {
      'mcp-name': 'echo',
      'mcp-param-text': `=?base64?${Buffer.from(`é ${secret}`).toString('base64')}?=`,
    });
    const { headers } = proxy.upstream.asked[0] as Asked;
    const encoded = /^=\?base64\?(.*)\?=$/.exec(String(headers['mcp-param-text']))?.[1] ?? '';
    expect(Buffer.from(encoded, 'base64').toString()).toBe(`é ${placeholder}`);
    expect(headers['mcp-name']).toBe('echo');
  });

  test.each(['mcp-session-id', 'last-event-id', 'mcp-anything'])(
    'in %s stops a request, with or without a message',
    async (name) => {
      await using proxy = await httpProxy(echo);
      const { secret } = proxy.wiring;
      expect((await proxy.post(call(1, 'x'), { [name]: secret })).json()).toMatchObject({
        id: 1,
        error: { code: RPC.denied },
      });
      expect((await proxy.bare('GET', { [name]: secret })).statusCode).toBe(400);
      expect((await proxy.bare('DELETE', { [name]: secret })).statusCode).toBe(400);
      expect(proxy.upstream.asked).toEqual([]);
      expect(proxy.wiring.log).toHaveLength(3);
      expect(JSON.stringify([proxy.wiring.log, proxy.wiring.notes])).not.toContain(secret);
    },
  );

  test('in a header of the answer stops the answer', async () => {
    await using proxy = await httpProxy(({ message, response }) =>
      json(response, result(message.id, 'x'), 200, { 'mcp-session-id': proxy.wiring.secret }),
    );
    const answer = await proxy.post(call(1, 'x'));
    expect(answer).toMatchObject({ status: 502 });
    expect(answer.json()).toMatchObject({ id: 1, error: { code: RPC.upstream } });
    expect(JSON.stringify(answer)).not.toContain(proxy.wiring.secret);
  });

  test('in the id stops the request before the server', async () => {
    await using proxy = await httpProxy(echo);
    const answer = await proxy.post(call(proxy.wiring.secret, 'x'));
    expect(answer.json()).toMatchObject({ error: { code: RPC.denied } });
    expect(proxy.upstream.asked).toEqual([]);
  });
});

describe('a stream of events', () => {
  test('passes event by event, each before the next is sent', async () => {
    const seen = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using proxy = await httpProxy(async ({ message, response }) => {
      const send = events(response);
      send(': hello\n\n');
      await seen[0]?.promise;
      send(
        'id: 1\ndata: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}\n\n',
      );
      await seen[1]?.promise;
      send(`event: message\r\ndata: ${JSON.stringify(result(message.id, 'done'))}\r\n\r\n`);
      response.end();
    });
    const response = await proxy.open(call(1, 'x'));
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      'cache-control': 'no-cache',
    });
    const next = reader(response);
    expect(await next('\n\n')).toBe(': hello\n\n');
    seen[0]?.resolve();
    expect(await next('\n\n')).toBe(
      'id: 1\ndata: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}\n\n',
    );
    seen[1]?.resolve();
    expect(await next('\r\n\r\n')).toBe(
      `event: message\r\ndata: ${JSON.stringify(result(1, 'done'))}\r\n\r\n`,
    );
  });

  test('is masked in its events and between them, and otherwise the same', async () => {
    await using proxy = await httpProxy(({ message, response }) => {
      const { secret } = proxy.wiring;
      const data = JSON.stringify(result(message.id, `a ${secret}`));
      events(response)(
        `: note ${secret}\n\nretry: 5\nid: 7\nevent: message\ndata:${data.slice(0, 10)}\ndata:${data.slice(10)}\n\n`,
      );
      response.end();
    });
    const { body } = await proxy.post(call(1, 'x'));
    const data = JSON.stringify(result(1, `a ${proxy.wiring.placeholder}`));
    expect(body).toBe(
      `: note ${proxy.wiring.placeholder}\n\nretry: 5\nid: 7\nevent: message\ndata:${data.slice(0, 10)}\ndata:${data.slice(10)}\n\n`,
    );
  });

  test('is read right however it is cut', async () => {
    const stream = `data: ${JSON.stringify({ jsonrpc: '2.0', method: 'n', params: { x: 'é' } })}\n\n: c\n\ndata: ${JSON.stringify(result(1, '€'))}\n\n`;
    await using proxy = await httpProxy(async ({ response }) => {
      const send = events(response);
      for (const byte of Buffer.from(stream)) {
        response.write(Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      send('');
      response.end();
    });
    expect((await proxy.post(call(1, 'x'))).body).toBe(stream);
  });

  test('around whose data a known secret stands has that event replaced by an error', async () => {
    await using proxy = await httpProxy(({ message, response }) => {
      events(response)(`id: ${proxy.wiring.secret}\ndata: ${JSON.stringify(result(message.id, 'x'))}\n\n`);
      response.end();
    });
    const { body } = await proxy.post(call(1, 'x'));
    expect(body).not.toContain(proxy.wiring.secret);
    expect(body).toContain(String(RPC.denied));
  });

  const vendorToken = makeCanaries().gitlabToken.value;

  test.each([
    ['a comment', `: ${vendorToken}`],
    ['its name', `event: ${vendorToken}`],
    ['a field that nobody knows', `x-${vendorToken}: y`],
    ['a comment in UTF-16', `: ${vendorToken.replaceAll(/(?<=.)/g, '\0')}`],
  ])('around whose data a token stands, in %s, has that event replaced by an error', async (_, line) => {
    await using proxy = await httpProxy(({ message, response }) => {
      events(response)(`${line}\ndata: ${JSON.stringify(result(message.id, 'x'))}\n\n`);
      response.end();
    });
    const { body } = await proxy.post(call(1, 'x'));
    expect(body.replaceAll('\0', '')).not.toContain(vendorToken);
    expect(body).toContain(String(RPC.denied));
  });

  test('with a comment that can not be read loses it and goes on', async () => {
    await using proxy = await httpProxy(({ message, response }) => {
      const comment = `: ${proxy.wiring.secret.replaceAll(/(?<=.)/g, '\0')}\n\n`;
      events(response)(`${comment}data: ${JSON.stringify(result(message.id, 'x'))}\n\n`);
      response.end();
    });
    expect((await proxy.post(call(1, 'x'))).body).toBe(`data: ${JSON.stringify(result(1, 'x'))}\n\n`);
    expect(proxy.wiring.troubles).toEqual([expect.stringContaining('withheld')]);
  });

  test('with something else than messages in it loses those and goes on', async () => {
    await using proxy = await httpProxy(({ message, response }) => {
      events(response)(`data: [DONE]\n\ndata: ${JSON.stringify(result(message.id, 'x'))}\n\n`);
      response.end();
    });
    expect((await proxy.post(call(1, 'x'))).body).toBe(`data: ${JSON.stringify(result(1, 'x'))}\n\n`);
    expect(proxy.wiring.log.map(({ body }) => body.kind)).toEqual(['message', 'refused', 'message']);
  });

  test('that breaks off ends in an error for who waits, and ends', async () => {
    await using proxy = await httpProxy(async ({ response }) => {
      events(response)('data: {"jsonrpc":"2.0","method":"n"}\n\ndata: {"half');
      await new Promise((resolve) => setImmediate(resolve));
      response.destroy();
    });
    const { status, body } = await proxy.post(call(1, 'x'));
    expect(status).toBe(200);
    const [first, second] = body.split('\n\n');
    expect(first).toBe('data: {"jsonrpc":"2.0","method":"n"}');
    expect(second).toMatch(/^event: message\ndata: \{"jsonrpc":"2\.0","id":1,"error":\{"code":47002,/);
    expect(proxy.wiring.pending.drain()).toEqual([]);
  });

  test('with an event over the limit ends in an error', async () => {
    await using proxy = await httpProxy(
      ({ response }) => {
        events(response)(`data: {"x":"${'y'.repeat(2_000)}`);
      },
      { limit: 1_000 },
    );
    const { body } = await proxy.post(call(1, 'x'));
    expect(body).toContain('over the limit of 1000 bytes');
    expect(body).toContain('"id":1');
  });

  test('brings the server’s requests, and our refusal of one goes back without ending the stream', async () => {
    const refused = Promise.withResolvers<Asked>();
    await using proxy = await httpProxy(async (asked) => {
      const { message, response } = asked;
      if (message.method === undefined) {
        refused.resolve(asked);
        return response.writeHead(202).end();
      }
      const send = events(response);
      send(`data: ${JSON.stringify({ jsonrpc: '2.0', id: proxy.wiring.secret, method: 'roots/list' })}\n\n`);
      await refused.promise;
      send(`data: ${JSON.stringify({ jsonrpc: '2.0', id: 9, method: 'roots/list' })}\n\n`);
      send(`data: ${JSON.stringify(result(message.id, 'x'))}\n\n`);
      return response.end();
    });
    const { body } = await proxy.post(call(1, 'x'), {
      'mcp-session-id': 'abc',
      'mcp-protocol-version': '2025-11-25',
    });
    const reply = await refused.promise;
    expect(reply.message).toMatchObject({ id: proxy.wiring.secret, error: { code: RPC.denied } });
    expect(reply.headers).toMatchObject({ 'mcp-session-id': 'abc', 'mcp-protocol-version': '2025-11-25' });
    expect(body).toBe(
      `data: {"jsonrpc":"2.0","id":9,"method":"roots/list"}\n\ndata: ${JSON.stringify(result(1, 'x'))}\n\n`,
    );
  });
});

describe('a session of the older revisions', () => {
  test('is the server’s: its id goes to the client and back', async () => {
    await using proxy = await httpProxy(({ message, response, headers }) => {
      if (message.method === 'initialize')
        return json(
          response,
          { jsonrpc: '2.0', id: message.id, result: { protocolVersion: '2025-11-25' } },
          200,
          { 'mcp-session-id': 'of-the-server' },
        );
      return json(response, result(message.id, String(headers['mcp-session-id'])));
    });
    const opened = await proxy.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    expect(opened.headers['mcp-session-id']).toBe('of-the-server');
    expect((await proxy.post(call(1, 'x'), { 'mcp-session-id': 'of-the-server' })).json()).toEqual(
      result(1, 'of-the-server'),
    );
  });

  test('has a stream of its own, on which the server may ask; the answer is masked by what it asked', async () => {
    await using proxy = await httpProxy(({ method, message, response }) => {
      if (method === 'GET')
        return events(response)(
          `data: ${JSON.stringify({ jsonrpc: '2.0', id: 4, method: 'sampling/createMessage', params: { messages: [] } })}\n\n`,
        );
      if (message.method === undefined) return response.writeHead(202).end();
      return echo({ message, response } as Asked);
    });
    const stream = await proxy.bare('GET', { 'mcp-session-id': 's1' });
    expect(await reader(stream)('\n\n')).toContain('"sampling/createMessage"');
    const answer = await proxy.post(
      {
        jsonrpc: '2.0',
        id: 4,
        result: { role: 'assistant', content: { type: 'text', text: proxy.wiring.secret } },
      },
      { 'mcp-session-id': 's1' },
    );
    expect(answer).toMatchObject({ status: 202, body: '' });
    const { message } = await proxy.upstream.when((asked) => asked.body.includes('assistant'));
    expect(message).toMatchObject({ id: 4, result: { content: { text: proxy.wiring.placeholder } } });
    expect(proxy.wiring.pending.get('to_client', 's1', '4')).toBeUndefined();
    stream.destroy();
  });

  test('may be ended, and the server’s answer to that comes as it is', async () => {
    await using proxy = await httpProxy(({ method, response }) =>
      response.writeHead(method === 'DELETE' ? 200 : 405).end(),
    );
    expect((await proxy.bare('DELETE', { 'mcp-session-id': 's1' })).statusCode).toBe(200);
    expect((await proxy.bare('GET', { 'mcp-session-id': 's1' })).statusCode).toBe(405);
    expect(proxy.upstream.asked.map(({ method, headers }) => [method, headers['mcp-session-id']])).toEqual([
      ['DELETE', 's1'],
      ['GET', 's1'],
    ]);
  });
});

describe('an answer without a message', () => {
  test.each([202, 200, 204])('with status %i to a notification comes as it is', async (status) => {
    await using proxy = await httpProxy(({ response }) => response.writeHead(status).end());
    const answer = await proxy.post({ jsonrpc: '2.0', method: 'notifications/x' });
    expect(answer).toMatchObject({ status, body: '' });
  });

  test('that is no JSON-RPC is an error for who asked', async () => {
    await using proxy = await httpProxy(({ response }) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'),
    );
    const answer = await proxy.post(call(1, 'x'));
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject({ error: { code: RPC.upstream } });
    expect(proxy.wiring.log.at(-1)?.body.kind).toBe('refused');
    expect(proxy.wiring.pending.drain()).toEqual([]);
  });
});

describe('an HTTP error', () => {
  test('with a JSON-RPC body comes byte for byte, masked where it must be', async () => {
    const body = (text: string): string =>
      `{"jsonrpc":"2.0", "id":1,"error":{"code":-32020,"message":"${text}"}}`;
    await using proxy = await httpProxy(({ response }) =>
      json(response, body(`mismatch ${proxy.wiring.secret}`), 400),
    );
    expect(await proxy.post(call(1, 'x'))).toMatchObject({
      status: 400,
      body: body(`mismatch ${proxy.wiring.placeholder}`),
    });
  });

  test('with any other body comes as masked text with its status', async () => {
    await using proxy = await httpProxy(({ response }) =>
      response
        .writeHead(500, { 'content-type': 'text/html', 'set-cookie': 'a=b', 'retry-after': '5' })
        .end(`<h1>${proxy.wiring.secret}</h1>`),
    );
    const answer = await proxy.post(call(1, 'x'));
    expect(answer).toMatchObject({ status: 500, body: `<h1>${proxy.wiring.placeholder}</h1>` });
    expect(answer.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'retry-after': '5' });
    expect(answer.headers).not.toHaveProperty('set-cookie');
    expect(proxy.wiring.troubles).toEqual([expect.stringContaining('500')]);
    expect(proxy.wiring.pending.drain()).toEqual([]);
  });

  test.each(['utf16le', 'latin1'] as const)(
    'in %s keeps its status and loses its words',
    async (encoding) => {
      await using proxy = await httpProxy(({ response }) =>
        response.writeHead(500, { 'content-type': 'text/html' }).end(`é ${proxy.wiring.secret}`, encoding),
      );
      const answer = await proxy.post(call(1, 'x'));
      expect(answer).toMatchObject({ status: 500, body: '' });
      expect(proxy.wiring.troubles).toContainEqual(expect.stringContaining('withheld'));
    },
  );

  test.each(['content-type', 'retry-after', 'mcp-protocol-version'])(
    'with a token in %s comes without it',
    async (name) => {
      const token = makeCanaries().gitlabToken.value;
      await using proxy = await httpProxy(({ response }) =>
        response.writeHead(429, { [name]: `text/html; x=${token}` }).end('slow'),
      );
      const answer = await proxy.post(call(1, 'x'));
      expect(answer.status).toBe(502);
      expect(JSON.stringify(answer)).not.toContain(token);
    },
  );

  test.each([401, 403, 404, 429])('%i without a body keeps its status', async (status) => {
    await using proxy = await httpProxy(({ response }) =>
      response.writeHead(status, { 'www-authenticate': 'Bearer x' }).end(),
    );
    const answer = await proxy.post(call(1, 'x'));
    expect(answer).toMatchObject({ status, body: '' });
    // Whose token it wants is between the server and hallpass.
    expect(answer.headers).not.toHaveProperty('www-authenticate');
  });
});

describe('an answer that can not be looked into is refused', () => {
  test.each(['gzip', 'br', 'zstd', 'x-anything', 'identity, gzip'])('compressed: %s', async (encoding) => {
    await using proxy = await httpProxy(({ message, response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': encoding });
      response.end(gzipSync(JSON.stringify(result(message.id, 'x'))));
    });
    const answer = await proxy.post(call(1, 'x'));
    expect(answer.status).toBe(502);
    expect(answer.json()).toMatchObject({
      id: 1,
      error: { code: RPC.upstream, message: expect.stringContaining('compressed') as string },
    });
  });

  test('over the limit', async () => {
    await using proxy = await httpProxy(
      ({ message, response }) => json(response, result(message.id, 'x'.repeat(2_000))),
      { limit: 1_000 },
    );
    const answer = await proxy.post(call(1, 'x'));
    expect(answer.json()).toMatchObject({
      id: 1,
      error: { message: 'the answer is over the limit of 1000 bytes' },
    });
    expect((await proxy.post(call(2, 'x'))).json()).toMatchObject({ id: 2 });
  });
});

test.each([301, 302, 307, 308])('a redirect (%i) is not followed', async (status) => {
  const other = await FakeUpstream.start(({ response }) => response.end());
  await using proxy = await httpProxy(({ response }) =>
    response.writeHead(status, { location: other.url }).end(),
  );
  const answer = await proxy.post(call(1, 'x'));
  expect(answer.json()).toMatchObject({
    id: 1,
    error: { code: RPC.upstream, message: expect.stringContaining('not followed') as string },
  });
  expect(answer.headers).not.toHaveProperty('location');
  expect(other.asked).toEqual([]);
  await other.close();
});

test('a server that can not be reached is an error for who asked, and the next may succeed', async () => {
  await using proxy = await httpProxy(echo);
  await proxy.upstream.close();
  const answer = await proxy.post(call(1, proxy.wiring.secret));
  expect(answer.status).toBe(502);
  expect(answer.json()).toMatchObject({
    id: 1,
    error: { code: RPC.upstream, message: expect.stringContaining('ECONNREFUSED') as string },
  });
  expect(answer.body).not.toContain(proxy.wiring.secret);
});

test('a client that goes away takes its request to the server with it', async () => {
  const reached = Promise.withResolvers<Asked>();
  await using proxy = await httpProxy((asked) => {
    events(asked.response)(': waiting\n\n');
    reached.resolve(asked);
  });
  const leaving = new AbortController();
  const response = await proxy.open(call(1, 'x'), {}, leaving.signal);
  response.on('error', () => undefined);
  const asked = await reached.promise;
  leaving.abort();
  await asked.gone;
  expect(asked.response.writableEnded).toBe(false);
});

test('a client that goes away before the server has answered at all takes its request with it too', async () => {
  const reached = Promise.withResolvers<Asked>();
  await using proxy = await httpProxy((asked) => reached.resolve(asked));
  const leaving = new AbortController();
  const opening = proxy.open(call(1, 'x'), {}, leaving.signal).catch(() => undefined);
  const asked = await reached.promise;
  leaving.abort();
  await asked.gone;
  await opening;
  await proxy[Symbol.asyncDispose]();
  // Nobody can answer it any more.
  expect(proxy.wiring.pending.drain()).toEqual([]);
});

test('a cancellation waits until the whole of the large request that it is for has been sent', async () => {
  const arrived: string[] = [];
  const begun = Promise.withResolvers<IncomingMessage>();
  const server = createServer((request, response) => {
    const isLarge = Number(request.headers['content-length']) > 1_000;
    request.pause();
    request.once('end', () => {
      arrived.push(isLarge ? 'request' : 'cancellation');
      response.writeHead(202).end();
    });
    // More than fits between here and there, so that it is not sent while it is not read.
    if (isLarge) begun.resolve(request);
    else request.resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  await using proxy = await httpProxy(echo, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
  });
  const session = { 'mcp-session-id': 's' };
  const large = proxy.post(call(1, 'lorem ipsum '.repeat(2_000_000)), session);
  const request = await begun.promise;
  const params = { requestId: 1 };
  const cancelling = proxy.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params }, session);
  const recorded = (): number => proxy.wiring.log.length;
  for (let n = 0; n < 500 || recorded() < 2; n += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(arrived).toEqual([]);
  request.resume();
  await Promise.all([large, cancelling]);
  // Which of two connections the server reads first, once both have all there is, is its own affair.
  expect(arrived.toSorted()).toEqual(['cancellation', 'request']);
  server.closeAllConnections();
  server.close();
});

test('a client that does not read its stream does not hold up the end', async () => {
  await using proxy = await httpProxy(({ response }) => {
    const send = events(response);
    for (let i = 0; i < 200; i += 1)
      send(`data: {"jsonrpc":"2.0","method":"n","params":{"x":"${'y'.repeat(100_000)}"}}\n\n`);
  });
  const response = await proxy.open(call(1, 'x'));
  response.pause();
  response.on('error', () => undefined);
  // Until every buffer on the way is full and nothing moves any more.
  for (let seen = -1, still = 0; still < 500; still += 1, seen = proxy.wiring.log.length) {
    if (proxy.wiring.log.length !== seen) still = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(proxy.wiring.log.length).toBeLessThan(200);
  await proxy[Symbol.asyncDispose]();
});

test('what can not be recorded does not reach the server', async () => {
  await using proxy = await httpProxy(echo);
  proxy.wiring.recordFault = new Error('full');
  const answer = await proxy.post(call(1, 'x'));
  expect(answer.json()).toMatchObject({ id: 1, error: { code: RPC.internalError } });
  expect((await proxy.post({ jsonrpc: '2.0', method: 'notifications/x' })).status).toBe(400);
  expect(proxy.upstream.asked).toEqual([]);
});

test.each([
  ['no JSON', null],
  ['{"jsonrpc":"2.0","id":1,"method":"a","Method":"b"}', 1],
  ['', null],
])('what is no message is answered with 400: %j', async (body, id) => {
  await using proxy = await httpProxy(echo);
  const answer = await proxy.post(body);
  expect(answer.status).toBe(400);
  expect(answer.json()).toMatchObject({ id, error: { code: RPC.parseError } });
  expect(proxy.upstream.asked).toEqual([]);
});

test('reading to the end gives the whole answer', async () => {
  await using proxy = await httpProxy(echo);
  const long = 'é'.repeat(100_000);
  expect((await read(await proxy.open(call(1, long)))).json()).toEqual(result(1, long));
});

test('what the guard does not let in is recorded before it is answered, and the session lives on', async () => {
  await using proxy = await httpProxy(echo);
  const statuses: (number | undefined)[] = [];
  for (const headers of [{ host: 'x' }, { authorization: 'Bearer x' }, { 'content-type': 'text/plain' }])
    statuses.push((await proxy.post(call(1, 'x'), headers)).status);
  expect(statuses).toEqual([403, 401, 415]);
  expect(proxy.wiring.log.map(({ body }) => body)).toEqual(
    statuses.map((status) => ({
      kind: 'refused',
      direction: 'to_server',
      reason: expect.stringMatching(`^HTTP ${status}: `) as string,
    })),
  );
  proxy.wiring.recordFault = new HallpassError('ERR_RECORD_FAILED', 'disk full');
  expect((await proxy.post(call(1, 'x'), { host: 'x' })).status).toBe(403);
  expect(proxy.wiring.notes).toContain('disk full');
  proxy.wiring.recordFault = undefined;
  expect((await proxy.post(call(1, 'x'))).json()).toEqual(result(1, 'x'));
});

describe('a request of 2026-07-28 whose headers say other than its body', () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' };
  const modern = { ...call(1, 'x'), params: { ...call(1, 'x').params, _meta: meta } };

  test('never reaches the server, which might let it pass', async () => {
    await using proxy = await httpProxy(echo);
    const refused = await proxy.post(modern, { ...headers, 'mcp-name': 'other' });
    expect([refused.status, refused.json()]).toMatchObject([
      400,
      { id: 1, error: { code: RPC.headerMismatch } },
    ]);
    expect(proxy.upstream.asked).toEqual([]);
    expect(proxy.wiring.log.at(-1)?.body).toMatchObject({
      kind: 'message',
      verdict: { outcome: 'deny', rule: 'contract/header_mismatch' },
    });
    expect((await proxy.post(modern, headers)).status).toBe(200);
  });

  test('and whose body does not say that it is one has invalid params, whatever the server thinks', async () => {
    await using proxy = await httpProxy(echo);
    for (const _meta of [undefined, {}, { 'io.modelcontextprotocol/clientCapabilities': {} }]) {
      const refused = await proxy.post(
        { ...call(1, 'x'), params: { ...call(1, 'x').params, _meta } },
        headers,
      );
      expect([refused.status, refused.json()]).toMatchObject([
        400,
        { id: 1, error: { code: RPC.invalidParams } },
      ]);
    }
    expect(proxy.upstream.asked).toEqual([]);
    expect(proxy.wiring.log).toHaveLength(3);
  });

  test('or of which there are several never reaches it either, nor does a notification', async () => {
    await using proxy = await httpProxy(echo);
    expect((await proxy.post([modern], headers)).status).toBe(400);
    const notification = { jsonrpc: '2.0', method: 'notifications/x', params: { _meta: meta } };
    expect((await proxy.post(notification, headers)).status).toBe(400);
    expect(proxy.upstream.asked).toEqual([]);
    expect(proxy.wiring.log.map(({ body }) => body)).toMatchObject([
      { verdict: { outcome: 'deny', rule: 'contract/batch' } },
      { verdict: { outcome: 'deny', rule: 'contract/header_mismatch' } },
    ]);
  });

  test('is one that leaves out an argument which its tool wants repeated', async () => {
    const properties = { text: { type: 'string', 'x-mcp-header': 'Text' } };
    const tools = [{ name: 'echo', inputSchema: { type: 'object', properties } }];
    await using proxy = await httpProxy((asked) => {
      if (asked.message.method !== 'tools/list') return echo(asked);
      return json(asked.response, { jsonrpc: '2.0', id: asked.message.id, result: { tools } });
    });
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: meta } };
    await proxy.post(list, { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' });
    expect((await proxy.post(modern, headers)).status).toBe(400);
    expect((await proxy.post(modern, { ...headers, 'mcp-param-text': 'y' })).status).toBe(400);
    expect((await proxy.post(modern, { ...headers, 'mcp-param-text': 'x' })).json()).toEqual(result(1, 'x'));
  });
});
