import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { RPC } from '../../../src/core/jsonrpc/replies.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { Secret } from '../../../src/core/secret.ts';
import { StdioClientSide } from '../../../src/proxy/client-side/stdio.ts';
import type { Ended } from '../../../src/proxy/proxy.ts';
import { sseUpstream } from '../../../src/proxy/upstream/by-url.ts';
import { ServerRequests } from '../../../src/proxy/upstream/server-requests.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { serverParts } from '../../helpers/http-proxy.ts';
import { events, FakeUpstream, json, type Asked } from '../../helpers/http-upstream.ts';
import { lineReader } from '../../helpers/lines.ts';
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
const message = (value: unknown): string => `event: message\ndata: ${JSON.stringify(value)}\n\n`;
const ADDRESS = 'event: endpoint\ndata: /messages?sessionId=s-1\n\n';

/** Accepts what is POSTed, without an answer. */
const accept = ({ response }: Asked): unknown => response.writeHead(202).end('Accepted');

/** What of a server the relay needs. */
type Behind = Pick<FakeUpstream, 'url' | 'asked' | 'when'> & { close(): unknown };

/** A client on stdio, the proxy, and a server of the old transport. */
class Relay {
  readonly wiring = new Wiring();
  readonly upstream: Behind;
  readonly ended: Promise<Ended>;
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly nextLine: () => Promise<string>;

  constructor(
    upstream: Behind,
    { limit, intakeLimit, shows }: { limit?: number; intakeLimit?: number; shows?: Secret } = {},
  ) {
    this.upstream = upstream;
    this.nextLine = lineReader(this.output);
    const authorization = shows && {
      valueFor: () => Promise.resolve(shows),
      onChallenge: () => Promise.resolve(undefined),
      close: () => Promise.resolve(),
    };
    this.ended = this.wiring.run(
      new StdioClientSide({ input: this.input, output: this.output }),
      sseUpstream(
        {
          ...serverParts(upstream.url, this.wiring, limit),
          authorization,
          ...(intakeLimit !== undefined && { intakeLimit }),
        },
        'stdio',
      ),
    );
  }

  says(said: unknown): void {
    this.input.write(typeof said === 'string' ? said : `${JSON.stringify(said)}\n`);
  }

  /** Asks, and gives the answer. Nothing else may come in between. */
  async asks(said: unknown): Promise<unknown> {
    this.says(said);
    return JSON.parse(await this.nextLine()) as unknown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wiring.stop();
    await this.upstream.close();
    await this.ended;
  }
}

interface Behaviour {
  /** What follows a GET; `say` writes on its stream. */
  readonly stream?: (say: (text: string) => void, asked: Asked) => unknown;
  readonly post?: (asked: Asked, say: (text: string) => void) => unknown;
  readonly limit?: number;
  readonly shows?: Secret;
}

/** Without anything told: a server that answers each call with its own text. */
async function relay({ stream, post, ...options }: Behaviour = {}): Promise<Relay> {
  let say: (text: string) => void = () => undefined;
  const upstream = await FakeUpstream.start((asked) => {
    if (asked.method === 'GET') {
      say = events(asked.response);
      return (stream ?? ((begin) => begin(ADDRESS)))(say, asked);
    }
    if (post !== undefined) return post(asked, say);
    accept(asked);
    const { id, params } = asked.message as { id?: unknown; params?: { arguments: { text: string } } };
    if (id !== undefined && params !== undefined) say(message(result(id, params.arguments.text)));
    return undefined;
  });
  return new Relay(upstream, options);
}

