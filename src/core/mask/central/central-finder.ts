import type { AnchorFinder } from '../anchor-finder.ts';
import type { Candidate } from '../candidate.ts';
import type { Finder, Surroundings } from '../finder.ts';
import type { Window } from '../window.ts';
import { type CentralPattern, sweepsAnything } from './pattern.ts';
import { PatternSearch } from './pattern-search.ts';
import { untoldFrom } from './untold.ts';

const NONE: readonly number[] = [];

/** Finds what the patterns of a policy match. Comes behind the finder of literals, which tells where those stand. */
export class CentralFinder implements Finder {
  from = 0;
  readonly #around: Surroundings;
  readonly #literals: AnchorFinder;
  readonly #patterns: readonly CentralPattern[];
  /** Those that have something to look at, which most patterns never do. */
  readonly #searches = new Map<CentralPattern, PatternSearch>();
  /** No text has come yet. */
  #isNew = true;

  constructor(patterns: readonly CentralPattern[], literals: AnchorFinder, around: Surroundings) {
    this.#around = around;
    this.#literals = literals;
    this.#patterns = patterns;
  }

  advance(window: Window, found: Candidate[]): void {
    if (this.#isNew) this.#begin(window);
    const marks = this.#marks();
    const open = window.final ? window.end : untoldFrom(this.#patterns, window, this.#literals.from);
    let from = open;
    for (const [pattern, search] of this.#searches) {
      const input = { marks: marks.get(pattern) ?? NONE, open };
      from = Math.min(from, search.advance(window, input, found));
    }
    this.from = Math.min(window.end, Math.max(this.from, from));
  }

  shift(count: number): void {
    this.from -= count;
    for (const search of this.#searches.values()) search.shift(count);
  }

  // Of a whole text it is quickly told that nothing without a literal is in it.
  #begin(window: Window): void {
    this.#isNew = false;
    if (window.final && !sweepsAnything(this.#patterns, window.bytes)) return;
    for (const pattern of this.#patterns)
      if (pattern.literals.length === 0) this.#searches.set(pattern, new PatternSearch(pattern));
  }

  #marks(): Map<CentralPattern, number[]> {
    const marks = new Map<CentralPattern, number[]>();
    for (const { pattern, at } of this.#around.marks.splice(0)) {
      const known = marks.get(pattern);
      if (known === undefined) marks.set(pattern, [at]);
      else known.push(at);
      if (!this.#searches.has(pattern)) this.#searches.set(pattern, new PatternSearch(pattern));
    }
    return marks;
  }
}
