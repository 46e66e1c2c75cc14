import type { ByteClass } from '../bytes.ts';

/** Where a pattern matches, and what of that is hidden. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** Within `start..end`. */
  readonly secret: { readonly start: number; readonly end: number };
}

/** What every match of a pattern holds; ASCII. */
export interface PatternLiteral {
  readonly text: string;
  /** In this very letter case. */
  readonly isExact: boolean;
}

/** A regular expression of a policy's, compiled by a linear engine. Its matches have a longest length. */
export interface CentralPattern {
  /** `central_<id>`: what findings and placeholders are named by. */
  readonly rule: string;
  readonly why: string;
  /** Bytes of its longest match. */
  readonly longest: number;
  /** Each match holds one of these. None: it is looked for wherever a byte of `first` stands. */
  readonly literals: readonly PatternLiteral[];
  /** So many bytes of a match may stand before its literal. */
  readonly lead: number;
  /** What a match begins with. */
  readonly first: ByteClass;
  /** The leftmost match that begins at `from` or later, in what stands before `end`. Linear in `end - from`. */
  readonly find: (bytes: Uint8Array, from: number, end: number) => PatternMatch | undefined;
  /** Of those without literals: whether any of them matches somewhere, at the cost of one. */
  readonly anyMatches?: (bytes: Uint8Array) => boolean;
}

/** A place that a pattern's literal stands at: a byte offset of this step's window. */
export interface Mark {
  readonly pattern: CentralPattern;
  readonly at: number;
}

/** Whether any of the patterns that have no literal to be found by matches somewhere. */
export function sweepsAnything(patterns: readonly CentralPattern[], bytes: Uint8Array): boolean {
  const swept = patterns.filter(({ literals }) => literals.length === 0);
  const tests = new Set(swept.map(({ anyMatches, find }) => anyMatches ?? matchesAnywhere(find)));
  return [...tests].some((matches) => matches(bytes));
}

function matchesAnywhere(find: CentralPattern['find']): (bytes: Uint8Array) => boolean {
  return (bytes) => find(bytes, 0, bytes.length) !== undefined;
}
