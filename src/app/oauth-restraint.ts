import { LIMITS } from '../core/limits.ts';

/** Keeps a server that is never content, and a client that tries again and again, from having a person asked on and on. */
export class OAuthRestraint {
  readonly #now: () => number;
  #followed = 0;
  #grantedAt = -Infinity;
  #failed: { readonly error: unknown; readonly at: number } | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a server that wants more, or somebody else's word, is followed once more. */
  followsOnce(): boolean {
    if (this.#followed >= LIMITS.stepUps) return false;
    this.#followed += 1;
    this.#grantedAt = -Infinity;
    return true;
  }

  /** Whether a person may be asked: not where the server refuses what it was just given. Throws what just went wrong. */
  mayAsk(): boolean {
    if (this.#failed !== undefined && this.#isRecent(this.#failed.at)) throw this.#failed.error;
    return !this.#isRecent(this.#grantedAt);
  }

  /** Asks, and remembers how that went. */
  async asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      const granted = await ask();
      this.#grantedAt = this.#now();
      return granted;
    } catch (error) {
      this.#failed = { error, at: this.#now() };
      throw error;
    }
  }

  #isRecent(at: number): boolean {
    return this.#now() - at < LIMITS.remintMs;
  }
}
