import { setTimeout as delay } from 'node:timers/promises';

/** For who listens: whatever changes. */
export const ANY = '';

/** Wakes who waits for a change of one approval, or of any. */
export class Bell {
  readonly #ears = new Map<string, Set<() => void>>();
  #isClosed = false;

  /** Nobody is to wait any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Listens from now on, so that nothing that happens while one looks is missed. */
  listen(id: string): Ear {
    const { promise: rung, resolve: wake } = Promise.withResolvers<void>();
    const ears = this.#ears.get(id) ?? new Set();
    this.#ears.set(id, ears.add(wake));
    if (this.#isClosed) wake();
    const close = (): void => {
      ears.delete(wake);
      if (ears.size === 0 && this.#ears.get(id) === ears) this.#ears.delete(id);
      wake();
    };
    return { close, heard: (ms, signal) => heard({ rung, wake }, ms, signal) };
  }

  ring(id: string): void {
    for (const key of [id, ANY]) for (const wake of this.#ears.get(key) ?? []) wake();
  }

  /**
   * Looks, and again after every ring, until it has found enough, no milliseconds are left for it, or `signal` aborts.
   * Resolves with what it saw last.
   */
  async look<T>(id: string, at: Looking<T>): Promise<T> {
    for (;;) {
      const ear = this.listen(id);
      try {
        const found = await at.find();
        const left = at.left(found);
        if (left <= 0 || at.signal.aborted || this.#isClosed || at.isEnough(found)) return found;
        await ear.heard(left, at.signal);
        if (at.pauseMs !== undefined) await delay(at.pauseMs);
      } finally {
        ear.close();
      }
    }
  }

  /** Wakes everybody, now and from now on. */
  close(): void {
    this.#isClosed = true;
    for (const ears of this.#ears.values()) for (const wake of ears) wake();
  }
}

interface Looking<T> {
  readonly find: () => Promise<T>;
  readonly isEnough: (found: T) => boolean;
  readonly left: (found: T) => number;
  readonly signal: AbortSignal;
  /** Of rings that come so close together one is answered. */
  readonly pauseMs?: number;
}

export interface Ear {
  /** Resolves at the first ring since it listens, after so many milliseconds, or when `signal` aborts. */
  heard(ms: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

async function heard(
  { rung, wake }: { rung: Promise<void>; wake: () => void },
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const timer = setTimeout(wake, ms);
  signal.addEventListener('abort', wake);
  if (signal.aborted) wake();
  await rung;
  clearTimeout(timer);
  signal.removeEventListener('abort', wake);
}
