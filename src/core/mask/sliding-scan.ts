import { LIMITS } from '../limits.ts';
import type { Candidate } from './candidate.ts';
import type { TextContext } from './finding.ts';
import { type Engine, Scan } from './scan.ts';
import { Window } from './window.ts';

const FIRST_BYTES = 4096;

/** What became certain with a piece of a stream. */
export interface Settled {
  /** What is in memory. Good until the next call. */
  readonly window: Uint8Array;
  /** Stream offset of `window`'s first byte. */
  readonly base: number;
  /** `window[from..to)` is settled now and was not before. */
  readonly from: number;
  readonly to: number;
  /** The findings in it, at offsets of `window`. */
  readonly found: readonly Candidate[];
}

/** A scan over a text that arrives in pieces: keeps of it what is undecided, and what rules may still look back at. */
export class SlidingScan {
  readonly #scan: Scan;
  readonly #window = new Window(new Uint8Array(FIRST_BYTES), false);
  #base = 0;
  #settled = 0;

  constructor(engine: Engine, context: TextContext) {
    this.#scan = new Scan(engine, context);
    this.#window.end = 0;
  }

  /** Bytes taken in and not settled. */
  get open(): number {
    return this.#window.end - this.#settled;
  }

  /** Takes the next piece. */
  push(chunk: Uint8Array): Settled {
    if (this.#window.final) throw new Error('the stream was ended');
    this.#forget();
    this.#append(chunk);
    return this.#advance();
  }

  /** Nothing more comes: all is settled. */
  finish(): Settled {
    this.#window.final = true;
    return this.#advance();
  }

  #advance(): Settled {
    const from = this.#settled;
    const { found, settled } = this.#scan.advance(this.#window);
    this.#settled = settled;
    return {
      window: this.#window.bytes.subarray(0, this.#window.end),
      base: this.#base,
      from,
      to: settled,
      found,
    };
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#window.end + chunk.length;
    if (needed > this.#window.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#window.bytes.length * 2));
      larger.set(this.#window.bytes.subarray(0, this.#window.end));
      this.#window.bytes = larger;
    }
    this.#window.bytes.set(chunk, this.#window.end);
    this.#window.end = needed;
  }

  // Only when half of it can be dropped, so that no byte is moved often.
  #forget(): void {
    const drop = this.#settled - LIMITS.lookBehindBytes;
    if (drop < this.#window.end / 2) return;
    this.#window.bytes.copyWithin(0, drop, this.#window.end);
    this.#window.end -= drop;
    this.#base += drop;
    this.#settled -= drop;
    this.#scan.shift(drop);
    this.#window.forgetRuns();
    if (this.#window.bytes.length > 4 * LIMITS.holdBackBytes && this.#window.end < LIMITS.holdBackBytes) {
      this.#window.bytes = this.#window.bytes.slice(0, 2 * LIMITS.holdBackBytes);
    }
  }
}
