import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CreateMessageRequestSchema, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';

import { HttpSessionsClientSide } from '../../src/proxy/client-side/http-sessions.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import { HttpClientSide } from '../../src/proxy/client-side/streamable-http.ts';
import type { Upstream } from '../../src/proxy/proxy.ts';
import { HttpForAll, sseUpstream } from '../../src/proxy/upstream/by-url.ts';
import { StdioPool } from '../../src/proxy/upstream/stdio-pool.ts';
import { StdioUpstream } from '../../src/proxy/upstream/stdio.ts';
import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { FakeChild } from '../helpers/fake-child.ts';
import { httpUpstream, serverParts } from '../helpers/http-proxy.ts';
import { type Heard, legacyHandler, legacyServer, oldHandler } from '../helpers/sdk-servers.ts';
import { Wiring } from '../helpers/wiring.ts';

const TRANSPORTS = ['stdio', 'http', 'sse'] as const;
type Speaks = (typeof TRANSPORTS)[number];

/** An official client, the proxy, and an official server, each on a transport of its own. */
class Crossing {
  readonly wiring = new Wiring();
  readonly heard: Heard = [];
  /** Every message that came to a client. */
  readonly seen: JSONRPCMessage[] = [];
  readonly token = randomBytes(24).toString('base64url');
  readonly #endings: (() => unknown)[] = [];

  /** Clients of the kind, two where there may be two, before one server. */
  async clients(speaks: Speaks, upstream: Speaks): Promise<Client[]> {
    if (speaks === 'stdio') return [await this.#stdioClient(upstream)];
    const url = await this.#listen(upstream);
    return Promise.all([1, 2].map(() => this.#httpClient(speaks, url)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ending of this.#endings) await ending();
  }

  async #stdioClient(upstream: Speaks): Promise<Client> {
    const pipes = { input: new PassThrough(), output: new PassThrough() };
    const side = new StdioClientSide(pipes);
    const behind =
      upstream === 'stdio' ? new StdioUpstream({ child: this.#child(), lane: side.lane }) : undefined;
    this.#run(this.wiring.run(side, behind ?? (await this.#byUrl('stdio', upstream))));
    // What a server reads lines with reads a proxy's too.
    return this.#connected(new StdioServerTransport(pipes.output, pipes.input));
  }

  async #httpClient(speaks: Speaks, url: string): Promise<Client> {
    const requestInit = { headers: { Authorization: `Bearer ${this.token}` } };
    if (speaks === 'http')
      return this.#connected(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    // oxlint-disable-next-line typescript/no-deprecated -- the transport that this is about
    return this.#connected(new SSEClientTransport(new URL('/sse', url), { requestInit }));
  }

  async #connected(transport: Parameters<Client['connect']>[0]): Promise<Client> {
    const client = new Client({ name: 'old', version: '1' }, { capabilities: { sampling: {} } });
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
      model: 'm',
      role: 'assistant',
      content: { type: 'text', text: `${JSON.stringify(params.messages)} and ${this.wiring.secret}` },
    }));
    // Not as the client hands it on: progress that comes together with the answer is dropped there.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's transports have one listener
    transport.onmessage = (message) => this.seen.push(message);
    await client.connect(transport);
    this.#endings.unshift(() => client.close());
    return client;
  }

  async #listen(upstream: Speaks): Promise<string> {
    const ready = Promise.withResolvers<string>();
    const parts = { port: 0, token: this.token, onReady: ready.resolve };
    const side = upstream === 'http' ? new HttpClientSide(parts) : new HttpSessionsClientSide(parts);
    this.#run(this.wiring.run(side, await this.#behind(upstream)));
    return ready.promise;
  }

  async #behind(upstream: Speaks): Promise<Upstream> {
    if (upstream !== 'stdio') return this.#byUrl('http', upstream);
    const { pending } = this.wiring;
    const startChild = (): Promise<FakeChild> => Promise.resolve(this.#child());
    return new StdioPool({ startChild, openStderr: () => () => undefined, pending });
  }

  async #byUrl(client: 'stdio' | 'http', upstream: Speaks): Promise<Upstream> {
    const url = await this.#serve(upstream === 'http' ? legacyHandler : oldHandler);
    const parts = serverParts(url, this.wiring);
    if (upstream === 'sse') return sseUpstream(parts, client);
    return client === 'stdio' ? httpUpstream(url, this.wiring) : new HttpForAll(parts);
  }

  #child(): FakeChild {
    const child = new FakeChild();
    const server = legacyServer(this.wiring.secret, this.heard);
    void server.connect(new StdioServerTransport(child.stdin, child.stdout));
    return child;
  }

  async #serve(handler: (secret: string, heard: Heard) => RequestListener): Promise<string> {
    const server = createServer(handler(this.wiring.secret, this.heard));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#endings.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  }

  #run(ended: Promise<unknown>): void {
    this.#endings.unshift(
      () => this.wiring.stop(),
      () => ended,
    );
  }
}

const textOf = (answer: object): string => (answer as { content: [{ text: string }] }).content[0].text;

test.each(TRANSPORTS.flatMap((client) => TRANSPORTS.map((upstream) => [client, upstream] as const)))(
  'a client on %s before a server on %s calls, gets progress, is asked and answers, masked both ways',
  async (speaks, upstream) => {
    await using at = new Crossing();
    const clients = await at.clients(speaks, upstream);
    const { secret, placeholder } = at.wiring;
    for (const client of clients) {
      expect((await client.listTools()).tools[0]?.description).toBe(`Tells ${placeholder}`);
      const told = await client.callTool({ name: 'tell', arguments: { word: secret, steps: 2 } }, undefined, {
        onprogress: () => undefined,
      });
      expect(textOf(told)).toBe(`${placeholder} is not ${placeholder}`);
    }
    const steps = at.seen.filter((one) => 'method' in one && one.method === 'notifications/progress');
    expect(steps).toHaveLength(2 * clients.length);
    // At once, ids equal: each gets its own.
    const answers = await Promise.all(
      clients.map((client, i) => client.callTool({ name: 'tell', arguments: { word: `of ${i}` } })),
    );
    expect(answers.map(textOf)).toEqual(clients.map((_, i) => `of ${i} is not ${placeholder}`));
    const thoughts = await Promise.all(clients.map((client) => client.callTool({ name: 'think' })));
    for (const thought of thoughts)
      expect(textOf(thought)).toMatch(
        new RegExp(`^the model says .*What of ${placeholder}.* and ${placeholder}$`),
      );
    const { log, notes, troubles, calls } = at.wiring;
    expect(troubles).toEqual([]);
    expect(
      log.filter(({ body }) => 'method' in body && body.method === 'sampling/createMessage'),
    ).toHaveLength(clients.length);
    assertNoCanary({
      canaries: [{ name: 'secret', value: secret }],
      streams: {
        seen: JSON.stringify([at.seen, answers, thoughts]),
        heard: JSON.stringify(at.heard),
        log: JSON.stringify([log, notes, calls]),
      },
    });
  },
);
