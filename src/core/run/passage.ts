import { lineEndsIn } from './line-ends.ts';

/**
 * A piece of what a program wrote, and what of it is read: its text, in which an LF stands for each sequence that moved the
 * cursor, since what stands before and after it does not belong together.
 */
export class Passage {
  readonly source: Uint8Array;
  readonly text: Uint8Array;
  /** Where in the text of the whole stream its text begins. */
  readonly at: number;
  readonly sequences: Sequences;
  /** Its source is written up to here, which is … */
  from = 0;
  /** … up to this sequence … */
  next = 0;
  /** … and up to this line end. */
  nextEnd = 0;
  #lineEnds: readonly number[] | undefined;

  constructor(source: Uint8Array, read: Pick<Passage, 'text' | 'at' | 'sequences'>) {
    this.source = source;
    this.text = read.text;
    this.at = read.at;
    this.sequences = read.sequences;
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
  readonly #froms: number[] = [];
  readonly #tos: number[] = [];
  readonly #places: number[] = [];
  readonly #nexts: number[] = [];
  /** Those that hold a text of their own: a title, a link. */
  readonly strings = new Set<number>();
  /** Where in the text an LF stands for one that moved the cursor. */
  readonly breaks = new Set<number>();

  get count(): number {
    return this.#froms.length;
  }

  /** `place`: where in the text it stands; `next`: where the text goes on behind it. */
  add({ from, to, place, next }: { from: number; to: number; place: number; next: number }): void {
    if (next > place) this.breaks.add(place);
    this.#froms.push(from);
    this.#tos.push(to);
    this.#places.push(place);
    this.#nexts.push(next);
  }

  from(i: number): number {
    return this.#froms[i] as number;
  }

  to(i: number): number {
    return this.#tos[i] as number;
  }

  /** Behind the last one there is none. */
  place(i: number): number {
    return this.#places[i] ?? Infinity;
  }

  next(i: number): number {
    return this.#nexts[i] ?? Infinity;
  }
}

export const NO_SEQUENCES = new Sequences();
