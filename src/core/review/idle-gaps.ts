import { LIMITS } from '../limits.ts';

/** How long a gap is played where idle time is skipped, in microseconds. */
const SHOWN = LIMITS.replayIdleShownMs * 1_000;
/** What is longer is a gap. */
const LONGEST = LIMITS.replayIdleMs * 1_000;

/**
 * The times of a session in which nothing happened, and how time goes where they are skipped: each gap passes in half a
 * second, and all else as it did. All numbers are microseconds.
 */
export class IdleGaps {
  readonly #from: number[] = [];
  readonly #length: number[] = [];
  /** When each begins, on a clock that skips. */
  readonly #played: number[] = [];
  #last = 0;
  #saved = 0;

  /** An event, in order. */
  take(mono: number): void {
    const length = mono - this.#last;
    if (length > LONGEST) {
      this.#from.push(this.#last);
      this.#length.push(length);
      this.#played.push(this.#last - this.#saved);
      this.#saved += length - SHOWN;
    }
    this.#last = Math.max(this.#last, mono);
  }

  /** How much time skipping saves all together. */
  get saved(): number {
    return this.#saved;
  }

  /** Where one is in the session so long after it was at `mono`, gaps skipped. */
  later(mono: number, played: number): number {
    return this.#recorded(this.#playedAt(mono) + played);
  }

  /** Whether nothing happened from one time to the other. */
  covers(from: number, to: number): boolean {
    const gap = lastAtMost(this.#from, from);
    return gap >= 0 && to <= (this.#from[gap] ?? 0) + (this.#length[gap] ?? 0);
  }

  #playedAt(mono: number): number {
    const gap = lastAtMost(this.#from, mono);
    if (gap < 0) return mono;
    const [length, rest] = [this.#length[gap] ?? 0, mono - (this.#from[gap] ?? 0)];
    return (this.#played[gap] ?? 0) + (rest < length ? (rest * SHOWN) / length : SHOWN + rest - length);
  }

  #recorded(played: number): number {
    const gap = lastAtMost(this.#played, played);
    if (gap < 0) return played;
    const [length, rest] = [this.#length[gap] ?? 0, played - (this.#played[gap] ?? 0)];
    return (this.#from[gap] ?? 0) + (rest < SHOWN ? (rest * length) / SHOWN : length + rest - SHOWN);
  }
}

/** The last place in sorted numbers at which there is no more than `value`; -1: they are all more. */
export function lastAtMost(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
