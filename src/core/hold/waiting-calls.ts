import { LIMITS } from '../limits.ts';

/** A call that waits. */
export interface WaitingCall {
  /** Aborted when its client has taken it back, or the session ends. */
  readonly taken: AbortSignal;
  /** It waits no more. */
  end(): void;
}

/** The calls that wait for a decision, each of which its client may take back meanwhile. */
export class WaitingCalls {
  readonly #waiting = new Map<string, AbortController>();
  readonly #running = new Set<Promise<void>>();
  #bytes = 0;
  #isClosed = false;

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Whether a call of so many bytes would be too much. */
  isFull(bytes: number): boolean {
    return this.#bytes + bytes > LIMITS.heldTotalBytes;
  }

  /** A call begins to wait. Undefined: one with this id does already, and no client may make two. */
  begin({ scope, id, bytes }: { scope: string; id: string; bytes: number }): WaitingCall | undefined {
    const key = keyOf(scope, id);
    if (this.#waiting.has(key)) return undefined;
    const gone = new AbortController();
    this.#waiting.set(key, gone);
    this.#bytes += bytes;
    if (this.#isClosed) gone.abort();
    const end = (): void => {
      if (this.#waiting.delete(key)) this.#bytes -= bytes;
    };
    return { taken: gone.signal, end };
  }

  /** What goes on behind the stages' back until it is over. */
  track(work: Promise<void>): void {
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  /** False when no such call waits. */
  cancel(scope: string, id: string): boolean {
    const gone = this.#waiting.get(keyOf(scope, id));
    gone?.abort();
    return gone !== undefined;
  }

  /** Ends all waiting, and resolves when each has said so. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const gone of this.#waiting.values()) gone.abort();
    await Promise.allSettled(this.#running);
  }
}

function keyOf(scope: string, id: string): string {
  return `${scope} ${id}`;
}
