import { Lexicon } from './lexicon.ts';

/** What a character is: one that words consist of, one that `looks` has something to say about, or any other. */
export const INNER = 1;
export const LOOK = 2;

interface Parts {
  /** Whole runs of inner characters, of two at least. */
  readonly words: Iterable<string>;
  /** The same, where a dot stands before them. */
  readonly endings?: Iterable<string>;
  /** By code: `INNER`, `LOOK` or 0. */
  readonly kinds: Uint8Array;
  /** Whether it is not for words alone to say what a character means. */
  readonly looks?: (codes: Uint8Array, at: number, length: number) => boolean;
}

// Five bits for each of the last four characters: of three words are told by how they begin, and the one before them is no letter.
const BITS = 5;
const FOUR = 2 ** (4 * BITS) - 1;
const THREE = 2 ** (3 * BITS) - 1;
const ONE = 2 ** BITS - 1;
/** Of any other character, and of one to be looked at; then come letters, and what else is inner. */
const OUTER = 0;
const LOOKED_AT = 1;
const FIRST_LETTER = 2;
const REST = 28;

/**
 * Words of which one stands in every text that can say anything: where none does, nothing else has to be read. A text is gone
 * through without a step that depends on where its words end, which is what takes the time else.
 */
export class Anchors {
  readonly #words: Lexicon;
  readonly #looks: Parts['looks'];
  /** By code: what stands for it in five bits. */
  readonly #short: Uint8Array;
  /** By three characters: 1 where a word may begin so, or the last of them is to be looked at. */
  readonly #hits = new Uint8Array(THREE + 1);

  constructor({ words, endings = [], kinds, looks }: Parts) {
    this.#words = new Lexicon({ telling: words, others: endings });
    this.#looks = looks;
    this.#short = kinds.map((kind, code) =>
      kind === INNER ? shortOf(code) : kind === LOOK ? LOOKED_AT : OUTER,
    );
    for (const word of [...words, ...endings]) this.#begins(word);
    for (let three = LOOKED_AT; three <= THREE; three += ONE + 1) this.#hits[three] = 1;
  }

  /** Whether the text has one, or a character that makes it another matter. */
  standIn(codes: Uint8Array, length: number): boolean {
    for (let at = this.#next(codes, 0, length); at < length; at = this.#next(codes, at + 1, length)) {
      if (this.#isWord(codes, at - 2, length)) return true;
      if (this.#short[codes[at] as number] === LOOKED_AT && this.#looks?.(codes, at, length) === true)
        return true;
    }
    return this.#isWord(codes, length - 2, length);
  }

  // Where a word may have begun two characters before, or a character is to be looked at; the end if nowhere. A loop with nothing
  // else in it is what an engine makes fast.
  #next(codes: Uint8Array, from: number, length: number): number {
    const short = this.#short;
    const hits = this.#hits;
    let four = 0;
    for (let at = Math.max(0, from - 3); at < from; at += 1)
      four = (four << BITS) | (short[codes[at] as number] as number);
    for (let at = from; at < length; at += 1) {
      four = ((four << BITS) | (short[codes[at] as number] as number)) & FOUR;
      if (hits[four & THREE] === 1 && isHit(four)) return at;
    }
    return length;
  }

  #isWord(codes: Uint8Array, start: number, length: number): boolean {
    if (start < 0 || (start > 0 && this.#isInner(codes[start - 1]))) return false;
    let end = start;
    while (end < length && this.#isInner(codes[end])) end += 1;
    const word = end > start ? this.#words.at(codes, start, end) : undefined;
    return word !== undefined && (word.tells || codes[start - 1] === DOT);
  }

  #isInner(code = 0): boolean {
    return (this.#short[code] as number) >= FIRST_LETTER;
  }

  // What follows a word of two is anything.
  #begins(word: string): void {
    const [first = 0, second = 0, third] = Array.from(word, (letter) => shortOf(letter.charCodeAt(0)));
    const start = ((first << BITS) | second) << BITS;
    if (third === undefined) this.#hits.fill(1, start, start + ONE + 1);
    else this.#hits[start | third] = 1;
  }
}

function shortOf(code: number): number {
  return code >= SMALL_A && code <= SMALL_Z ? code - SMALL_A + FIRST_LETTER : REST + (code & 3);
}

function isHit(four: number): boolean {
  return four >> (3 * BITS) < FIRST_LETTER || (four & ONE) === LOOKED_AT;
}

const DOT = 0x2e;
const SMALL_A = 0x61;
const SMALL_Z = 0x7a;
