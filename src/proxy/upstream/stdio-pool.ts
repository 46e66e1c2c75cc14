import { HallpassError } from '../../core/errors.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import type { PendingRequests } from '../../core/jsonrpc/pending.ts';
import type { Lane } from '../../core/lane.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import type { Child } from './child.ts';
import { drain, StdioUpstream } from './stdio.ts';

interface Parts {
  readonly startChild: () => Promise<Child>;
  readonly openStderr: () => (chunk: Uint8Array | undefined) => void;
  readonly pending: PendingRequests;
}

type Gone = { by: 'server'; reason: string; exitCode?: number };

/**
 * A stdio server behind HTTP clients: one process for each session, since a stdio server knows of one client only. The
 * first is started at once, so that a command that doesn't work is known before any client comes.
 */
export class StdioPool {
  readonly ended: Promise<Gone>;
  readonly #parts: Parts;
  readonly #servers = new Map<string, Promise<StdioUpstream>>();
  #spare: Child | undefined;
  #endAll: (gone: Gone) => void = () => undefined;
  #pass: (message: Message) => Promise<void> = () => Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.ended = new Promise((resolve) => {
      this.#endAll = resolve;
    });
  }

  async start(pass: (message: Message) => Promise<void>): Promise<void> {
    this.#pass = pass;
    const spare = await this.#start();
    this.#spare = spare;
    void spare.exited.then(async ({ code }) => {
      if (this.#spare !== spare) return;
      this.#spare = undefined;
      // What it left running goes too.
      await spare.stop({ atOnce: true });
      this.#endAll({
        by: 'server',
        reason: 'it ended before any client came',
        ...(code !== undefined && { exitCode: code }),
      });
    });
  }

  async send(message: Message, bytes: Uint8Array): Promise<void> {
    const lane = message.lane.session ?? message.lane;
    try {
      const server = await this.#serverFor(lane);
      await server.send(message, bytes);
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      await this.#gone(lane, { by: 'server', reason: error.message });
    }
  }

  /** A session's end is its server's end. */
  async bare({ method, lane }: BareRequest): Promise<void> {
    if (method !== 'DELETE') return;
    const server = this.#servers.get(lane.scope);
    this.#servers.delete(lane.scope);
    await (await server)?.close({ atOnce: false });
  }

  async close(options: { atOnce: boolean }): Promise<void> {
    const servers = [...this.#servers.values()];
    await this.#spare?.stop(options);
    await Promise.allSettled(servers.map(async (server) => (await server).close(options)));
  }

  #serverFor(lane: Lane): Promise<StdioUpstream> {
    const running = this.#servers.get(lane.scope);
    if (running !== undefined) return running;
    const started = this.#startFor(lane);
    this.#servers.set(lane.scope, started);
    return started;
  }

  async #startFor(lane: Lane): Promise<StdioUpstream> {
    const spare = this.#spare;
    this.#spare = undefined;
    const child = spare ?? (await this.#start());
    const server = new StdioUpstream({ child, lane });
    await server.start(this.#pass);
    void server.ended.then(async (gone) => {
      await this.#gone(lane, gone);
      // What it left running goes too.
      await server.close({ atOnce: true });
    });
    return server;
  }

  // From the first moment on its stderr is read: what it says there may be why no client ever comes.
  async #start(): Promise<Child> {
    const child = await this.#parts.startChild();
    drain(child, this.#parts.openStderr());
    return child;
  }

  async #gone(lane: Lane, { reason }: Gone): Promise<void> {
    this.#servers.delete(lane.scope);
    for (const { id, lane: waiting } of this.#parts.pending.drain(lane.scope)) {
      await waiting.send(errorReply(id, RPC.upstream, `the MCP server is gone: ${reason}`));
    }
    lane.close?.();
  }
}
