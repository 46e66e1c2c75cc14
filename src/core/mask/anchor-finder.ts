import { LIMITS } from '../limits.ts';
import type { Anchor, AnchorSet } from './anchors.ts';
import type { Candidate } from './candidate.ts';
import { startingAt } from './edits.ts';
import type { Finder, Surroundings } from './finder.ts';
import type { GluedTokens } from './glued.ts';
import { LONGEST_PIECE } from './literal-table.ts';
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
  readonly #tokens: GluedTokens;
  readonly #around: Surroundings;
  readonly #floor = new TokenFloor();
  /** What was found reaches this far: literals before it are not looked at, names not even in values. */
  #covered: Covered = { tokens: 0, values: 0 };
  /** A candidate that was cut at the size limit; `from` is where it goes on. */
  #tail: Candidate | undefined;

  constructor(set: AnchorSet, tokens: GluedTokens, around: Surroundings) {
    this.#set = set;
    this.#tokens = tokens;
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

  // Returns from where on nothing is decided. Literals that were cut are found again with what came after.
  #scan(window: Window, pending: Found[]): number {
    const floor = this.#floor.startingAt(this.from);
    const place: Place = { covered: this.#covered, before: this.#covered, at: -1 };
    for (let after = this.from; after < window.end;) {
      const upTo = Math.min(window.end, after + LONGEST_PIECE);
      const { pairs, reached } = this.#set.gate.sight({
        bytes: window.bytes,
        after,
        upTo,
        end: window.end,
        final: window.final,
      });
      for (let i = 0; i < pairs.length; i += 2) {
        const anchor = this.#set.anchors[(pairs[i + 1] as number) - 1];
        const end = pairs[i] as number;
        if (anchor === undefined || isCovered(place, anchor, end)) continue;
        const hit = {
          window,
          start: end - anchor.literal.length,
          end,
          floor: floor.of(window.bytes, end - 1),
          around: this.#around,
        };
        window.starved = false;
        const match = anchor.match(hit);
        if (window.starved) return hit.floor;
        if (match === undefined || (match.confidence ?? 1) < this.#around.threshold) continue;
        const first = startingAt(match, hit.floor);
        const tokens =
          isToken(first) && first.goesOn === undefined ? this.#tokens.with(window, first) : [first];
        if (window.starved) return hit.floor;
        for (const candidate of tokens) {
          pending.push({ candidate, at: end });
          if (candidate.goesOn !== undefined) return candidate.end;
          place.covered = cover(place.covered, candidate);
        }
      }
      after = reached;
    }
    return window.final ? window.end : floor.of(window.bytes, window.end);
  }

  // True when the tail's end was reached.
  #followTail(window: Window, tail: Candidate, found: Candidate[]): boolean {
    const { goesOn, ...piece } = tail;
    if (goesOn === undefined) return true;
    this.#around.landmarks.isComplete = false;
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

interface Covered {
  readonly tokens: number;
  readonly values: number;
}

interface Place {
  covered: Covered;
  /** What was covered when the first literal that ends at `at` was looked at: they don't cover each other. */
  before: Covered;
  at: number;
}

function isCovered(place: Place, { literal, isName, isMark }: Anchor, end: number): boolean {
  if (isMark === true) return false;
  if (place.at !== end) {
    place.before = place.covered;
    place.at = end;
  }
  return end - literal.length < (isName === true ? place.before.values : place.before.tokens);
}

// Inside a token nothing more is looked for; inside a value tokens are, for their better name.
function cover(covered: Covered, candidate: Candidate): Covered {
  const { end } = candidate;
  return {
    tokens: isToken(candidate) ? Math.max(covered.tokens, end) : covered.tokens,
    values: Math.max(covered.values, end),
  };
}

function isToken({ kind }: Candidate): boolean {
  return kind === 'vendor' || kind === 'structure';
}
