import { LONGEST_PIECE } from './literal-table.ts';
import { nameStrength } from './names.ts';
import type { Engine } from './scan.ts';

const BACKSLASH = 0x5c;

/**
 * What one look at a whole message says about the strings in it. Most of them hold nothing that a finder would look at, and
 * are passed by what is kept here alone: where literals end, and where runs of base64 begin. Strings stand between quotes, so
 * that what is found in one of them by itself is found in the message, too.
 */
export class Screen {
  readonly #raw: Uint8Array;
  readonly #hasEscapes: boolean;
  /** Ends of literals, and starts of runs one byte on: in order each, and then an end. */
  readonly #ends: Ascending;
  readonly #runs: Ascending;

  constructor(raw: Uint8Array, { anchors: { gate } }: Engine) {
    const end = raw.length;
    const ends: number[] = [];
    const runs: number[] = [];
    for (let after = 0; after < end;) {
      const piece = { bytes: raw, after, upTo: Math.min(end, after + LONGEST_PIECE), end, final: true };
      const { pairs, reached } = gate.sight(piece);
      for (let i = 0; i < pairs.length; i += 2) ends.push(pairs[i] as number);
      after = reached;
    }
    for (let after = 0; after < end; after += LONGEST_PIECE) {
      const piece = { bytes: raw, after, upTo: Math.min(end, after + LONGEST_PIECE), end, final: true };
      // A run that goes on from the piece before is told of twice.
      for (const start of gate.runs(piece)) runs.push(start + 1);
    }
    this.#raw = raw;
    this.#hasEscapes = raw.includes(BACKSLASH);
    this.#ends = new Ascending(ends);
    this.#runs = new Ascending(runs);
  }

  /** True when the string whose content is `start..end` holds nothing, as the value of a field with this name. */
  isClean(start: number, end: number, field: string | undefined): boolean {
    if (this.#ends.has(start, end) || this.#runs.has(start, end)) return false;
    if (this.#hasEscapes && this.#isEscaped(start, end)) return false;
    return field === undefined || nameStrength(field) === undefined;
  }

  #isEscaped(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.#raw[at] === BACKSLASH) return true;
    return false;
  }
}

/** Numbers in order. Asked front to back. */
class Ascending {
  readonly #numbers: readonly number[];
  #next = 0;
  #asked = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** True when there is one after `from`, at most `to`. */
  has(from: number, to: number): boolean {
    if (from < this.#asked) this.#next = 0;
    this.#asked = from;
    let number = this.#numbers[this.#next];
    while (number !== undefined && number <= from) number = this.#numbers[++this.#next];
    return number !== undefined && number <= to;
  }
}
