import type { AnchorFinder } from '../anchor-finder.ts';
import type { Candidate } from '../candidate.ts';
import type { Finder, Surroundings } from '../finder.ts';
import type { Window } from '../window.ts';
import type { CentralPattern } from './pattern.ts';
import { PatternSearch } from './pattern-search.ts';

const NONE: readonly number[] = [];

/** Finds what the patterns of a policy match. Comes behind the finder of literals, which tells where those stand. */
export class CentralFinder implements Finder {
  from = 0;
  readonly #around: Surroundings;
  readonly #literals: AnchorFinder;
  readonly #searches: ReadonlyMap<CentralPattern, PatternSearch>;
  /** Without literals nothing but the text itself is waited for. */
  readonly #isAlone: boolean;

  constructor(patterns: readonly CentralPattern[], literals: AnchorFinder, around: Surroundings) {
    this.#around = around;
    this.#literals = literals;
    this.#searches = new Map(patterns.map((pattern) => [pattern, new PatternSearch(pattern)]));
    this.#isAlone = patterns.every((pattern) => pattern.literals.length === 0);
  }

  advance(window: Window, found: Candidate[]): void {
    const marks = this.#marks();
    const told = window.final || this.#isAlone ? window.end : this.#literals.from;
    let from = window.end;
    for (const [pattern, search] of this.#searches) {
      if (window.final && pattern.literals.length > 0 && !marks.has(pattern) && !search.isOpen) continue;
      const input = { marks: marks.get(pattern) ?? NONE, told };
      from = Math.min(from, search.advance(window, input, found));
    }
    this.from = Math.max(this.from, from);
  }

  shift(count: number): void {
    this.from -= count;
    for (const search of this.#searches.values()) search.shift(count);
  }

  #marks(): Map<CentralPattern, number[]> {
    const marks = new Map<CentralPattern, number[]>();
    for (const { pattern, at } of this.#around.marks.splice(0)) {
      const known = marks.get(pattern);
      if (known === undefined) marks.set(pattern, [at]);
      else known.push(at);
    }
    return marks;
  }
}
