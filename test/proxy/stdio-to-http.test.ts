import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { RPC } from '../../src/core/jsonrpc/replies.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import type { Ended } from '../../src/proxy/proxy.ts';
import { httpUpstream } from '../helpers/http-proxy.ts';
import { events, FakeUpstream, json, type Asked } from '../helpers/http-upstream.ts';
import { lineReader } from '../helpers/lines.ts';
import { Wiring } from '../helpers/wiring.ts';

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
const MODERN = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

/** A client on stdio, the proxy, and an HTTP server. */
class Relay {
  readonly wiring = new Wiring();
  readonly upstream: FakeUpstream;
  readonly ended: Promise<Ended>;
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly nextLine: () => Promise<string>;

  constructor(upstream: FakeUpstream) {
    this.upstream = upstream;
    this.nextLine = lineReader(this.output);
    this.ended = this.wiring.run(
      new StdioClientSide({ input: this.input, output: this.output }),
      httpUpstream(upstream.url, this.wiring),
    );
  }

  says(said: unknown): void {
    this.input.write(typeof said === 'string' ? said : `${JSON.stringify(said)}\n`);
  }

  async next(): Promise<unknown> {
    return JSON.parse(await this.nextLine()) as unknown;
  }

  /** Asks, and gives the answer. Nothing else may come in between. */
  async asks(message: unknown): Promise<unknown> {
    this.says(message);
    return this.next();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wiring.stop();
    await this.upstream.close();
    await this.ended;
  }
}

async function relay(answer: (asked: Asked) => unknown): Promise<Relay> {
  return new Relay(await FakeUpstream.start(answer));
}

/** A server of the older revisions with a session `s-1`, whose other requests `answer` answers. */
function legacy(answer: (asked: Asked) => unknown): (asked: Asked) => unknown {
  return (asked) => {
    const { message, response } = asked;
    if (message.method === 'initialize')
      return json(
        response,
        {
          jsonrpc: '2.0',
          id: message.id,
          result: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: {} },
        },
        200,
        { 'mcp-session-id': 's-1' },
      );
    return answer(asked);
  };
}

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
};
const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };

