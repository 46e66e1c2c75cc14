import { LIMITS } from '../limits.ts';
import { TOKEN } from './bytes.ts';

/**
 * Tells where the token around a place begins, in constant time per byte over a whole text: places are asked about front
 * to back. A token longer than the limit counts as several, so that a stream need not hold all of it.
 */
export class TokenFloor {
  #start = 0;
  #seen = 0;

  /** Forgets what it saw. `from` must be the start of a token, or of a part of one. */
  startingAt(from: number): this {
    this.#start = from;
    this.#seen = from;
    return this;
  }

  /** Start of the token that holds `at`, or `at` when none does; with `at` at the end, the start of the last one. */
  of(bytes: Uint8Array, at: number): number {
    let i = at;
    while (i > this.#seen && TOKEN[bytes[i - 1] as number] === 1) i--;
    if (i > this.#seen) this.#start = i;
    this.#seen = Math.max(this.#seen, at);
    this.#start += Math.floor((at - this.#start) / LIMITS.tokenBytes) * LIMITS.tokenBytes;
    return this.#start;
  }
}
