import { lineEndsIn } from './line-ends.ts';

/**
 * A piece of what a program wrote, and what of it is read: its text, in which an LF stands for each sequence that moved the
 * cursor, since what stands before and after it does not belong together.
 */
export interface ReadPiece {
  readonly source: Uint8Array;
  readonly text: Uint8Array;
  /** Where in the text of the whole stream its text begins. */
  readonly at: number;
  readonly sequences: SequenceNumbers;
}

/** Such a piece on its way out. */
export class Passage {
  readonly source: Uint8Array;
  readonly text: Uint8Array;
  readonly at: number;
  readonly sequences: Sequences;
  /** Its source is written up to here, which is … */
  from = 0;
  /** … up to this sequence … */
  next = 0;
  /** … and up to this line end. */
  nextEnd = 0;
  #lineEnds: readonly number[] | undefined;

  constructor({ source, text, at, sequences }: ReadPiece) {
    this.source = source;
    this.text = text;
    this.at = at;
    this.sequences = new Sequences(sequences);
  }

  /** Where in the text of the whole stream its text ends. */
  get end(): number {
    return this.at + this.text.length;
  }

  /** Where its text has line ends, from its own beginning. */
  get lineEnds(): readonly number[] {
    return (this.#lineEnds ??= lineEndsIn(this.text));
  }

  /** What of its text stands in a part of the whole stream's. */
  textIn(start: number, end: number): Uint8Array {
    return this.text.subarray(Math.max(0, start - this.at), Math.max(0, end - this.at));
  }
}

/**
 * The escape sequences of a source, in order: `source[from(i)..to(i))`. Coloured output has one for every few bytes, to make an
 * object of which takes longer than to look at it: they are columns of numbers.
 */
export class Sequences {
  /** Those that hold a text of their own: a title, a link. */
  readonly strings: ReadonlySet<number>;
  /** Where in the text an LF stands for one that moved the cursor. */
  readonly breaks: ReadonlySet<number>;
  readonly #numbers: ArrayLike<number>;

  constructor({ numbers, strings, breaks }: SequenceNumbers) {
    this.#numbers = numbers;
    this.strings = strings;
    this.breaks = breaks;
  }

  from(i: number): number {
    return this.#numbers[4 * i] as number;
  }

  to(i: number): number {
    return this.#numbers[4 * i + 1] as number;
  }

  /** Where in the text it stands. Behind the last one there is none. */
  place(i: number): number {
    return this.#numbers[4 * i + 2] ?? Infinity;
  }

  /** Where the text goes on behind it. */
  next(i: number): number {
    return this.#numbers[4 * i + 3] ?? Infinity;
  }
}

/** What `Sequences` are made of; another thread can have made it. */
export interface SequenceNumbers {
  /** Four for each: from, to, place, next. */
  readonly numbers: ArrayLike<number>;
  readonly strings: ReadonlySet<number>;
  readonly breaks: ReadonlySet<number>;
}

export const NO_SEQUENCES: SequenceNumbers = { numbers: [], strings: new Set(), breaks: new Set() };