describe('the older revisions', () => {
  test('get session and version on every request after the first, and a stream for the server', async () => {
    await using at = await relay(
      legacy(({ method, message, response }) => {
        if (method === 'GET') return events(response)(': open\n\n');
        if (message.id === undefined) return response.writeHead(202).end();
        return json(response, result(message.id, 'x'));
      }),
    );
    await at.asks(INITIALIZE);
    at.says(INITIALIZED);
    await at.asks(call(1, 'x'));
    const stream = await at.upstream.when(({ method }) => method === 'GET');
    const [first, ...others] = at.upstream.asked;
    expect(first?.headers).not.toHaveProperty('mcp-session-id');
    for (const { headers } of others)
      expect(headers).toMatchObject({ 'mcp-session-id': 's-1', 'mcp-protocol-version': '2025-06-18' });
    expect(stream.headers['accept']).toBe('text/event-stream');
    for (const { headers } of at.upstream.asked) expect(headers).not.toHaveProperty('mcp-method');
  });

  // Servers may refuse what comes before the end of the handshake.
  test('have their handshake finished before anything else is sent', async () => {
    const order: string[] = [];
    await using at = await relay(
      legacy(async ({ method, message, response }) => {
        if (method === 'GET') return response.writeHead(405).end();
        if (message.method === 'notifications/initialized') {
          // A detour over the network, which a request that did not wait would overtake.
          for (let i = 0; i < 5; i += 1) await fetch(`http://127.0.0.1:${at.upstream.port}/detour`);
          order.push('initialized');
          return response.writeHead(202).end();
        }
        if (message.method === 'tools/call') order.push('call');
        return json(response, result(message.id, 'x'));
      }),
    );
    await at.asks(INITIALIZE);
    at.says(`${JSON.stringify(INITIALIZED)}\n${JSON.stringify(call(1, 'x'))}\n`);
    await at.next();
    expect(order).toEqual(['initialized', 'call']);
  });

  test('let the server ask on its stream; the answer goes back with the session, masked', async () => {
    await using at = await relay(
      legacy(({ method, response }) => {
        if (method === 'GET')
          return events(response)(
            `data: ${JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'roots/list' })}\n\n`,
          );
        return response.writeHead(202).end();
      }),
    );
    await at.asks(INITIALIZE);
    at.says(INITIALIZED);
    expect(await at.next()).toEqual({ jsonrpc: '2.0', id: 7, method: 'roots/list' });
    at.says({ jsonrpc: '2.0', id: 7, result: { roots: [{ uri: `file:///${at.wiring.secret}` }] } });
    const answer = await at.upstream.when(({ body }) => body.includes('"roots"'));
    expect(answer.message).toMatchObject({
      result: { roots: [{ uri: `file:///${at.wiring.placeholder}` }] },
    });
    expect(answer.headers['mcp-session-id']).toBe('s-1');
  });

  test('a server without a stream of its own is no trouble', async () => {
    await using at = await relay(
      legacy(({ method, message, response }) => {
        if (method === 'GET') return response.writeHead(405).end();
        if (message.id === undefined) return response.writeHead(202).end();
        return json(response, result(message.id, 'x'));
      }),
    );
    await at.asks(INITIALIZE);
    at.says(INITIALIZED);
    await at.upstream.when(({ method }) => method === 'GET');
    await expect(at.asks(call(1, 'x'))).resolves.toEqual(result(1, 'x'));
    expect(at.wiring.troubles).toEqual([]);
  });

  test('end their session when the client leaves, after the answers that are still to come', async () => {
    const release = Promise.withResolvers<void>();
    await using at = await relay(
      legacy(async ({ message, response }) => {
        if (message.method === 'tools/call') await release.promise;
        return message.id === undefined
          ? response.writeHead(200).end()
          : json(response, result(message.id, 'late'));
      }),
    );
    await at.asks(INITIALIZE);
    at.says(call(1, 'x'));
    await at.upstream.when(({ message }) => message.method === 'tools/call');
    at.input.end();
    // A detour over the network, which an end that did not wait would overtake.
    for (let i = 0; i < 5; i += 1) await fetch(`http://127.0.0.1:${at.upstream.port}/detour`);
    release.resolve();
    expect(await at.next()).toEqual(result(1, 'late'));
    await at.ended;
    const last = at.upstream.asked.at(-1);
    expect(last).toMatchObject({ method: 'DELETE', headers: { 'mcp-session-id': 's-1' } });
  });
});

describe('the revision of 2026-07-28', () => {
  const modern = (id: number, method: string, params: object) => ({
    jsonrpc: '2.0',
    id,
    method,
    params: { ...params, _meta: MODERN },
  });

  test.each([
    ['tools/call', { name: 'echo' }, 'echo'],
    ['prompts/get', { name: 'grün' }, `=?base64?${Buffer.from('grün').toString('base64')}?=`],
    ['resources/read', { uri: 'file:///a b' }, 'file:///a b'],
    ['tasks/get', { taskId: 't-1' }, 't-1'],
    ['tools/list', {}, undefined],
  ])('gets the headers that repeat the body: %s', async (method, params, name) => {
    await using at = await relay(({ message, response }) => json(response, result(message.id, 'x')));
    await at.asks(modern(1, method, params));
    const { headers } = at.upstream.asked[0] as Asked;
    expect(headers).toMatchObject({ 'mcp-protocol-version': '2026-07-28', 'mcp-method': method });
    expect(headers['mcp-name']).toBe(name);
    expect(headers).not.toHaveProperty('mcp-session-id');
  });

  test('gets them as masked as the body', async () => {
    await using at = await relay(({ message, response }) => json(response, result(message.id, 'x')));
    await at.asks(modern(1, 'tools/call', { name: `run-${at.wiring.secret}` }));
    expect(at.upstream.asked[0]?.headers['mcp-name']).toBe(`run-${at.wiring.placeholder}`);
  });
});

