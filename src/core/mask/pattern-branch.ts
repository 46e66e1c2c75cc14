import type { Pattern } from './known-patterns.ts';

/** Told of every pattern that stands where a walk began. */
export type OnFit = (pattern: Pattern) => void;

/** So many bytes are compared at once on the way down. */
export const SYMBOL = 4;
/** A list of more patterns becomes a branch. */
const MOST_LISTED = 8;
/** Values with the same bytes in them: more than base64 can cut off the differences of are found as one of these. */
const MOST_ALIKE = 16;

/** Where patterns that agree up to `depth`, a multiple of four bytes, go different ways. */
export class Branch {
  readonly depth: number;
  /** A pattern's bytes: all below agree with them up to `depth`. */
  readonly path: Uint8Array;
  /** By the next four bytes. */
  readonly next = new Map<number, Pattern[] | Branch>();
  /** By the last bytes, up to three. */
  readonly #ends = new Map<number, Pattern[]>();
  /** What up to three bytes a text may end with here, and a pattern goes on. */
  readonly beginnings = new Set<number>();

  constructor(depth: number, path: Uint8Array) {
    this.depth = depth;
    this.path = path;
  }

  add(pattern: Pattern): boolean {
    const { bytes } = pattern;
    this.mark(bytes);
    const rest = bytes.length - this.depth;
    if (rest < SYMBOL) return listed(this.#ends, beginning(bytes, this.depth, rest), pattern);
    const key = symbolAt(bytes, this.depth);
    const below = this.next.get(key);
    if (below instanceof Branch) return this.#towards(below, { key, bytes }).add(pattern);
    const isNew = listed(this.next as Map<number, Pattern[]>, key, pattern);
    if (below !== undefined && below.length > MOST_LISTED) this.next.set(key, branchOf(below, this.depth));
    return isNew;
  }

  /** Notes how `bytes` goes on from here. */
  mark(bytes: Uint8Array): void {
    const rest = bytes.length - this.depth;
    for (let n = 0; n < Math.min(SYMBOL, rest); n++) this.beginnings.add(beginning(bytes, this.depth, n));
  }

  ending(bytes: Uint8Array, { at, end }: { at: number; end: number }, on: OnFit): void {
    if (this.#ends.size === 0) return;
    for (let n = 0; n < SYMBOL && at + n <= end; n++) {
      for (const pattern of this.#ends.get(beginning(bytes, at, n)) ?? []) on(pattern);
    }
  }

  // The branch below; where `bytes` leaves the way to it, a new one in between.
  #towards(below: Branch, { key, bytes }: { key: number; bytes: Uint8Array }): Branch {
    const from = this.depth + SYMBOL;
    const agreed = whole(agreement(below, { bytes, start: 0, end: bytes.length, from }));
    if (agreed === below.depth) return below;
    const between = new Branch(agreed, below.path);
    between.mark(below.path);
    between.next.set(symbolAt(below.path, agreed), below);
    this.next.set(key, between);
    return between;
  }
}

// All agree in the four bytes at `depth`, and perhaps in more.
function branchOf(patterns: readonly Pattern[], depth: number): Branch {
  const path = (patterns[0] as Pattern).bytes;
  const common = patterns.reduce((least, { bytes }) => Math.min(least, agreedUpTo(path, bytes)), path.length);
  const branch = new Branch(Math.max(depth + SYMBOL, whole(common)), path);
  for (const pattern of patterns) branch.add(pattern);
  return branch;
}

/** How many bytes are the same. */
export function agreedUpTo(a: Uint8Array, b: Uint8Array): number {
  let n = 0;
  while (n < a.length && a[n] === b[n]) n++;
  return n;
}

function whole(depth: number): number {
  return depth - (depth % SYMBOL);
}

/** A walk from `start` that has come `from` bytes far. */
export interface Place {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly from: number;
}

/** How far the way to a branch is what stands in the text: up to its depth, or to the end of the text. */
export function agreement({ path, depth }: Branch, { bytes, start, end, from }: Place): number {
  const stop = Math.min(depth, end - start);
  let n = from;
  while (n < stop && path[n] === bytes[start + n]) n++;
  return n;
}

function listed(lists: Map<number, Pattern[]>, key: number, pattern: Pattern): boolean {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [pattern]);
  else if (list.length >= MOST_ALIKE || list.some((other) => isSame(other, pattern))) return false;
  else list.push(pattern);
  return true;
}

function isSame(a: Pattern, b: Pattern): boolean {
  return (
    a.value === b.value &&
    a.encoding === b.encoding &&
    a.lead === b.lead &&
    a.edgeless === b.edgeless &&
    Buffer.compare(a.bytes, b.bytes) === 0
  );
}

/** The four bytes at `at` as a number. */
export function symbolAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** A few bytes at `at` as a number. */
export function beginning(bytes: Uint8Array, at: number, count: number): number {
  let key = count;
  for (let i = 0; i < count; i++) key = key * 256 + (bytes[at + i] as number);
  return key;
}
