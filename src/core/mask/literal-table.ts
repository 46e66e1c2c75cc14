import { CLASSES, type ByteClass } from './bytes.ts';
import { windowBacks } from './literal-windows.ts';

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
  /** Words of 32 bits: in one of them two bits for each hash of four bytes, letters folded (Bloom, in blocks of a word). */
  gate: 0,
  gateBytes: 1 << 17,
  /** First record per hash of a window, or 0: 16 bits each. */
  heads: 1 << 17,
  headCount: 1 << 15,
  /** A byte per word of the gate: a bit for each of `MASKS` with which windows were put into it. */
  kinds: (1 << 17) + (1 << 16),
  /** 256 bytes each; the first is of letters and digits. */
  classes: (1 << 17) + (1 << 16) + (1 << 15),
  classCount: 64,
  /** First record of those whose window has a place for what must follow, or 0: 16 bits. */
  edge: (1 << 17) + (1 << 16) + (1 << 15) + (1 << 14),
  records: (1 << 17) + (1 << 16) + (1 << 15) + (1 << 14) + 16,
} as const;

/**
 * Two for each literal, one per window: text (32 bits), length, distance from the window's end to the literal's (signed), flags, number of bytes that
 * must follow, their class, mask, next record (16 bits), next record at the edge (16 bits).
 */
export const RECORD_BYTES = 16;
export const FLAGS = { exact: 1, start: 2, edge: 4 } as const;
/** No literal is longer. Also how far beside its block a gate looks. */
export const LONGEST_LITERAL = 64;
/** A window reaches no further past its literal. */
export const MOST_BEHIND = 2;
/** A gate looks at so many bytes at once. */
export const LONGEST_PIECE = 28 * 1024;
const MOST_FOLLOWING = 32;
/** Of the hash: Knuth's multiplicative one. */
export const MULTIPLIER = 0x9e3779b1;
/** The bit in which letters differ in case; set in all bytes of a window. */
export const FOLD = 0x20;
/** Which bytes of a window are the literal's, of all ways in which two can lie. */
export const MASKS = [0xffffffff, 0xffffff00, 0x00ffffff, 0x00ffff00, 0x0000ffff, 0xffff0000] as const;

/** What a gate searches with, laid out as `LAYOUT` says. */
export interface Tables {
  readonly bytes: Uint8Array;
}

/**
 * The tables to find many literals with in one pass (Wu and Manber's hash of a block of bytes, without shifts as many literals
 * are short). Of each literal there are two windows of four
 * bytes, as unlikely as can be, so that looking at every other place of the text finds one of them; only there is the rest
 * compared. So the time depends on how often the windows occur, not on how many literals there are.
 */
export class LiteralTable implements Tables {
  readonly bytes: Uint8Array;
  readonly #gate: Uint32Array;
  readonly #heads: Uint16Array;
  readonly #classes = new Map<ByteClass, number>();
  /** Of the window that is put into the gate. */
  #kind = 0;

  constructor(literals: readonly Literal[]) {
    const texts = literals.reduce((sum, { literal }) => sum + literal.length, 0);
    const records = 2 * (literals.length + 1) * RECORD_BYTES;
    this.bytes = new Uint8Array(LAYOUT.records + records + texts);
    this.#gate = new Uint32Array(this.bytes.buffer, LAYOUT.gate, LAYOUT.gateBytes / 4);
    this.#heads = new Uint16Array(this.bytes.buffer, LAYOUT.heads, LAYOUT.headCount);
    this.#classNumber(CLASSES.alnum);
    let text = LAYOUT.records + records;
    // Backwards, as each goes before those with the same window.
    for (let n = literals.length - 1; n >= 0; n--) text = this.#add(literals[n] as Literal, n + 1, text);
  }