describe('a cancellation', () => {
  const cancel = (requestId: unknown) => ({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId },
  });
  const modern = (id: unknown) => ({ ...call(id, 'x'), params: { ...call(id, 'x').params, _meta: MODERN } });

  test('closes the request in 2026-07-28, where HTTP has no message for it; nothing answers it', async () => {
    await using at = await relay(({ message, response }) => {
      if (message.id !== 'slow') json(response, result(message.id, 'x'));
    });
    at.says(modern('slow'));
    const asked = await at.upstream.when(({ message }) => message.id === 'slow');
    at.says(cancel('slow'));
    await asked.gone;
    expect(await at.asks(modern(2))).toEqual(result(2, 'x'));
    expect(at.upstream.asked.map(({ message }) => message.id)).toEqual(['slow', 2]);
    expect(at.wiring.pending.drain()).toEqual([]);
    expect(at.wiring.troubles).toEqual([]);
    // Of what is over there is nothing to close.
    at.says(cancel(2));
    expect(await at.asks(modern(3))).toEqual(result(3, 'x'));
  });

  test('is a message in the older revisions, where a request that is closed goes on', async () => {
    await using at = await relay(
      legacy(({ method, message, response }) => {
        if (method === 'POST' && message.id === undefined) response.writeHead(202).end();
      }),
    );
    await at.asks(INITIALIZE);
    at.says(call('slow', 'x'));
    const { response } = await at.upstream.when(({ message }) => message.id === 'slow');
    at.says(cancel('slow'));
    await at.upstream.when(({ message }) => message.method === 'notifications/cancelled');
    json(response, result('slow', 'all the same'));
    expect(await at.next()).toEqual(result('slow', 'all the same'));
  });
});

describe('a stream that breaks off, in the older revisions', () => {
  const RETRY = 'id: e-1\nretry: 1\ndata:\n\n';
  const done = (id: unknown): string => `id: e-2\ndata: ${JSON.stringify(result(id, 'done'))}\n\n`;

  /** Calls break off at `first`; a GET that names an event is answered with the pieces of `resumed`, one for each. */
  const breaking = (first: (asked: Asked) => void, resumed: ((asked: Asked) => void)[]) =>
    legacy((asked) => {
      const { method, message, headers, response } = asked;
      if (method === 'POST') return message.id === undefined ? response.writeHead(202).end() : first(asked);
      if (headers['last-event-id'] === undefined) return response.writeHead(405).end();
      const next = resumed.shift();
      return next === undefined ? response.writeHead(404).end() : next(asked);
    });
  const ends =
    (text: string) =>
    ({ response }: Asked): void => {
      events(response)(text);
      response.end();
    };
  const breaks =
    (text: string) =>
    ({ response }: Asked): void => {
      events(response)('');
      response.write(text || ':\n\n', () => response.destroy());
    };

  test.each<[string, (asked: Asked) => void]>([
    ['ends', ends(RETRY)],
    ['is cut', breaks(RETRY)],
    ['is cut in the middle of an event', breaks(`${RETRY}id: e-9\nda`)],
  ])('is taken up again after its last event: it %s', async (_, first) => {
    await using at = await relay(breaking(first, [({ response }) => events(response)(done(1))]));
    await at.asks(INITIALIZE);
    expect(await at.asks(call(1, 'x'))).toEqual(result(1, 'done'));
    const resumed = at.upstream.asked.find(({ method }) => method === 'GET');
    expect(resumed?.headers).toMatchObject({
      'last-event-id': 'e-1',
      'mcp-session-id': 's-1',
      accept: 'text/event-stream',
    });
    expect(at.wiring.pending.drain()).toEqual([]);
  });

  test('is taken up as often as it takes, each time after what came last', async () => {
    const note = {
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { level: 'info', data: 'on it' },
    };
    const said = `id: e-5\ndata: ${JSON.stringify(note)}\n\n`;
    const few = Array.from({ length: LIMITS.streamRetries - 1 }, () => breaks(''));
    const last = ({ response }: Asked): void => events(response)(done(1));
    await using at = await relay(breaking(ends(RETRY), [...few, ends(said), ...few, last]));
    await at.asks(INITIALIZE);
    expect(await at.asks(call(1, 'x'))).toEqual(note);
    expect(await at.next()).toEqual(result(1, 'done'));
    const gets = at.upstream.asked.filter(({ method }) => method === 'GET');
    expect(gets.map(({ headers }) => headers['last-event-id'])).toEqual([
      ...few.map(() => 'e-1'),
      'e-1',
      ...few.map(() => 'e-5'),
      'e-5',
    ]);
  });

  test('is an error once that has brought nothing for long', async () => {
    const empty = Array.from({ length: LIMITS.streamRetries + 1 }, () => ends(''));
    await using at = await relay(breaking(ends(RETRY), empty));
    await at.asks(INITIALIZE);
    expect(await at.asks(call(1, 'x'))).toMatchObject({ id: 1, error: { code: RPC.upstream } });
    expect(empty).toHaveLength(1);
  });

  test('is an error where the server does not take it up, or never gave its events ids', async () => {
    await using at = await relay(breaking(ends(RETRY), []));
    await at.asks(INITIALIZE);
    expect(await at.asks(call(1, 'x'))).toMatchObject({ id: 1, error: { code: RPC.upstream } });
    await using other = await relay(breaking(ends(': nothing\n\n'), []));
    await other.asks(INITIALIZE);
    expect(await other.asks(call(1, 'x'))).toMatchObject({ id: 1, error: { code: RPC.upstream } });
    expect(other.upstream.asked.filter(({ method }) => method === 'GET')).toEqual([]);
  });

  test('is opened again also where it is the server’s own', async () => {
    let opened = 0;
    const note = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
    await using at = await relay(
      legacy(({ method, message, headers, response }) => {
        if (method === 'POST')
          return message.id === undefined
            ? response.writeHead(202).end()
            : json(response, result(message.id, 'x'));
        opened += 1;
        if (opened === 1) return ends(RETRY)({ response } as Asked);
        expect(headers['last-event-id']).toBe('e-1');
        return events(response)(`data: ${JSON.stringify(note)}\n\n`);
      }),
    );
    await at.asks(INITIALIZE);
    at.says(INITIALIZED);
    expect(await at.next()).toEqual(note);
  });
});

