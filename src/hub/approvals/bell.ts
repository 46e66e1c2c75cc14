/** Wakes who waits for a change of one approval. */
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
    for (const wake of this.#ears.get(id) ?? []) wake();
  }

  /** Wakes everybody, now and from now on. */
  close(): void {
    this.#isClosed = true;
    for (const ears of this.#ears.values()) for (const wake of ears) wake();
  }
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
