import { PassThrough } from 'node:stream';

import { describe, expect, test } from 'vitest';

import { RPC } from '../../../src/core/jsonrpc/replies.ts';
import { StdioClientSide } from '../../../src/proxy/client-side/stdio.ts';
import type { Ended } from '../../../src/proxy/proxy.ts';
import { EitherUpstream } from '../../../src/proxy/upstream/by-url.ts';
import { serverParts } from '../../helpers/http-proxy.ts';
import { events, FakeUpstream, json, type Asked } from '../../helpers/http-upstream.ts';
import { lineReader } from '../../helpers/lines.ts';
import { Wiring } from '../../helpers/wiring.ts';

const INITIALIZE = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } };
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const resultOf = (id: unknown) => ({ jsonrpc: '2.0', id, result: { protocolVersion: '2024-11-05' } });

/** A client on stdio, the proxy, and a server of which nothing but the address is known. */
class Relay {
  readonly wiring = new Wiring();
  readonly ended: Promise<Ended>;
  readonly upstream: FakeUpstream;
  readonly #input = new PassThrough();
  readonly #nextLine: () => Promise<string>;

  constructor(upstream: FakeUpstream, isNew: boolean) {
    const output = new PassThrough();
    this.upstream = upstream;
    this.#nextLine = lineReader(output);
    this.ended = this.wiring.run(
      new StdioClientSide({ input: this.#input, output }),
      new EitherUpstream({ ...serverParts(upstream.url, this.wiring), isNew }, 'stdio'),
    );
  }

  get asked(): string[] {
    return this.upstream.asked.map(({ method, url }) => `${method} ${url}`);
  }

  async asks(said: unknown): Promise<unknown> {
    this.#input.write(`${JSON.stringify(said)}\n`);
    return JSON.parse(await this.#nextLine()) as unknown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wiring.stop();
    await this.upstream.close();
    await this.ended;
  }
}

async function relay(answer: (asked: Asked) => unknown, { isNew = false } = {}): Promise<Relay> {
  return new Relay(await FakeUpstream.start(answer), isNew);
}

/** A server of the old transport, which answers with this status whatever is POSTed to its stream's address. */
function old(status: number): (asked: Asked) => unknown {
  const streams: ((text: string) => void)[] = [];
  return ({ method, url, message, response }) => {
    if (method === 'GET') {
      const say = events(response);
      streams.push(say);
      return say('event: endpoint\ndata: /messages\n\n');
    }
    if (url === '/mcp') return json(response, { no: 'such thing' }, status);
    response.writeHead(202).end();
    return message.id === undefined
      ? undefined
      : streams.at(-1)?.(`data: ${JSON.stringify(resultOf(message.id))}\n\n`);
  };
}

describe('a server that refuses the handshake of Streamable HTTP', () => {
  test.each([400, 404, 405])('with %d and speaks the old transport is spoken to by that', async (status) => {
    await using at = await relay(old(status));
    expect(await at.asks(INITIALIZE)).toEqual(resultOf(0));
    expect(await at.asks(PING)).toEqual(resultOf(1));
    expect(at.asked).toEqual(['POST /mcp', 'GET /mcp', 'GET /mcp', 'POST /messages', 'POST /messages']);
    expect(at.wiring.troubles).toEqual([]);
    expect(at.wiring.log).toHaveLength(4);
  });

  test.each([401, 403, 500])('with %d has said what it had to say', async (status) => {
    await using at = await relay(old(status));
    expect(await at.asks(INITIALIZE)).toMatchObject({ id: 0, error: { code: RPC.upstream } });
    expect(at.asked).toEqual(['POST /mcp']);
  });

  test.each([
    ['has no stream', ({ response }: Asked) => response.writeHead(405).end()],
    ['begins its stream with something else', ({ response }: Asked) => events(response)(': hello\n\n')],
    [
      'begins its stream with a message',
      ({ response }: Asked) => events(response)('data: {"jsonrpc":"2.0","method":"n"}\n\n'),
    ],
    ['ends its stream', ({ response }: Asked) => events(response)('') ?? response.end()],
  ])('and %s is heard with its own words', async (_, stream) => {
    const error = { jsonrpc: '2.0', id: 0, error: { code: -32600, message: 'no such version' } };
    await using at = await relay((asked) =>
      asked.method === 'GET' ? stream(asked) : json(asked.response, error, 400),
    );
    expect(await at.asks(INITIALIZE)).toEqual(error);
    expect(at.asked).toEqual(['POST /mcp', 'GET /mcp']);
    expect(at.wiring.troubles).toEqual([]);
  });

  test('is not asked again where its transport was named', async () => {
    await using at = await relay(old(404), { isNew: true });
    expect(await at.asks(INITIALIZE)).toMatchObject({ id: 0, error: { code: RPC.upstream } });
    expect(at.asked).toEqual(['POST /mcp']);
  });
});

test('a request of 2026-07-28 that is refused is only that', async () => {
  await using at = await relay(old(400));
  const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
  const discover = { jsonrpc: '2.0', id: 0, method: 'server/discover', params: { _meta } };
  expect(await at.asks(discover)).toMatchObject({ id: 0, error: { code: RPC.upstream } });
  expect(at.asked).toEqual(['POST /mcp']);
  // Its client then begins as those of the older revisions do.
  expect(await at.asks(INITIALIZE)).toEqual(resultOf(0));
});