test('tools that no client can call by HTTP are left out of the list', async () => {
  const tool = (name: string, header: string) => ({
    name,
    inputSchema: { type: 'object', properties: { x: { type: 'string', 'x-mcp-header': header } } },
  });
  await using at = await relay(({ message, response }) =>
    json(
      response,
      `{"jsonrpc":"2.0", "id":${String(message.id)},"result":{"tools": [${JSON.stringify(tool('a', 'no name'))} , ${JSON.stringify(tool('b', 'Name'))}]}}`,
    ),
  );
  at.says({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: MODERN } });
  expect(await at.nextLine()).toBe(
    `{"jsonrpc":"2.0", "id":1,"result":{"tools": [${JSON.stringify(tool('b', 'Name'))}]}}`,
  );
  expect(at.wiring.troubles).toEqual([expect.stringContaining('"a" can not be called by HTTP')]);
});

describe('an answer becomes one line', () => {
  const pretty = (id: unknown): string => JSON.stringify(result(id, 'x\ny'), null, 2);

  test.each<[string, (asked: Asked) => unknown]>([
    ['of JSON over many lines', ({ message, response }) => json(response, pretty(message.id))],
    [
      'with line breaks of all kinds',
      ({ message, response }) =>
        json(response, pretty(message.id).replaceAll('\n', '\r\n').replace(',', ',\r')),
    ],
    [
      'of an event in many lines',
      ({ message, response }) => {
        events(response)(`data: ${pretty(message.id).replaceAll('\n', '\ndata: ')}\n\n`);
        response.end();
      },
    ],
  ])('%s', async (_, answer) => {
    await using at = await relay(answer);
    expect(await at.asks(call(1, 'x'))).toEqual(result(1, 'x\ny'));
    expect(await at.asks(call(2, 'x'))).toEqual(result(2, 'x\ny'));
  });
});

