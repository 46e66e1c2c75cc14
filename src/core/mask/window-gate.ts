import { randomBits } from './randomness.ts';

/** Bytes that one look of the gate takes in. */
const WINDOW = 5;
/** The gate looks at every fourth place: of four windows in a row one begins there. */
export const STRIDE = 4;
/** Where in a pattern its four windows may begin. */
export const ANCHORS = [0, 4, 8, 16, 24, 40, 64, 96] as const;
/** For a pattern too short to have four. */
export const NO_ANCHOR = -1;

const RUN = WINDOW + STRIDE - 1;
/** Cells of the gate, as bits of their number, from so many patterns on. */
const SIZES = [
  { bits: 16, from: 0 },
  { bits: 19, from: 1_500 },
  { bits: 22, from: 6_000 },
] as const;

const LONGEST_START = Math.max(...ANCHORS) + RUN;

/** Less than any other is. */
const BITS_OF_SHARED = -1_000;
/** A byte that differs from the others tells as much as so many bits. */
const BITS_OF_A_BYTE = 1;
/** Further on is better, by this a byte: what is public of a secret, its vendor's prefix, stands before the rest. */
const BITS_OF_A_STEP = 0.1;

/**
 * Which of `ANCHORS` a pattern is looked for by: where its bytes are the least likely to stand in a text by chance. Not in the
 * first `shared` bytes, which others have too, and a text may repeat again and again; there only if there is no other.
 */
export function anchorOf(bytes: Uint8Array, shared: number): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1', 0, LONGEST_START);
  let best = NO_ANCHOR;
  let most = -Infinity;
  for (const [anchor, at] of ANCHORS.entries()) {
    if (at + RUN > text.length) break;
    const bits = bitsAt(text, at) + (at >= shared ? 0 : BITS_OF_SHARED);
    if (bits <= most) continue;
    most = bits;
    best = anchor;
  }
  return best;
}

function bitsAt(text: string, at: number): number {
  const run = text.slice(at, at + RUN);
  return randomBits(run) + new Set(run).size * BITS_OF_A_BYTE + at * BITS_OF_A_STEP;
}

/**
 * Rules out places where no pattern can stand. A bit for each hash of a window decides almost all, in little memory; another
 * hash then says at which anchors patterns may have it.
 */
export class WindowGate {
  #size = 0;
  #count = 0;
  #drop = 32;
  #bits = new Uint8Array(0);
  #anchors = new Uint8Array(0);
  /** To fill a larger gate with. */
  #windows: { readonly hash: number; readonly anchor: number }[] = [];

  add(bytes: Uint8Array, anchor: number): void {
    const size = SIZES[this.#size];
    if (size !== undefined && this.#count >= size.from) this.#grow(size.bits);
    this.#count++;
    const at = ANCHORS[anchor] ?? 0;
    for (let n = 0; n < STRIDE; n++) this.#open(hashAt(bytes, at + n), anchor);
  }

  /** First place from `from` on, in steps of the stride, where a window may stand; `end` when there is none. */
  next(bytes: Uint8Array, from: number, end: number): number {
    const bits = this.#bits;
    const drop = this.#drop;
    for (let at = from; at <= end - WINDOW; at += STRIDE) {
      const hash = hashAt(bytes, at);
      const cell = hash >>> drop;
      if (((bits[cell >>> 3] as number) & (1 << (cell & 7))) === 0) continue;
      if (this.#anchors[again(hash) >>> drop] !== 0) return at;
    }
    return end;
  }

  /** A bit for each anchor whose patterns may have the window at `at`. */
  anchorsAt(bytes: Uint8Array, at: number): number {
    return this.#anchors[again(hashAt(bytes, at)) >>> this.#drop] as number;
  }

  #open(hash: number, anchor: number): void {
    if (this.#size < SIZES.length) this.#windows.push({ hash, anchor });
    const cell = hash >>> this.#drop;
    this.#bits[cell >>> 3] = (this.#bits[cell >>> 3] as number) | (1 << (cell & 7));
    const other = again(hash) >>> this.#drop;
    this.#anchors[other] = (this.#anchors[other] as number) | (1 << anchor);
  }

  #grow(bits: number): void {
    const windows = this.#windows;
    this.#size++;
    this.#drop = 32 - bits;
    this.#bits = new Uint8Array(1 << (bits - 3));
    this.#anchors = new Uint8Array(1 << bits);
    this.#windows = [];
    for (const { hash, anchor } of windows) this.#open(hash, anchor);
  }
}

function hashAt(bytes: Uint8Array, at: number): number {
  const word =
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24);
  return Math.imul(word ^ Math.imul(bytes[at + 4] as number, 0x85ebca6b), 0x9e3779b1);
}

function again(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
}
