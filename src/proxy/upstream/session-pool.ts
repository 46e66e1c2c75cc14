import { HallpassError } from '../../core/errors.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import type { PendingRequests } from '../../core/jsonrpc/pending.ts';
import type { HeaderFields, Lane } from '../../core/lane.ts';
import type { BareRequest, Message } from '../../core/message.ts';

export type Gone = { by: 'server'; reason: string; exitCode?: number };

/** A server, or a connection to one, that knows of one client only. */
export interface SessionServer {
  /** Throws a HallpassError where it can't be had. */
  start(pass: (message: Message) => Promise<void>): Promise<void>;
  readonly ended: Promise<Gone>;
  send(message: Message, bytes: Uint8Array, headers: HeaderFields): Promise<void>;
  close(options: { atOnce: boolean }): Promise<void>;
}

interface Parts {
  /** What a client's session is to talk to; what it says goes to `lane`. */
  readonly open: (lane: Lane) => Promise<SessionServer>;
  readonly pending: PendingRequests;
  /** Ends what all of them share. */
  readonly closeShared?: () => Promise<void>;
}

/** Each session of a client has a server to itself, from its first message on. */
export class SessionPool {
  readonly ended: Promise<never> = new Promise(() => undefined);
  readonly #parts: Parts;
  readonly #servers = new Map<string, Promise<SessionServer>>();
  #pass: (message: Message) => Promise<void> = () => Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async start(pass: (message: Message) => Promise<void>): Promise<void> {
    this.#pass = pass;
    await Promise.resolve();
  }

  async send(message: Message, bytes: Uint8Array, headers: HeaderFields): Promise<void> {
    const lane = message.lane.session ?? message.lane;
    const running = this.#serverFor(lane);
    try {
      const server = await running;
      if (server === undefined) this.#parts.pending.drain(lane.scope);
      await server?.send(message, bytes, headers);
    } catch (error) {
      if (!(error instanceof HallpassError)) throw error;
      await this.#gone(lane, running, error.message);
    }
  }

  /** A session's end is its server's end. */
  async bare({ method, lane }: BareRequest): Promise<void> {
    if (method !== 'DELETE') return;
    const server = this.#servers.get(lane.scope);
    this.#servers.delete(lane.scope);
    this.#parts.pending.drain(lane.scope);
    await (await server?.catch(() => undefined))?.close({ atOnce: false });
  }

  async close(options: { atOnce: boolean }): Promise<void> {
    const servers = [...this.#servers.values()];
    await Promise.allSettled(servers.map(async (server) => (await server).close(options)));
    await this.#parts.closeShared?.();
  }

  // Who has left in the meantime gets no new one, which nobody would ever end.
  #serverFor(lane: Lane): Promise<SessionServer | undefined> {
    const running = this.#servers.get(lane.scope);
    if (running !== undefined) return running;
    if (lane.signal.aborted) return Promise.resolve(undefined);
    const started = this.#startFor(lane);
    this.#servers.set(lane.scope, started);
    return started;
  }

  async #startFor(lane: Lane): Promise<SessionServer> {
    const server = await this.#parts.open(lane);
    await server.start(this.#pass);
    const running = this.#servers.get(lane.scope);
    void server.ended.then(async ({ reason }) => {
      await this.#gone(lane, running, reason);
      // What it left running goes too.
      await server.close({ atOnce: true });
    });
    return server;
  }

  async #gone(
    lane: Lane,
    server: Promise<SessionServer | undefined> | undefined,
    reason: string,
  ): Promise<void> {
    // There may be another one by now.
    if (this.#servers.get(lane.scope) !== server) return;
    this.#servers.delete(lane.scope);
    for (const { id, lane: waiting } of this.#parts.pending.drain(lane.scope)) {
      await waiting.send(errorReply(id, RPC.upstream, `the MCP server is gone: ${reason}`));
    }
    lane.end?.();
  }
}
