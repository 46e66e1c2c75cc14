/** The calls that wait for a decision, each of which its client may take back meanwhile. */
export class WaitingCalls {
  readonly #waiting = new Map<string, AbortController>();
  readonly #running = new Set<Promise<void>>();

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Runs `work` for a call beside all others, with a signal that says when nobody waits for it any more. */
  start<T>(call: { scope: string; id: string }, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const key = keyOf(call.scope, call.id);
    const gone = new AbortController();
    this.#waiting.set(key, gone);
    const done = work(gone.signal).finally(() => {
      if (this.#waiting.get(key) === gone) this.#waiting.delete(key);
    });
    return done;
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
    for (const gone of this.#waiting.values()) gone.abort();
    await Promise.allSettled(this.#running);
  }
}

function keyOf(scope: string, id: string): string {
  return `${scope} ${id}`;
}
