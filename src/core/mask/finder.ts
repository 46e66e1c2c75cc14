import type { Candidate } from './candidate.ts';
import type { Mark } from './central/pattern.ts';
import type { TextContext } from './finding.ts';
import type { Landmarks } from './landmarks.ts';
import type { Window } from './window.ts';

/**
 * Goes through a text once, front to back, in as many steps as it arrives in. What a finder reports depends on the bytes
 * alone, never on where they were cut: it reports what no later byte can change, and keeps `from` where the rest begins.
 */
export interface Finder {
  /** Window offset from which on findings may still come. Everything before is decided. */
  readonly from: number;
  /** Looks at what the window holds from `from` on. */
  advance(window: Window, found: Candidate[]): void;
  /** The window dropped its first `count` bytes. */
  shift(count: number): void;
}

/** What every rule may know besides the bytes. */
export interface Surroundings {
  readonly context: TextContext;
  /** Where a short known value came from, for whole tokens in credential context. */
  readonly shortKnown: (token: string) => string | undefined;
  /** False when there is no short known value. */
  readonly knowsShort: () => boolean;
  /** What is less sure than this is none. */
  readonly threshold: number;
  /** End of the issued placeholder that begins at `at`, or -1. */
  readonly issuedEnd: (bytes: Uint8Array, at: number, end: number) => number;
  /** The last place of `from..to`, both included, at which a known value, an issued placeholder or a token begins; or -1. */
  readonly lastBegin: (window: Window, from: number, to: number) => number;
  /** Where lines begin that rules took for headers of CSV, for the finder of tables: offsets of this step's window. */
  readonly headers: number[];
  /** What the rules came by, for those who look for nothing else. */
  readonly landmarks: Landmarks;
  /** Where literals of a policy's patterns stand, for their finder. */
  readonly marks: Mark[];
}
