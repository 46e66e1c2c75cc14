import { LIMITS } from '../limits.ts';
import type { AnchorSet } from './anchors.ts';
import type { Candidate } from './candidate.ts';
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
  /** Literals that begin before this lie inside a secret already found. */
  #skipTo = 0;
  /** A candidate that was cut at the size limit; `from` is where it goes on. */
  #tail: Candidate | undefined;

  constructor(set: AnchorSet, around: Surroundings) {
    this.#set = set;
    this.#around = around;
  }

  advance(window: Window, found: Candidate[]): void {
    if (this.#tail !== undefined && !this.#followTail(window, this.#tail, found)) return;
    const pending: Found[] = [];
    const from = this.#scan(window, pending);
    for (const { candidate, at } of pending) {
      if (at > from) break;
      found.push(candidate);
      if (skips(candidate)) this.#skipTo = Math.max(this.#skipTo, candidate.end);
    }
    this.from = from;
    const last = found.at(-1);
    if (last?.goesOn === undefined || last.end !== from) return;
    this.#tail = last;
    this.advance(window, found);
  }

  shift(count: number): void {
    this.from -= count;
    this.#skipTo -= count;
  }

  // Returns from where on nothing is decided. The automaton warms up on what was looked at before, so that a literal
  // which was cut is not missed.
  #scan(window: Window, pending: Found[]): number {
    const { bytes, end } = window;
    const { classOf, next, shift, firstAccepting } = this.#set.automaton;
    const floor = this.#floor.startingAt(this.from);
    let skipTo = this.#skipTo;
    let state = 0;
    for (let i = Math.max(0, this.from - LIMITS.lookBehindBytes / 4); i < end; i++) {
      state = next[(state << shift) | (classOf[bytes[i] as number] as number)] as number;
      if (state < firstAccepting || i < this.from) continue;
      for (const index of this.#set.automaton.outputs(state)) {
        const anchor = this.#set.anchors[index];
        if (anchor === undefined) continue;
        const start = i + 1 - anchor.literal.length;
        if (start < skipTo) continue;
        const hit = { window, start, end: i + 1, floor: floor.of(bytes, i), around: this.#around };
        window.starved = false;
        const candidate = anchor.match(hit);
        if (window.starved) return hit.floor;
        if (candidate === undefined) continue;
        pending.push({ candidate: atLeast(candidate, hit.floor), at: i + 1 });
        if (candidate.goesOn !== undefined) return candidate.end;
        if (skips(candidate)) skipTo = candidate.end;
      }
    }
    return window.final ? end : floor.of(bytes, end);
  }

  // True when the tail's end was reached.
  #followTail(window: Window, tail: Candidate, found: Candidate[]): boolean {
    const members = tail.goesOn;
    while (members !== undefined) {
      window.starved = false;
      const end = window.runEnd(this.from, members, this.from + LIMITS.candidateBytes);
      if (window.starved) return false;
      const full = end - this.from === LIMITS.candidateBytes;
      if (end > this.from) found.push({ ...tail, start: this.from, end });
      this.from = end;
      this.#skipTo = end;
      if (!full) break;
    }
    this.#tail = undefined;
    return true;
  }
}

function skips(candidate: Candidate): boolean {
  return candidate.kind === 'vendor' || candidate.kind === 'structure';
}

function atLeast(candidate: Candidate, floor: number): Candidate {
  return candidate.start >= floor ? candidate : { ...candidate, start: floor };
}