describe('a server of the old HTTP+SSE transport', () => {
  test('is listened to by GET, spoken to where it says, and answers on its stream', async () => {
    await using at = await relay();
    expect(await at.asks(call(1, 'x'))).toEqual(result(1, 'x'));
    expect(await at.asks(call('b', 'y'))).toEqual(result('b', 'y'));
    expect(at.upstream.asked.map(({ method, url }) => [method, url])).toEqual([
      ['GET', '/mcp'],
      ['POST', '/messages?sessionId=s-1'],
      ['POST', '/messages?sessionId=s-1'],
    ]);
    const [stream, first] = at.upstream.asked;
    expect(stream?.headers).toMatchObject({ accept: 'text/event-stream', 'accept-encoding': 'identity' });
    expect(first?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'hallpass/test',
    });
  });

  test('gets bytes as they are, and so does the client', async () => {
    const answer = '{"id":1 , "result":{"n":12345678901234567890,"f":1.0,"é":"\\u00e9"},"jsonrpc":"2.0"}';
    await using at = await relay({
      post: (asked, say) => {
        accept(asked);
        say(`data: ${answer}\n\n`);
      },
    });
    const body = '{ "jsonrpc":"2.0", "id": 1, "method":"tools\\/call", "params":{"name":"x","n":1.0} }';
    at.says(`${body}\n`);
    expect(await at.nextLine()).toBe(answer);
    expect(at.upstream.asked[1]?.body.trimEnd()).toBe(body);
  });

  test('is masked both ways and in the log', async () => {
    await using at = await relay({
      post: (asked, say) => {
        accept(asked);
        say(message(result(asked.message.id, `have ${at.wiring.secret}`)));
      },
    });
    const { secret, placeholder, log } = at.wiring;
    expect(await at.asks(call(1, secret))).toEqual(result(1, `have ${placeholder}`));
    expect(at.upstream.asked[1]?.message).toEqual(call(1, placeholder));
    expect(log).toHaveLength(2);
    expect(JSON.stringify(log)).not.toContain(secret);
  });

  test('is told the version that was agreed on, like by its own clients', async () => {
    await using at = await relay({
      post: (asked, say) => {
        accept(asked);
        const { id } = asked.message;
        if (id !== undefined) say(message({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-06-18' } }));
      },
    });
    await at.asks({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    at.says({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await at.asks(call(1, 'x'));
    const versions = at.upstream.asked.slice(1).map(({ headers }) => headers['mcp-protocol-version']);
    expect(versions).toEqual([undefined, '2025-06-18', '2025-06-18']);
  });

  test('has the end of the handshake before anything that follows it', async () => {
    const accepted = Promise.withResolvers<void>();
    await using at = await relay({
      post: async (asked, say) => {
        if (asked.message.id === undefined) await accepted.promise;
        accept(asked);
        if (asked.message.id !== undefined) say(message(result(asked.message.id, 'x')));
      },
    });
    await at.asks({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    at.says({ jsonrpc: '2.0', method: 'notifications/initialized' });
    at.says(call(1, 'x'));
    await at.upstream.when((asked) => asked.message.method === 'notifications/initialized');
    for (let i = 0; i < 20; i += 1) await turn();
    expect(at.upstream.asked).toHaveLength(3);
    accepted.resolve();
    expect(JSON.parse(await at.nextLine())).toEqual(result(1, 'x'));
  });

  test('hears of no cancellation while the large request that it is for is on its way', async () => {
    const large = Promise.withResolvers<IncomingMessage>();
    const small = Promise.withResolvers<void>();
    let isCancelled = false;
    const server = createServer((request, response) => {
      if (request.method === 'GET') return events(response)(ADDRESS);
      request.once('end', () => response.writeHead(202).end());
      // More than fits between here and there, so that it is not sent while it is not read.
      if (Number(request.headers['content-length']) > LIMITS.yieldBytes)
        return large.resolve(request.pause());
      isCancelled = true;
      request.resume();
      return small.resolve();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await using at = new Relay({
      url: `http://127.0.0.1:${port}/`,
      asked: [],
      when: () => Promise.reject(new Error('nothing is kept')),
      close: () => undefined,
    });
    at.says(call(1, 'lorem ipsum '.repeat(2_000_000)));
    at.says({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    const request = await large.promise;
    for (let n = 0; n < 500 || at.wiring.log.length < 2; n += 1) await turn();
    expect(isCancelled).toBe(false);
    request.resume();
    await small.promise;
    server.closeAllConnections();
    server.close();
  });

  test('may answer before it has accepted, and take others meanwhile', async () => {
    const held: Asked[] = [];
    await using at = await relay({
      post: (asked, say) => {
        held.push(asked);
        say(message(result(asked.message.id, 'early')));
      },
    });
    expect(await at.asks(call(1, 'x'))).toEqual(result(1, 'early'));
    expect(await at.asks(call(2, 'x'))).toEqual(result(2, 'early'));
    held.forEach(accept);
  });

  test('asks the client, and has its answer POSTed', async () => {
    await using at = await relay({
      stream: (say) => say(ADDRESS + message({ jsonrpc: '2.0', id: 's', method: 'roots/list' })),
    });
    at.says({ jsonrpc: '2.0', method: 'notifications/cancelled' });
    expect(JSON.parse(await at.nextLine())).toMatchObject({ id: 's', method: 'roots/list' });
    const answer = { jsonrpc: '2.0', id: 's', result: { roots: [] } };
    at.says(answer);
    const asked = await at.upstream.when(({ message: { id } }) => id === 's');
    expect(asked.message).toEqual(answer);
  });

  test('is answered for the client where its request is refused', async () => {
    await using at = await relay({
      stream: (say) =>
        say(`${ADDRESS}data: {"jsonrpc":"2.0","id":"${at.wiring.secret}","method":"ping"}\n\n`),
    });
    at.says({ jsonrpc: '2.0', method: 'notifications/x' });
    const refusal = await at.upstream.when(({ body }) => body.includes(String(RPC.denied)));
    expect(refusal.url).toBe('/messages?sessionId=s-1');
  });

  test('gets what it wants to see with its stream and with every message', async () => {
    const word = 'shown-to-this-server';
    await using at = await relay({ shows: new Secret(word) });
    await at.asks(call(1, 'x'));
    expect(at.upstream.asked.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${word}`,
      `Bearer ${word}`,
    ]);
  });

  test('is asked nothing before the client says something, and left when the client leaves', async () => {
    await using at = await relay();
    expect(at.upstream.asked).toEqual([]);
    await at.asks(call(1, 'x'));
    at.input.end();
    await at.upstream.asked[0]?.gone;
    expect(await at.ended).toMatchObject({ by: 'client' });
  });

  test('is waited for when the client has asked its last', async () => {
    const asked = Promise.withResolvers<(text: string) => void>();
    await using at = await relay({
      post: (one, say) => {
        accept(one);
        asked.resolve(say);
      },
    });
    at.says(call(1, 'x'));
    at.input.end();
    (await asked.promise)(message(result(1, 'last')));
    expect(JSON.parse(await at.nextLine())).toEqual(result(1, 'last'));
  });
});

const ELSEWHERE = /at another origin, which is refused$/;
const NOWHERE = /names no address/;

describe('the address it is to be spoken to', () => {
  test.each([
    ['relative to the stream', 'messages', '/messages'],
    ['a path', '/a/b?c=d', '/a/b?c=d'],
    ['whole', 'ORIGIN/x?s=1#part', '/x?s=1'],
    ['only a query', '?s=1', '/mcp?s=1'],
  ])('is taken as it is written: %s', async (_, address, path) => {
    await using at = await relay({
      stream: (say) =>
        say(`event: endpoint\r\ndata: ${address.replace('ORIGIN', new URL(at.upstream.url).origin)}\r\n\r\n`),
    });
    await at.asks(call(1, 'x'));
    expect(at.upstream.asked[1]?.url).toBe(path);
  });

  test('may change, and what follows goes to the new one', async () => {
    await using at = await relay();
    await at.asks(call(1, 'x'));
    const stream = at.upstream.asked[0]?.response;
    stream?.write(`event: endpoint\ndata: /other\n\n${message({ jsonrpc: '2.0', method: 'n' })}`);
    await at.nextLine();
    await at.asks(call(2, 'x'));
    expect(at.upstream.asked.map(({ url }) => url)).toEqual(['/mcp', '/messages?sessionId=s-1', '/other']);
  });

  test.each([
    ['another host', 'http://other.example/messages', ELSEWHERE],
    ['another host without a scheme', '//other.example/messages', ELSEWHERE],
    ['another port', 'http://127.0.0.1:9/messages', ELSEWHERE],
    ['another scheme', 'https://127.0.0.1/messages', ELSEWHERE],
    ['with a user', 'http://me@ORIGIN/messages', ELSEWHERE],
    ['a script', 'javascript:alert(1)', ELSEWHERE],
    ['nothing', ' ', NOWHERE],
    ['no address', 'http://', NOWHERE],
    ['without end', `/${'x'.repeat(10_000)}`, NOWHERE],
  ])('is refused: %s', async (_, address, why) => {
    await using at = await relay({
      stream: (say) =>
        say(`event: endpoint\ndata: ${address.replace('ORIGIN', new URL(at.upstream.url).host)}\n\n`),
      shows: new Secret('shown-to-this-server'),
    });
    const { error } = (await at.asks(call(1, 'x'))) as { error: { code: number; message: string } };
    expect(error.code).toBe(RPC.upstream);
    expect(error.message).toMatch(why);
    expect(at.upstream.asked.map(({ method }) => method)).toEqual(['GET']);
    expect(at.wiring.troubles).toHaveLength(1);
  });

  test('is held against the origin once more where what the server gets to see is attached', async () => {
    const { pending: _, ...parts } = serverParts('http://127.0.0.1:1/sse', new Wiring());
    const requests = new ServerRequests(parts);
    const url = new URL('http://127.0.0.1:2/messages');
    const { signal } = new AbortController();
    await expect(requests.send({ method: 'POST', url, headers: {}, signal })).rejects.toThrow(
      /another origin/,
    );
    await requests.close();
  });
});

describe('its stream', () => {
  const comment = ': hello\r\n\r\n';
  const ping = 'event: ping\ndata: 2024-11-05\n\n';
  const stream = `${comment}${ADDRESS}${ping}id: 7\nevent: message\r\ndata: ${JSON.stringify(
    result(1, '€ é'),
  ).replace('"result"', '\r\ndata: "result"')}\r\n\r\nretry: 5\n\n`;

  test('is read right wherever it is cut', async () => {
    for (const cut of everyCut(Buffer.from(stream))) {
      await using at = await relay({
        stream: async (_, { response }) => {
          for (const piece of cut) {
            response.write(piece);
            await turn();
          }
        },
        post: accept,
      });
      expect(await at.asks(call(1, 'x'))).toEqual(result(1, '€ é'));
      expect(at.wiring.troubles).toEqual([]);
    }
  });

  test('is read right byte by byte', async () => {
    await using at = await relay({
      stream: async (_, { response }) => {
        for (const byte of Buffer.from(stream)) {
          response.write(Uint8Array.of(byte));
          await turn();
        }
      },
      post: accept,
    });
    expect(await at.asks(call(1, 'x'))).toEqual(result(1, '€ é'));
  });

  test('with something else than JSON-RPC in it loses that, which is recorded, and goes on', async () => {
    await using at = await relay({
      stream: (say) => say(`${ADDRESS}data: hello\n\ndata: {"jsonrpc":\n\n`),
    });
    expect(await at.asks(call(1, 'x'))).toEqual(result(1, 'x'));
    expect(at.wiring.log.map(({ body }) => body.kind)).toEqual(
      expect.arrayContaining(['refused', 'refused', 'message', 'message']),
    );
  });

  test('that ends answers all who wait with an error; what comes next has a new one', async () => {
    let streams = 0;
    await using at = await relay({
      stream: (say) => say(`event: endpoint\ndata: /of/${(streams += 1)}\n\n`),
      post: (asked, say) => {
        accept(asked);
        if (streams > 1) say(message(result(asked.message.id, 'again')));
      },
    });
    at.says(call(1, 'x'));
    at.says(call(2, 'x'));
    await at.upstream.when(({ message: { id } }) => id === 2);
    await at.upstream.when(({ message: { id } }) => id === 1);
    at.upstream.asked[0]?.response.end();
    const lost = [await at.nextLine(), await at.nextLine()].map((line) => JSON.parse(line) as unknown);
    for (const [index, error] of lost.entries())
      expect(error).toMatchObject({
        id: index + 1,
        error: { code: RPC.upstream, message: expect.stringContaining('ended its stream') as unknown },
      });
    expect(await at.asks(call(3, 'x'))).toEqual(result(3, 'again'));
    expect(at.upstream.asked.at(-1)?.url).toBe('/of/2');
    expect(at.wiring.pending.drain()).toEqual([]);
  });

  test('that is a new one has the client’s handshake again, of which the client sees nothing', async () => {
    let streams = 0;
    await using at = await relay({
      stream: (say) => say(`event: endpoint\ndata: /of/${(streams += 1)}\n\n`),
      post: (asked, say) => {
        accept(asked);
        const { id, method } = asked.message;
        if (method === 'initialize') say(message({ jsonrpc: '2.0', id, result: { of: streams } }));
        else if (id !== undefined) say(message(result(id, `of ${streams}`)));
      },
    });
    const initialize = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { of: at.wiring.secret } };
    const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' };
    expect(await at.asks(initialize)).toMatchObject({ result: { of: 1 } });
    at.says(initialized);
    expect(await at.asks(call(1, 'x'))).toEqual(result(1, 'of 1'));
    at.upstream.asked[0]?.response.end();
    await at.upstream.asked[0]?.gone;
    while (at.wiring.troubles.length === 0) await turn();
    // Two at once, of which neither is to come before the handshake.
    at.says(call(2, 'x'));
    at.says(call(3, 'x'));
    const answers = [await at.nextLine(), await at.nextLine()].map((line) => JSON.parse(line) as unknown);
    expect(answers).toEqual(expect.arrayContaining([result(2, 'of 2'), result(3, 'of 2')]));
    const again = at.upstream.asked.filter(({ url }) => url === '/of/2').map((asked) => asked.message);
    expect(again.slice(0, 2)).toEqual([
      { ...initialize, params: { of: at.wiring.placeholder } },
      initialized,
    ]);
    expect(again).toHaveLength(4);
    expect(at.wiring.troubles).toEqual([
      expect.stringContaining('ended its stream'),
      expect.stringContaining('repeated'),
    ]);
  });

  test('that is a new one, where the server does not take the handshake again, is an error', async () => {
    let streams = 0;
    await using at = await relay({
      stream: (say) => say(`event: endpoint\ndata: /of/${(streams += 1)}\n\n`),
      post: (asked, say) => {
        if (streams > 1) return asked.response.writeHead(400).end();
        accept(asked);
        const { id } = asked.message;
        return id === undefined ? undefined : say(message({ jsonrpc: '2.0', id, result: {} }));
      },
    });
    await at.asks({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    at.says({ jsonrpc: '2.0', method: 'notifications/initialized' });
    await at.upstream.when((asked) => asked.message.method === 'notifications/initialized');
    at.upstream.asked[0]?.response.end();
    while (at.wiring.troubles.length === 0) await turn();
    expect(await at.asks(call(1, 'x'))).toMatchObject({ id: 1, error: { code: RPC.upstream } });
    expect(at.wiring.pending.drain()).toEqual([]);
  });

  test('that breaks off in the middle of an event is an error, and that event nothing', async () => {
    await using at = await relay({
      post: async (asked) => {
        accept(asked);
        const { response } = at.upstream.asked[0] as Asked;
        response.write('data: {"jsonrpc":"2.0","id":1,"result":{}}\n');
        await turn();
        response.destroy();
      },
    });
    expect(await at.asks(call(1, 'x'))).toMatchObject({ id: 1, error: { code: RPC.upstream } });
  });

  test('with an event over the limit is an error', async () => {
    await using at = await relay({
      limit: 1_000,
      post: (asked, say) => {
        accept(asked);
        say(`data: ${'x'.repeat(2_000)}`);
      },
    });
    expect(await at.asks(call(1, 'x'))).toMatchObject({
      error: { message: expect.stringContaining('over the limit of 1000 bytes') as unknown },
    });
  });

  test('with more under way than there is room for is an error', async () => {
    const upstream = await FakeUpstream.start(({ response }) =>
      events(response)(`${ADDRESS}data: ${'x'.repeat(2_000)}`),
    );
    await using at = new Relay(upstream, { intakeLimit: 1_000 });
    expect(await at.asks(call(1, 'x'))).toMatchObject({
      error: { message: expect.stringContaining('over the limit of 1000 bytes together') as unknown },
    });
  });

  test.each([
    ['a status', ({ response }: Asked) => response.writeHead(404).end(), /HTTP status 404/],
    [
      'a redirect',
      ({ response }: Asked) => response.writeHead(307, { location: '/x' }).end(),
      /HTTP status 307/,
    ],
    ['JSON', ({ response }: Asked) => json(response, {}), /something else/],
    [
      'a compressed stream',
      ({ response }: Asked) =>
        response
          .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
          .end(gzipSync(ADDRESS)),
      /compressed/,
    ],
    ['an end', ({ response }: Asked) => events(response)('') ?? response.end(), /ended its stream/],
  ])('that is none is an error: %s', async (_, answer, why) => {
    await using at = new Relay(await FakeUpstream.start(answer));
    const { error } = (await at.asks(call(1, 'x'))) as { error: { code: number; message: string } };
    expect(error.code).toBe(RPC.upstream);
    expect(error.message).toMatch(why);
    expect(at.upstream.asked).toHaveLength(1);
    expect(await at.asks(call(2, 'x'))).toMatchObject({ id: 2, error: { code: RPC.upstream } });
  });

  test('of a server that is not there is an error', async () => {
    const upstream = await FakeUpstream.start(() => undefined);
    await using at = new Relay(upstream);
    await upstream.close();
    expect(await at.asks(call(1, 'x'))).toMatchObject({
      error: { message: expect.stringContaining('ECONNREFUSED') as unknown },
    });
  });
});

describe('a message that it does not accept', () => {
  test('is an error for who waits, without a word of the server’s, and the session goes on', async () => {
    await using at = await relay({
      post: (asked, say) => {
        if (asked.message.id === 1) return asked.response.writeHead(400).end(`Invalid: ${at.wiring.secret}`);
        accept(asked);
        return say(message(result(asked.message.id, 'x')));
      },
    });
    const { error } = (await at.asks(call(1, 'x'))) as { error: { message: string } };
    expect(error.message).toMatch(/HTTP status 400$/);
    expect(await at.asks(call(2, 'x'))).toEqual(result(2, 'x'));
    expect(at.upstream.asked.filter(({ method }) => method === 'GET')).toHaveLength(1);
    expect(JSON.stringify([at.wiring.log, at.wiring.troubles])).not.toContain(at.wiring.secret);
  });
});
