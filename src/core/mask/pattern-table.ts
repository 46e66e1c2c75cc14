import type { Part } from './known-match.ts';
import type { Pattern } from './known-patterns.ts';
import { type OnFit, symbolAt } from './pattern-branch.ts';
import { PatternTrie } from './pattern-trie.ts';
import { ANCHORS, anchorOf, NO_ANCHOR, STRIDE, WindowGate } from './window-gate.ts';

/** Where a pattern begins; `end` is past its last byte. */
export type OnPattern = (pattern: Pattern, start: number, end: number) => void;

const HEAD_BITS = 20;
/** Bytes that every pattern has. */
const HEAD = 4;

/**
 * Searches for any number of patterns of four bytes and more at once. A gate looks at five bytes at every fourth place and rules
 * out almost all; where one may stand its beginning is looked up, and only then it is compared. Adding a pattern costs the
 * same however many there are, and so does each byte of a text, whatever the patterns have in common.
 */
export class PatternTable {
  readonly #gate: WindowGate;
  readonly #trie = new PatternTrie();
  /** A bit for each hash of a pattern's first four bytes. */
  #heads = new Uint8Array(0);
  #hasShort = false;

  /** Length of the longest pattern. */
  longest = 0;

  /** Tables of much the same patterns share a gate. */
  constructor(gate: WindowGate) {
    this.#gate = gate;
  }

  /** The anchor that suits `bytes`: behind what they share with another pattern, where there is room for it. */
  anchorFor(bytes: Uint8Array): number {
    return anchorOf(bytes, this.#trie.shared(bytes));
  }

  /** A pattern that is only `begun` is never reported: it says that one may begin where the text is cut off. */
  add(pattern: Pattern, { begun = false }: { readonly begun?: boolean } = {}): void {
    const { bytes, anchor } = pattern;
    if (!this.#trie.add(pattern)) return;
    this.longest = Math.max(this.longest, bytes.length);
    if (this.#heads.length === 0) this.#heads = new Uint8Array(1 << (HEAD_BITS - 3));
    const head = headHash(bytes, 0);
    this.#heads[head >>> 3] = (this.#heads[head >>> 3] as number) | (1 << (head & 7));
    if (begun) return;
    if (anchor === NO_ANCHOR) this.#hasShort = true;
    else this.#gate.add(bytes, anchor);
  }

  /**
   * Reports every occurrence in `bytes[from..end)`. Returns where the earliest pattern begins that `end` cuts off; `end`
   * when there is none, or the text is `final`.
   */
  search(bytes: Uint8Array, range: Part, on: OnPattern): number {
    const { from, end, final } = range;
    if (this.longest === 0) return end;
    for (let at = this.#gate.next(bytes, from, end); at < end;) {
      this.#look(bytes, { at, from, end }, on);
      at = this.#gate.next(bytes, at + STRIDE, end);
    }
    if (this.#hasShort) this.#searchShort(bytes, range, on);
    return final ? end : this.#firstCut(bytes, Math.max(from, end - this.longest + 1), end);
  }

  /** Reports the patterns that begin at `start`. True when one may that `end` cuts off. */
  begunAt(bytes: Uint8Array, place: { start: number; end: number }, on: OnFit): boolean {
    if (this.longest === 0) return false;
    const isHead = place.end - place.start < HEAD || this.#isHead(bytes, place.start);
    return isHead && this.#trie.walk(bytes, place, on);
  }

  // A window stands here: it is one of the four of its pattern, at one of the anchors.
  #look(
    bytes: Uint8Array,
    { at, from, end }: { at: number; from: number; end: number },
    on: OnPattern,
  ): void {
    const anchors = this.#gate.anchorsAt(bytes, at);
    for (let anchor = 0; anchor < ANCHORS.length; anchor++) {
      if ((anchors & (1 << anchor)) === 0) continue;
      const first = at - (ANCHORS[anchor] as number);
      for (let start = first; start > first - STRIDE && start >= from; start--) {
        if (this.#isHead(bytes, start)) this.#walk(bytes, { start, end, anchor }, on);
      }
    }
  }

  // Those too short for the gate are looked for at every place.
  #searchShort(bytes: Uint8Array, { from, end }: { from: number; end: number }, on: OnPattern): void {
    for (let start = from; start <= end - HEAD; start++) {
      if (this.#isHead(bytes, start)) this.#walk(bytes, { start, end, anchor: NO_ANCHOR }, on);
    }
  }

  // A pattern is reported for its own anchor, and so once.
  #walk(
    bytes: Uint8Array,
    { start, end, anchor }: { start: number; end: number; anchor: number },
    on: OnPattern,
  ): void {
    this.#trie.walk(bytes, { start, end }, (pattern) => {
      if (pattern.anchor === anchor) on(pattern, start, start + pattern.bytes.length);
    });
  }

  #firstCut(bytes: Uint8Array, from: number, end: number): number {
    for (let start = from; start < end; start++)
      if (this.begunAt(bytes, { start, end }, ignore)) return start;
    return end;
  }

  #isHead(bytes: Uint8Array, at: number): boolean {
    const head = headHash(bytes, at);
    return ((this.#heads[head >>> 3] as number) & (1 << (head & 7))) !== 0;
  }
}

function ignore(): void {}

function headHash(bytes: Uint8Array, at: number): number {
  return Math.imul(symbolAt(bytes, at), 0x9e3779b1) >>> (32 - HEAD_BITS);
}
