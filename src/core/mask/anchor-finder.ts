import { LIMITS } from '../limits.ts';
import type { AnchorSet } from './anchors.ts';
import type { Candidate } from './candidate.ts';
import { startingAt } from './edits.ts';
import type { Finder, Surroundings } from './finder.ts';
import { TokenFloor } from './token-floor.ts';
import type { Window } from './window.ts';

/** A candidate and the literal's end that led to it. */
interface Found {
  readonly candidate: Candidate;
  readonly at: number;
}

/** Finds what begins with, or contains, one of many literals: vendor tokens, key blocks, URLs, named values. */
export class AnchorFinder implements Finder {
  from = 0;
  readonly #set: AnchorSet;
  readonly #around: Surroundings;
  readonly #floor = new TokenFloor();
  /** What was found reaches this far: literals before it are not looked at, names not even in values. */
  #covered: Covered = { tokens: 0, values: 0 };
  /** A candidate that was cut at the size limit; `from` is where it goes on. */
  #tail: Candidate | undefined;

  constructor(set: AnchorSet, around: Surroundings) {
    this.#set = set;
    this.#around = around;
  }

  advance(window: Window, found: Candidate[]): void {
    do {
      if (this.#tail !== undefined && !this.#followTail(window, this.#tail, found)) return;
      const pending: Found[] = [];
      this.from = this.#scan(window, pending);
      for (const { candidate, at } of pending) {
        if (at > this.from) break;
        found.push(candidate);
        this.#covered = cover(this.#covered, candidate);
        if (candidate.goesOn !== undefined && candidate.end === this.from) this.#tail = candidate;
      }
    } while (this.#tail !== undefined);
  }

  shift(count: number): void {
    this.from -= count;
    this.#covered = { tokens: this.#covered.tokens - count, values: this.#covered.values - count };
  }

  // Returns from where on nothing is decided. The automaton warms up on what was looked at before, so that a literal
  // which was cut is not missed.
  #scan(window: Window, pending: Found[]): number {
    const { bytes, end } = window;
    const { classOf, next, shift, firstAccepting } = this.#set.automaton;
    const floor = this.#floor.startingAt(this.from);
    let covered = this.#covered;
    let state = 0;
    for (let i = Math.max(0, this.from - WARM_UP_BYTES); i < end; i++) {
      state = next[(state << shift) | (classOf[bytes[i] as number] as number)] as number;
      if (state < firstAccepting || i < this.from) continue;
      const before = covered;
      for (const index of this.#set.automaton.outputs(state)) {
        const anchor = this.#set.anchors[index];
        if (anchor === undefined) continue;
        const start = i + 1 - anchor.literal.length;
        if (start < (anchor.isName === true ? before.values : before.tokens)) continue;
        const hit = { window, start, end: i + 1, floor: floor.of(bytes, i), around: this.#around };
        window.starved = false;
        const match = anchor.match(hit);
        if (window.starved) return hit.floor;
        if (match === undefined) continue;
        const candidate = startingAt(match, hit.floor);
        pending.push({ candidate, at: i + 1 });
        if (candidate.goesOn !== undefined) return candidate.end;
        covered = cover(covered, candidate);
      }
    }
    return window.final ? end : floor.of(bytes, end);
  }

  // True when the tail's end was reached.
  #followTail(window: Window, tail: Candidate, found: Candidate[]): boolean {
    const { goesOn, ...piece } = tail;
    if (goesOn === undefined) return true;
    for (let isFull = true; isFull;) {
      window.starved = false;
      const end = window.runEnd(this.from, goesOn, this.from + LIMITS.candidateBytes);
      if (window.starved) return false;
      isFull = end - this.from === LIMITS.candidateBytes;
      if (end > this.from) found.push({ ...piece, start: this.from, end });
      this.from = end;
      this.#covered = { tokens: end, values: end };
    }
    this.#tail = undefined;
    return true;
  }
}

/** No literal is longer. */
const WARM_UP_BYTES = 64;

interface Covered {
  readonly tokens: number;
  readonly values: number;
}

// Inside a token nothing more is looked for; inside a value tokens are, for their better name.
function cover(covered: Covered, { kind, end }: Candidate): Covered {
  const isToken = kind === 'vendor' || kind === 'structure';
  return {
    tokens: isToken ? Math.max(covered.tokens, end) : covered.tokens,
    values: Math.max(covered.values, end),
  };
}
