import { CLASSES, type ByteClass } from './bytes.ts';
import { randomBits } from './randomness.ts';

/** What is searched for, and what can be told about it from the bytes around it alone. */
export interface Literal {
  /** ASCII; in any letter case unless `isExact`. */
  readonly literal: string;
  readonly isExact?: boolean;
  /** A letter or digit right before it rules it out, unless it may be the end of an escape or of a colour. */
  readonly isStart?: boolean;
  /** It is followed by so many of these bytes, or by the end of what has arrived. */
  readonly follows?: { readonly members: ByteClass; readonly min: number };
}

/** Where the tables of a `LiteralTable` lie, in bytes. `gate.assembly` has the same numbers. */
export const LAYOUT = {
  /** A bit per hash of four bytes, letters folded. */
  gate: 0,
  gateBytes: 1 << 17,
  /** First record per hash of a window, or 0: 16 bits each. */
  heads: 1 << 17,
  headCount: 1 << 12,
  /** 256 bytes each; the first is of letters and digits. */
  classes: (1 << 17) + (1 << 13),
  classCount: 64,
  /** First record of those whose window reaches past the literal, or 0: 16 bits. */
  edge: (1 << 17) + (1 << 13) + (1 << 14),
  records: (1 << 17) + (1 << 13) + (1 << 14) + 16,
} as const;

/**
 * One literal: text (32 bits), length, distance from the window's end to the literal's (signed), flags, number of bytes that
 * must follow, their class, next record (16 bits), next record at the edge (16 bits).
 */
export const RECORD_BYTES = 16;
export const FLAGS = { exact: 1, start: 2 } as const;
/** No literal is longer. Also how far beside its block a gate looks. */
export const LONGEST_LITERAL = 64;
/** A window reaches no further past its literal. */
export const MOST_BEHIND = 2;
/** A gate looks at so many bytes at once. */
export const LONGEST_PIECE = 28 * 1024;
const MOST_FOLLOWING = 32;
/** Of the hash: Knuth's multiplicative one. */
export const MULTIPLIER = 0x9e3779b1;
const FOLD = 0x20;

/**
 * The tables to find many literals with in one pass (Wu and Manber's hash of a block of bytes, without shifts as many literals
 * are short). Of each literal the least likely four bytes are looked up at every place of the text; only where they stand is
 * the rest compared. So the time depends on how often the windows occur, not on how many literals there are.
 */
export class LiteralTable {
  readonly bytes: Uint8Array;
  readonly #heads: Uint16Array;
  readonly #view: DataView;
  readonly #classes = new Map<ByteClass, number>();

  constructor(literals: readonly Literal[]) {
    const texts = literals.reduce((sum, { literal }) => sum + literal.length, 0);
    const size = LAYOUT.records + (literals.length + 1) * RECORD_BYTES + texts;
    this.bytes = new Uint8Array(size);
    this.#heads = new Uint16Array(this.bytes.buffer, LAYOUT.heads, LAYOUT.headCount);
    this.#view = new DataView(this.bytes.buffer);
    this.#classNumber(CLASSES.alnum);
    let text = LAYOUT.records + (literals.length + 1) * RECORD_BYTES;
    // Backwards, as each goes before those with the same window.
    for (let n = literals.length - 1; n >= 0; n--) text = this.#add(literals[n] as Literal, n + 1, text);
  }

  // Returns where the next text goes.
  #add(item: Literal, number: number, text: number): number {
    const spelling = item.isExact === true ? item.literal : item.literal.toLowerCase();
    if (spelling.length < 2 || spelling.length > LONGEST_LITERAL)
      throw new Error(`can't search for ${spelling}`);
    for (let i = 0; i < spelling.length; i++) this.bytes[text + i] = spelling.charCodeAt(i);
    const back = windowBack(spelling, item);
    const key = windowKey(spelling, back);
    this.#open(key, openPlaces(spelling, back), back < 0 ? item.follows?.members : undefined);
    const head = headSlot(key);
    const record = LAYOUT.records + number * RECORD_BYTES;
    const flags = (item.isExact === true ? FLAGS.exact : 0) | (item.isStart === true ? FLAGS.start : 0);
    this.#view.setUint32(record, text, true);
    this.bytes[record + 4] = spelling.length;
    this.bytes[record + 5] = back & 0xff;
    this.bytes[record + 6] = flags;
    this.bytes[record + 7] = Math.min(item.follows?.min ?? 0, MOST_FOLLOWING);
    this.bytes[record + 8] = item.follows === undefined ? 0 : this.#classNumber(item.follows.members);
    this.#view.setUint16(record + 10, this.#heads[head] as number, true);
    this.#heads[head] = number;
    if (back < 0) {
      this.#view.setUint16(record + 12, this.#view.getUint16(LAYOUT.edge, true), true);
      this.#view.setUint16(LAYOUT.edge, number, true);
    }
    return text + spelling.length;
  }

  #classNumber(members: ByteClass): number {
    const known = this.#classes.get(members);
    if (known !== undefined) return known;
    const number = this.#classes.size;
    if (number === LAYOUT.classCount) throw new Error('too many byte classes to search with');
    this.#classes.set(members, number);
    this.bytes.set(members, LAYOUT.classes + number * 256);
    return number;
  }

  // Lets windows pass that have `key`'s bytes in all but the `open` places, and there `members` if known.
  #open(key: number, [place, ...rest]: readonly number[], members: ByteClass | undefined): void {
    if (place === undefined) {
      const hash = Math.imul(key, MULTIPLIER) >>> 12;
      const at = LAYOUT.gate + (hash >>> 3);
      this.bytes[at] = (this.bytes[at] as number) | (1 << (hash & 7));
      return;
    }
    for (let byte = FOLD; byte < 256; byte = (byte + 1) | FOLD) {
      if (members !== undefined && members[byte] !== 1 && members[byte & ~FOLD] !== 1) continue;
      this.#open(key | (byte << (8 * place)), rest, members);
    }
  }
}

/**
 * The window's bytes, from the lowest. Where it reaches beyond a short literal there are zeros: before it, or behind when
 * `back` is negative.
 */
function windowKey(spelling: string, back: number): number {
  let key = 0;
  for (let place = 0; place < 4; place++) {
    const at = spelling.length - back - 4 + place;
    if (at >= 0 && at < spelling.length) key |= (spelling.charCodeAt(at) | FOLD) << (8 * place);
  }
  return key >>> 0;
}

function openPlaces(spelling: string, back: number): number[] {
  const places = [0, 1, 2, 3].map((place) => ({ place, at: spelling.length - back - 4 + place }));
  return places.filter(({ at }) => at < 0 || at >= spelling.length).map(({ place }) => place);
}

function headSlot(key: number): number {
  return Math.imul(key, MULTIPLIER) >>> 20;
}

// The bytes of a window that seldom stand together. A short literal's window reaches over what must follow, if that is known.
function windowBack(spelling: string, { follows }: Literal): number {
  const missing = 4 - spelling.length;
  if (missing > 0) return (follows?.min ?? 0) < missing ? 0 : -missing;
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let back = 0; back <= spelling.length - 4; back++) {
    const end = spelling.length - back;
    const bits = randomBits(spelling.slice(end - 4, end).toLowerCase());
    if (bits > most) [best, most] = [back, bits];
  }
  return best;
}
