import type { Pattern } from './known-patterns.ts';

/** Where a pattern begins; `end` is past its last byte. */
export type OnPattern = (pattern: Pattern, start: number, end: number) => void;

const SMALL_BITS = 16;
const LARGE_BITS = 20;
const GROW_AT = 2_000;

/**
 * Searches for any number of patterns of four bytes and more at once: a bit per hash of the first four bytes decides almost
 * every position. Adding a pattern costs the same however many there are.
 */
export class PatternTable {
  #bits = SMALL_BITS;
  #gate = new Uint8Array(1 << SMALL_BITS);
  readonly #byHead = new Map<number, Pattern[]>();
  /** Beginnings of one to three bytes, to know at the end of a chunk what may become a pattern. */
  readonly #beginnings = new Set<number>();

  /** Length of the longest pattern. */
  longest = 0;

  add(pattern: Pattern): void {
    this.longest = Math.max(this.longest, pattern.bytes.length);
    const head = headOf(pattern.bytes, 0);
    const same = this.#byHead.get(head);
    if (same === undefined) this.#addHead(head, pattern);
    else if (!same.some((other) => isSame(other, pattern))) same.push(pattern);
    for (let n = 1; n <= 3; n++) this.#beginnings.add(beginning(pattern.bytes, 0, n));
  }

  /**
   * Reports every occurrence in `bytes[from..end)`. Returns where the earliest pattern begins that `end` cuts off; `end`
   * when there is none.
   */
  search(bytes: Uint8Array, range: { from: number; end: number }, on: OnPattern): number {
    const { from, end } = range;
    const gate = this.#gate;
    const drop = 32 - this.#bits;
    let open = end;
    let head = 0;
    for (let i = from; i < end; i++) {
      head = (head << 8) | (bytes[i] as number);
      if (gate[Math.imul(head, 0x9e3779b1) >>> drop] === 0 || i < from + 3) continue;
      const cut = this.#compare(bytes, { from: i - 3, end }, on);
      if (cut && open === end) open = i - 3;
    }
    return open === end ? this.#openBeginning(bytes, from, end) : open;
  }

  #addHead(head: number, pattern: Pattern): void {
    this.#byHead.set(head, [pattern]);
    if (this.#bits === SMALL_BITS && this.#byHead.size > GROW_AT) this.#grow();
    this.#gate[slot(head, this.#bits)] = 1;
  }

  #grow(): void {
    this.#bits = LARGE_BITS;
    this.#gate = new Uint8Array(1 << LARGE_BITS);
    for (const head of this.#byHead.keys()) this.#gate[slot(head, LARGE_BITS)] = 1;
  }

  // True when a pattern fits as far as there are bytes.
  #compare(bytes: Uint8Array, range: { from: number; end: number }, on: OnPattern): boolean {
    let cut = false;
    for (const pattern of this.#byHead.get(headOf(bytes, range.from)) ?? []) {
      const stop = Math.min(pattern.bytes.length, range.end - range.from);
      let n = 4;
      while (n < stop && pattern.bytes[n] === bytes[range.from + n]) n++;
      if (n === pattern.bytes.length) on(pattern, range.from, range.from + n);
      else if (n === stop) cut = true;
    }
    return cut;
  }

  #openBeginning(bytes: Uint8Array, from: number, end: number): number {
    for (let at = Math.max(from, end - 3); at < end; at++) {
      if (this.#beginnings.has(beginning(bytes, at, end - at))) return at;
    }
    return end;
  }
}

function headOf(bytes: Uint8Array, at: number): number {
  let head = 0;
  for (let i = 0; i < 4; i++) head = (head << 8) | (bytes[at + i] ?? 0);
  return head;
}

function slot(head: number, bits: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - bits);
}

function beginning(bytes: Uint8Array, at: number, count: number): number {
  let key = count;
  for (let i = 0; i < count; i++) key = key * 256 + (bytes[at + i] ?? 0);
  return key;
}

function isSame(a: Pattern, b: Pattern): boolean {
  return (
    a.value === b.value &&
    a.encoding === b.encoding &&
    a.lead === b.lead &&
    Buffer.compare(a.bytes, b.bytes) === 0
  );
}
