import type { PendingRequests } from '../../core/jsonrpc/pending.ts';
import type { HeaderFields, Lane } from '../../core/lane.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import type { Child } from './child.ts';
import { type Gone, SessionPool } from './session-pool.ts';
import { drain, StdioUpstream } from './stdio.ts';

interface Parts {
  readonly startChild: () => Promise<Child>;
  readonly openStderr: () => (chunk: Uint8Array | undefined) => void;
  readonly pending: PendingRequests;
}

/**
 * A stdio server behind HTTP clients: one process for each session, since a stdio server knows of one client only. The
 * first is started at once, so that a command that doesn't work is known before any client comes.
 */
export class StdioPool {
  readonly ended: Promise<Gone>;
  readonly #parts: Parts;
  readonly #sessions: SessionPool;
  #spare: Child | undefined;
  #endAll: (gone: Gone) => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#sessions = new SessionPool({ open: (lane) => this.#open(lane), pending: parts.pending });
    this.ended = new Promise((resolve) => {
      this.#endAll = resolve;
    });
  }

  async start(pass: (message: Message) => Promise<void>): Promise<void> {
    await this.#sessions.start(pass);
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

  send(message: Message, bytes: Uint8Array, headers: HeaderFields): Promise<void> {
    return this.#sessions.send(message, bytes, headers);
  }

  bare(request: BareRequest): Promise<void> {
    return this.#sessions.bare(request);
  }

  async close(options: { atOnce: boolean }): Promise<void> {
    const closing = this.#sessions.close(options);
    await this.#spare?.stop(options);
    await closing;
  }

  async #open(lane: Lane): Promise<StdioUpstream> {
    const spare = this.#spare;
    this.#spare = undefined;
    return new StdioUpstream({ child: spare ?? (await this.#start()), lane });
  }

  // From the first moment on its stderr is read: what it says there may be why no client ever comes.
  async #start(): Promise<Child> {
    const child = await this.#parts.startChild();
    drain(child, this.#parts.openStderr());
    return child;
  }
}