  // Returns where the next text goes.
  #add(item: Literal, number: number, text: number): number {
    const spelling = item.isExact === true ? item.literal : item.literal.toLowerCase();
    if (spelling.length < 2 || spelling.length > LONGEST_LITERAL)
      throw new Error(`can't search for ${spelling}`);
    for (let i = 0; i < spelling.length; i++) this.bytes[text + i] = spelling.charCodeAt(i);
    const flags = (item.isExact === true ? FLAGS.exact : 0) | (item.isStart === true ? FLAGS.start : 0);
    const members = item.follows === undefined ? 0 : this.#classNumber(item.follows.members);
    const backs = windowBacks(spelling, item);
    for (let n = 0; n < 2; n++) {
      const back = backs[n] as number;
      const record = LAYOUT.records + (2 * number + n) * RECORD_BYTES;
      this.#write16(record, text & 0xffff);
      this.#write16(record + 2, text >>> 16);
      this.bytes[record + 4] = spelling.length;
      this.bytes[record + 5] = back & 0xff;
      this.bytes[record + 6] = flags;
      this.bytes[record + 7] = Math.min(item.follows?.min ?? 0, MOST_FOLLOWING);
      this.bytes[record + 8] = members;
      this.#link(record, 2 * number + n, { spelling, back, follows: item.follows });
    }
    return text + spelling.length;
  }

  #link(record: number, number: number, { spelling, back, follows }: Window): void {
    const key = windowKey(spelling, back);
    const open = openPlaces({ spelling, back, follows });
    const mask = maskNumber(open);
    this.#kind = 1 << mask;
    this.#open(key, open);
    this.bytes[record + 9] = mask;
    const head = headSlot(key);
    this.#write16(record + 10, this.#heads[head] as number);
    this.#heads[head] = number;
    if (open === NONE || open.every(({ members }) => members === undefined)) return;
    this.bytes[record + 6] = (this.bytes[record + 6] as number) | FLAGS.edge;
    this.bytes.copyWithin(record + 12, LAYOUT.edge, LAYOUT.edge + 2);
    this.#write16(LAYOUT.edge, number);
  }

  #write16(at: number, value: number): void {
    this.bytes[at] = value & 0xff;
    this.bytes[at + 1] = value >>> 8;
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

  // Lets windows pass that have `key`'s bytes in all but the open places.
  #open(key: number, [first, second]: readonly OpenPlace[]): void {
    if (first === undefined) this.#pass(key, ONLY, 0);
    else if (second === undefined) this.#pass(key, bytesAt(first), 8 * first.place);
    else
      for (const byte of bytesAt(first))
        this.#pass(key | (byte << (8 * first.place)), bytesAt(second), 8 * second.place);
  }

  // Some ten thousand windows, in code that runs once: the less it does for each the better.
  #pass(key: number, others: Uint8Array, shift: number): void {
    const { bytes } = this;
    const gate = this.#gate;
    const kind = this.#kind;
    for (let i = 0; i < others.length; i++) {
      const hash = Math.imul(key | ((others[i] as number) << shift), MULTIPLIER);
      const word = hash >>> 17;
      gate[word] = (gate[word] as number) | (1 << ((hash >>> 12) & 31)) | (1 << ((hash >>> 7) & 31));
      bytes[LAYOUT.kinds + word] = (bytes[LAYOUT.kinds + word] as number) | kind;
    }
  }
}

/** For a window without open places: nothing is put into it. */
const ONLY = new Uint8Array(1);
/** All bytes, folded. */
const ANY = Uint8Array.from({ length: 128 }, (_, n) => ((n & 0x60) << 1) | FOLD | (n & 0x1f));
const folded = new Map<ByteClass, Uint8Array>();

function bytesAt({ members }: OpenPlace): Uint8Array {
  if (members === undefined) return ANY;
  const known = folded.get(members);
  if (known !== undefined) return known;
  const bytes = ANY.filter((byte) => members[byte] === 1 || members[byte & ~FOLD] === 1);
  folded.set(members, bytes);
  return bytes;
}

interface Window {
  readonly spelling: string;
  readonly back: number;
  readonly follows: Literal['follows'];
}

const NONE: readonly OpenPlace[] = [];

/** A place in a window where no byte of the literal stands, and what may stand there if that is known. */
interface OpenPlace {
  readonly place: number;
  readonly members: ByteClass | undefined;
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

function openPlaces({ spelling, back, follows }: Window): readonly OpenPlace[] {
  if (back >= 0 && back <= spelling.length - 4) return NONE;
  return [0, 1, 2, 3].flatMap((place) => {
    const behind = place - back - 4;
    if (behind >= -spelling.length && behind < 0) return [];
    const isKnown = behind >= 0 && behind < (follows?.min ?? 0);
    return [{ place, members: isKnown ? follows?.members : undefined }];
  });
}

function maskNumber(open: readonly OpenPlace[]): number {
  if (open === NONE) return 0;
  const mask = open.reduce((bits, { place }) => bits & ~(0xff << (8 * place)), -1) >>> 0;
  return MASKS.findIndex((one) => one === mask);
}

function headSlot(key: number): number {
  return Math.imul(key, MULTIPLIER) >>> 17;
}