describe('exactly one answer to a request that failed', () => {
  test.each<[string, (asked: Asked) => unknown, string]>([
    ['status 500', ({ response }) => response.writeHead(500).end('no'), 'HTTP status 500'],
    ['status 404', ({ response }) => response.writeHead(404).end(), 'HTTP status 404'],
    ['a redirect', ({ response }) => response.writeHead(307, { location: '/x' }).end(), 'not followed'],
    [
      'a compressed answer',
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
        response.end(gzipSync('{}'));
      },
      'compressed',
    ],
    ['an empty answer', ({ response }) => response.writeHead(200).end(), 'before the response'],
    [
      'an answer that is no JSON',
      ({ response }) => response.writeHead(200).end('<html>'),
      'before the response',
    ],
    [
      'another request’s answer',
      ({ response }) => json(response, { jsonrpc: '2.0', method: 'notifications/x' }),
      'before the response',
    ],
    [
      'a stream that ends early',
      ({ response }) => {
        events(response)(': nothing\n\n');
        response.end();
      },
      'before the response',
    ],
    ['a connection that breaks', ({ response }) => response.destroy(), 'can not be reached'],
  ])('%s', async (_, answer, why) => {
    await using at = await relay((asked) =>
      asked.message.id === 99 ? json(asked.response, result(99, 'next')) : answer(asked),
    );
    at.says(call(1, 'x'));
    const received: { id?: unknown; error?: { code: number; message: string } }[] = [];
    do received.push((await at.next()) as (typeof received)[number]);
    while (received.at(-1)?.id !== 1);
    expect(received.at(-1)?.error).toMatchObject({
      code: RPC.upstream,
      message: expect.stringContaining(why) as string,
    });
    // The next line is the next answer: there was no second one.
    expect(await at.asks(call(99, 'x'))).toEqual(result(99, 'next'));
    expect(at.wiring.pending.drain()).toEqual([]);
  });

  test('a JSON-RPC error with an HTTP status is the answer', async () => {
    const error = { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'no such method' } };
    await using at = await relay(({ response }) => json(response, error, 400));
    expect(await at.asks(call(1, 'x'))).toEqual(error);
  });

  test('a notification that failed is told to the person only', async () => {
    await using at = await relay(({ message, response }) =>
      message.id === undefined ? response.writeHead(500).end() : json(response, result(message.id, 'x')),
    );
    at.says({ jsonrpc: '2.0', method: 'notifications/x' });
    await at.upstream.when(({ message }) => message.method === 'notifications/x');
    expect(await at.asks(call(1, 'x'))).toEqual(result(1, 'x'));
  });
});

test('a slow answer does not hold up the others', async () => {
  const slow = Promise.withResolvers<void>();
  await using at = await relay(async ({ message, response }) => {
    if (message.id === 1) await slow.promise;
    json(response, result(message.id, 'x'));
  });
  at.says(call(1, 'x'));
  expect(await at.asks(call(2, 'x'))).toEqual(result(2, 'x'));
  slow.resolve();
  expect(await at.next()).toEqual(result(1, 'x'));
});

test('our refusal of what the server asks goes back to it, with the session', async () => {
  await using at = await relay(
    legacy(({ method, response }) => {
      if (method !== 'GET') return response.writeHead(202).end();
      const send = events(response);
      send(`data: ${JSON.stringify({ jsonrpc: '2.0', id: at.wiring.secret, method: 'roots/list' })}\n\n`);
      return send(`data: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/after' })}\n\n`);
    }),
  );
  await at.asks(INITIALIZE);
  at.says(INITIALIZED);
  const refusal = await at.upstream.when(({ body }) => body.includes('"error"'));
  expect(refusal.message).toMatchObject({ id: at.wiring.secret, error: { code: RPC.denied } });
  expect(refusal.headers['mcp-session-id']).toBe('s-1');
  expect(await at.next()).toMatchObject({ method: 'notifications/after' });
});
