import type { Pattern } from './known-patterns.ts';
import {
  agreedUpTo,
  agreement,
  beginning,
  Branch,
  type OnFit,
  type Place,
  SYMBOL,
  symbolAt,
} from './pattern-branch.ts';

/** Patterns by their first bytes: what one walk costs depends on how long what it follows is, not on how many there are. */
export class PatternTrie {
  readonly #root = new Branch(0, new Uint8Array(0));

  /** A pattern has four bytes or more. False when it is there already. */
  add(pattern: Pattern): boolean {
    return this.#root.add(pattern);
  }

  /** Tells of every pattern that begins at `start`. True when one fits, but is cut off by `end`. */
  walk(bytes: Uint8Array, { start, end }: { start: number; end: number }, on: OnFit): boolean {
    let branch = this.#root;
    for (;;) {
      const at = start + branch.depth;
      branch.ending(bytes, { at, end }, on);
      if (end - at < SYMBOL) return branch.beginnings.has(beginning(bytes, at, end - at));
      const below = branch.next.get(symbolAt(bytes, at));
      if (below === undefined) return false;
      const place = { bytes, start, end, from: branch.depth + SYMBOL };
      if (!(below instanceof Branch)) return compareAll(below, place, on);
      const agreed = agreement(below, place);
      if (agreed < below.depth) return start + agreed === end;
      branch = below;
    }
  }

  /** How many bytes some pattern begins with as these do, to within a few. */
  shared(bytes: Uint8Array): number {
    let branch = this.#root;
    for (;;) {
      const from = branch.depth + SYMBOL;
      if (bytes.length < from) return branch.depth;
      const below = branch.next.get(symbolAt(bytes, branch.depth));
      if (below === undefined) return branch.depth;
      if (!(below instanceof Branch))
        return below.reduce((most, other) => Math.max(most, agreedUpTo(other.bytes, bytes)), from);
      const agreed = agreement(below, { bytes, start: 0, end: bytes.length, from });
      if (agreed < below.depth) return agreed;
      branch = below;
    }
  }
}

function compareAll(patterns: readonly Pattern[], { bytes, start, end, from }: Place, on: OnFit): boolean {
  let isCut = false;
  for (const pattern of patterns) {
    const stop = Math.min(pattern.bytes.length, end - start);
    let n = from;
    while (n < stop && pattern.bytes[n] === bytes[start + n]) n++;
    if (n === pattern.bytes.length) on(pattern);
    else if (n === stop) isCut = true;
  }
  return isCut;
}
