import { CLASSES } from './bytes.ts';
import type { Encoding } from './finding.ts';
import type { Pattern } from './known-patterns.ts';
import { beginsHere } from './vendor.ts';
import { Window } from './window.ts';

/** Where a known value stands in a text. */
export interface KnownMatch {
  readonly start: number;
  readonly end: number;
  /** Where the value came from, as given to `add`. */
  readonly source: string;
  /** Which value, for `bytesOf`. */
  readonly value: number;
  readonly encoding: Encoding;
  /** base64 only: characters before `start` that hold the secret's first bits. */
  readonly lead: number;
  /** The match was found after taking escapes out; `start..end` holds them. */
  readonly escaped: boolean;
  /** It was found after joining lines; `start..end` holds line ends. */
  readonly wrapped: boolean;
  /** A line or piece of a longer value. */
  readonly part: boolean;
}

/** A value, or a part of one. */
export interface Known {
  readonly bytes: Uint8Array;
  readonly source: string;
  /** A line or piece of a longer value. */
  readonly part: boolean;
  /** A number: it counts only where it stands by itself. */
  readonly alone: boolean;
}

/** A stretch of a text that may go on after `end` unless `final`. */
export interface Part {
  readonly from: number;
  readonly end: number;
  readonly final: boolean;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a search has found so far. */
export class Found {
  readonly matches: KnownMatch[] = [];
  /** Where the first match begins of which nobody knows yet whether it is one. */
  open: number;
  /** Those over line ends that needed no escape taken out, by where they begin and what they are of. */
  readonly #overLines = new Set<string>();
  readonly #text: Uint8Array;
  readonly #part: Part;
  readonly #values: readonly Known[];

  constructor(text: Uint8Array, part: Part, values: readonly Known[]) {
    this.#text = text;
    this.#part = part;
    this.#values = values;
    this.open = part.end;
  }

  add(
    { value, encoding, lead, edgeless }: Pattern,
    at: Span & { readonly escaped?: boolean; readonly wrapped?: boolean },
  ): void {
    const known = this.#values[value];
    if (known === undefined || (edgeless === true && at.escaped !== true)) return;
    const isMeant = !known.alone || encoding !== 'plain' || isAlone(this.#text, at, this.#part);
    if (isMeant === undefined) this.open = Math.min(this.open, at.start);
    if (isMeant !== true) return;
    const { start, end, escaped = false, wrapped = false } = at;
    const { source, part } = known;
    this.matches.push({ start, end, source, value, encoding, lead, escaped, wrapped, part });
    if (wrapped && !escaped) this.#overLines.add(`${start} ${value}`);
  }

  /** Whether it was found in the text as it is, over line ends. */
  hasOverLines({ value }: Pattern, start: number): boolean {
    return this.#overLines.has(`${start} ${value}`);
  }
}

const POINT = 0x2e;
const ZERO = 0x30;
/** No program writes more of them behind a point. */
const MOST_ZEROS = 20;

// Whether a number is no part of a longer number, a name or a fraction. Undefined when that depends on what comes next.
function isAlone(text: Uint8Array, { start, end }: Span, part: Part): boolean | undefined {
  if (!beginsHere(new Window(text, true), start) || endsFraction(text, start)) return false;
  const past = pastZeros(text, end, part.end);
  if (past >= part.end) return part.final ? true : undefined;
  // `.5` makes another number of it, `.0` the same as a float; or the point ends a sentence.
  const goesOn = past === end + 1 ? CLASSES.digit : CLASSES.alnum;
  return goesOn[text[past] as number] !== 1;
}

// Behind a point and the zeros after it, where there is one.
function pastZeros(text: Uint8Array, from: number, end: number): number {
  if (from >= end || text[from] !== POINT) return from;
  let at = from + 1;
  while (at < end && at <= from + MOST_ZEROS && text[at] === ZERO) at++;
  return at;
}

function endsFraction(text: Uint8Array, at: number): boolean {
  return text[at - 1] === POINT && CLASSES.digit[text[at - 2] ?? 0] === 1;
}

const BACKSLASH = 0x5c;

/**
 * Where a match begins from which escapes were taken out. Backslashes right before a letter or digit that stands there as it
 * is are not of it, for it needs no escape: of `C:\name` they stay, of `\"quoted` and `\u006eame` they go.
 */
export function withoutBackslashes(
  text: Uint8Array,
  { at, next }: { at: number; next: number },
  first: number | undefined,
): number {
  let byte = at;
  while (text[byte] === BACKSLASH) byte++;
  return next === byte + 1 && text[byte] === first && CLASSES.alnum[first ?? 0] === 1 ? byte : at;
}
