import { LIMITS } from '../limits.ts';
import type { Anchor, AnchorSet } from './anchors.ts';
import { byteClass, CLASSES } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import type { Surroundings } from './finder.ts';
import type { KnownValues } from './known-values.ts';
import { LONGEST_LITERAL } from './literal-table.ts';
import { RestWindow } from './rest-window.ts';
import { keyAt, startsOf } from './token-starts.ts';
import { isMark, type Window } from './window.ts';

/**
 * Vendor tokens right behind a known value, a placeholder or another token. A letter or digit before a token mostly says that it
 * is none; here it says nothing, for it belongs to something else.
 */
export class GluedTokens {
  /** By the first two bytes. */
  readonly #anchors: ReadonlyMap<number, readonly Anchor[]>;
  readonly #known: KnownValues;
  readonly #around: Surroundings;
  /** The same for tokens of which it does not matter where they end. */
  readonly #aroundBegun: Surroundings;
  /** Made for the few texts that ask for tokens. */
  readonly #rests: { at?: RestWindow; begun?: RestWindow } = {};
  #last: LastAsked = { window: 0, end: 0, known: 0, from: 0, to: -1, at: -1 };

  constructor(set: AnchorSet, known: KnownValues, around: Surroundings) {
    this.#anchors = startsOf(set);
    this.#known = known;
    this.#around = around;
    this.#aroundBegun = { ...around, lastBegin: (_, __, to) => to };
  }

  /** The tokens from `at` on, where something else ends, each right behind the one before. */
  from(window: Window, at: number): Candidate[] {
    const first = this.#at(window, at);
    return first === undefined ? [] : this.with(window, first);
  }

  /** The token and those right behind it, as far as a stream need hold them. What it took of the next is not its. */
  with(window: Window, first: Candidate): Candidate[] {
    const tokens = [first];
    for (let last = first; last.end - first.start < LIMITS.tokenBytes;) {
      const next = this.#at(window, last.end) ?? this.#across(window, last);
      if (next === undefined) break;
      if (next.start < last.end) tokens.splice(-1, 1, { ...last, end: next.start });
      tokens.push(next);
      last = next;
    }
    return tokens;
  }

  /**
   * The last place of `from..to`, both included, at which a known value, an issued placeholder or a token begins; or -1. Places
   * that were asked about last are not looked at again: the tokens of a long run ask about nearly the same.
   */
  lastBegin(window: Window, from: number, to: number): number {
    const last = this.#lastOf(window);
    const isOn = to >= last.to && from >= last.from;
    const stop = isOn ? Math.max(from, last.to + 1) : from;
    let at = to;
    while (at >= stop && !this.#begins(window, at)) at--;
    if (at < stop) at = isOn && last.at >= from ? last.at : -1;
    if (!window.starved) this.#last = { ...last, from, to, at };
    return at;
  }

  // Nothing was asked about another text, nor before there was more of it or more was known.
  #lastOf({ id, end }: Window): LastAsked {
    const known = this.#known.size;
    const { window, end: atEnd, known: knew } = this.#last;
    const isSame = window === id && atEnd === end && knew === known;
    return isSame ? this.#last : { window: id, end, known, from: 0, to: -1, at: -1 };
  }

  #begins(window: Window, at: number): boolean {
    const { bytes, end } = window;
    const isKnown = this.#known.size > 0 && this.#known.beginsAt(bytes, { start: at, end });
    if (isKnown === true) return true;
    if (isKnown === undefined && !window.final) window.starved = true;
    if (isMark(bytes, at) && this.#around.issuedEnd(bytes, at, end) !== -1) return true;
    const anchors = this.#anchorsAt(window, at);
    if (anchors === undefined) return false;
    const rest = (this.#rests.begun ??= new RestWindow());
    return this.#longest(window, { rest, anchors, at, around: this.#aroundBegun }) !== undefined;
  }

  /** The window dropped its first bytes. */
  shift(): void {
    this.#rests.at?.forgetRuns();
    this.#rests.begun?.forgetRuns();
  }

  #at(window: Window, at: number): Candidate | undefined {
    if (at > 0 && CLASSES.alnum[window.bytes[at - 1] as number] !== 1) return undefined;
    const anchors = this.#anchorsAt(window, at);
    if (anchors === undefined) return undefined;
    const rest = (this.#rests.at ??= new RestWindow());
    return this.#longest(window, { rest, anchors, at, around: this.#around });
  }

  // Of sk_live_…sk_live_… the first takes the letters that the second begins with, up to the sign in the midst of them.
  #across(window: Window, { start, end }: Candidate): Candidate | undefined {
    if (SIGN[window.peek(end)] !== 1) return undefined;
    for (let at = end - 1; at > Math.max(start, end - LONGEST_LITERAL); at--) {
      if (CLASSES.alnum[window.peek(at)] !== 1) return undefined;
      const isSpanned = this.#anchorsAt(window, at)?.some(({ literal }) => literal.length > end - at);
      const token = isSpanned === true ? this.#at(window, at) : undefined;
      if (token !== undefined && token.end > end) return token;
    }
    return undefined;
  }

  #anchorsAt(window: Window, at: number): readonly Anchor[] | undefined {
    return this.#anchors.get(keyAt(window.peek(at), window.peek(at + 1)));
  }

  #longest(window: Window, { rest, anchors, at, around }: Place): Candidate | undefined {
    rest.show(window, at);
    let longest: Candidate | undefined;
    for (const anchor of anchors) {
      const token = matched(rest, anchor, { at, around });
      if (token !== undefined && token.end > (longest?.end ?? at)) longest = token;
    }
    if (rest.starved) window.starved = true;
    return longest;
  }
}

const SIGN = byteClass('_-');

interface LastAsked {
  readonly window: number;
  readonly end: number;
  readonly known: number;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

interface Place {
  readonly rest: RestWindow;
  readonly anchors: readonly Anchor[];
  readonly at: number;
  readonly around: Surroundings;
}

function matched(
  window: RestWindow,
  { literal, match }: Anchor,
  { at, around }: Pick<Place, 'at' | 'around'>,
): Candidate | undefined {
  if (!isThere(window, at, literal)) return undefined;
  const token = match({ window, start: at, end: at + literal.length, floor: at, around });
  if (token === undefined || (token.confidence ?? 1) < around.threshold) return undefined;
  const { goesOn: _, ...whole } = token;
  return whole;
}

// Reads the bytes themselves: of the literals that begin with the same two bytes all are compared.
function isThere(window: RestWindow, at: number, literal: string): boolean {
  const { bytes, end } = window;
  for (let i = 0; i < literal.length; i++) {
    if (at + i >= end) return window.peek(at + i) === literal.charCodeAt(i);
    if (bytes[at + i] !== literal.charCodeAt(i)) return false;
  }
  return true;
}
