import type { SealedStore } from './sealed-store.ts';

/** For one process and no longer: where there is no keychain, what a session gets ends with it. */
export class MemoryStore implements SealedStore {
  readonly #values = new Map<string, unknown>();

  read(name: string): unknown {
    return this.#values.get(name);
  }

  write(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  remove(name: string): void {
    this.#values.delete(name);
  }

  update(name: string, change: (value: unknown) => unknown): void {
    const value = change(this.read(name));
    if (value === undefined) this.remove(name);
    else this.write(name, value);
  }

  /** Nobody else can want it: whoever uses it does one thing at a time. */
  async lock(): Promise<{ release(): void }> {
    await Promise.resolve();
    return { release: () => undefined };
  }
}
