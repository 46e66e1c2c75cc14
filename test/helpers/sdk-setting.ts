import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';

import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyHttpTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';

import { HttpSessionsClientSide } from '../../src/proxy/client-side/http-sessions.ts';
import { StdioClientSide } from '../../src/proxy/client-side/stdio.ts';
import { HttpClientSide } from '../../src/proxy/client-side/streamable-http.ts';
import { StdioPool } from '../../src/proxy/upstream/stdio-pool.ts';
import { assertNoCanary } from './assert-no-canary.ts';
import { FakeChild } from './fake-child.ts';
import { httpUpstream } from './http-proxy.ts';
import { type Heard, makeServer } from './sdk-servers.ts';
import { Wiring, type WiringOptions } from './wiring.ts';

export const MODERN = '2026-07-28';

type LegacyCapabilities = NonNullable<ConstructorParameters<typeof LegacyClient>[1]>['capabilities'] & object;

/** The proxy between whatever a test puts at its ends; leaving the scope ends all of it. */
export class Setting {
  readonly wiring: Wiring;
  readonly heard: Heard = [];
  readonly token = randomBytes(24).toString('base64url');
  readonly children: FakeChild[] = [];
  readonly #endings: (() => unknown)[] = [];
  url = '';

  constructor(options: WiringOptions = {}) {
    this.wiring = new Wiring(options);
  }

  atEnd(ending: () => unknown): void {
    this.#endings.unshift(ending);
  }

  /** The HTTP server behind, with HTTP clients in front. */
  async httpToHttp(handler: (secret: string, heard: Heard) => RequestListener): Promise<void> {
    const upstream = httpUpstream(await this.#serve(handler), this.wiring);
    await this.#listen((parts) => this.wiring.run(new HttpClientSide(parts), upstream));
  }

  /** The HTTP server behind, with a client on a pair of pipes in front. */
  async stdioToHttp(
    handler: (secret: string, heard: Heard) => RequestListener,
  ): Promise<{ input: PassThrough; output: PassThrough }> {
    const upstream = httpUpstream(await this.#serve(handler), this.wiring);
    const pipes = { input: new PassThrough(), output: new PassThrough() };
    const ended = this.wiring.run(new StdioClientSide(pipes), upstream);
    this.atEnd(() => ended);
    this.atEnd(() => this.wiring.stop());
    return pipes;
  }

  /** A server on stdio for each session behind, with HTTP clients in front. */
  async httpToStdio(): Promise<void> {
    const pool = new StdioPool({
      startChild: async () => {
        await Promise.resolve();
        const child = new FakeChild();
        serveStdio(makeServer(this.wiring.secret, this.heard), {
          transport: new StdioServerTransport(child.stdin, child.stdout),
        });
        this.children.push(child);
        return child;
      },
      openStderr: () => () => undefined,
      pending: this.wiring.pending,
    });
    await this.#listen((parts) => this.wiring.run(new HttpSessionsClientSide(parts), pool));
  }

  async modernClient(
    transport?: Transport,
    elicitation: { form?: Record<string, never>; url?: Record<string, never> } = { form: {} },
  ): Promise<Client> {
    const client = new Client(
      { name: 'modern', version: '1' },
      { versionNegotiation: { mode: { pin: MODERN } }, capabilities: { elicitation } },
    );
    await client.connect(
      transport ?? new StreamableHTTPClientTransport(new URL(this.url), { requestInit: this.#requestInit }),
    );
    this.atEnd(() => client.close());
    return client;
  }

  async legacyClient(
    transport?: Parameters<LegacyClient['connect']>[0],
    capabilities: LegacyCapabilities = { sampling: {} },
  ): Promise<LegacyClient> {
    const client = new LegacyClient({ name: 'legacy', version: '1' }, { capabilities });
    const http = (): LegacyHttpTransport =>
      new LegacyHttpTransport(new URL(this.url), { requestInit: this.#requestInit });
    await client.connect(transport ?? http());
    this.atEnd(() => client.close());
    return client;
  }

  /** Nothing that left, in any direction or into the log, holds the secret in any spelling. */
  nothingLeaked(...seen: unknown[]): void {
    const { secret, log, notes, troubles, calls } = this.wiring;
    assertNoCanary({
      canaries: [{ name: 'secret', value: secret }],
      streams: {
        seen: JSON.stringify(seen),
        heard: JSON.stringify(this.heard),
        log: JSON.stringify([log, notes, troubles, calls]),
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ending of this.#endings) await ending();
  }

  get #requestInit(): RequestInit {
    return { headers: { Authorization: `Bearer ${this.token}` } };
  }

  async #serve(handler: (secret: string, heard: Heard) => RequestListener): Promise<string> {
    const server = createServer(handler(this.wiring.secret, this.heard));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.atEnd(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  }

  async #listen(
    run: (parts: { port: number; token: string; onReady: (url: string) => void }) => Promise<unknown>,
  ): Promise<void> {
    const ready = Promise.withResolvers<string>();
    const ended = run({ port: 0, token: this.token, onReady: ready.resolve });
    this.url = await ready.promise;
    this.atEnd(() => ended);
    this.atEnd(() => this.wiring.stop());
  }
}
