import { Automaton } from './automaton.ts';
import type { Candidate } from './candidate.ts';
import type { Surroundings } from './finder.ts';
import type { Window } from './window.ts';

/** Where a literal was found, and what a matcher may know about it. */
export interface Hit {
  readonly window: Window;
  /** The literal's first byte. */
  readonly start: number;
  /** Past the literal's last byte. */
  readonly end: number;
  /** No finding may begin before this. */
  readonly floor: number;
  readonly around: Surroundings;
}

/** A literal worth looking at, in any letter case, and what decides whether it is part of a secret. */
export interface Anchor {
  readonly literal: string;
  readonly match: (hit: Hit) => Candidate | undefined;
  /** A name: inside the value of another it means nothing. */
  readonly isName?: boolean;
}

/** Anchors ready to search for. */
export interface AnchorSet {
  readonly anchors: readonly Anchor[];
  readonly automaton: Automaton;
}

export function compileAnchors(anchors: readonly Anchor[]): AnchorSet {
  return { anchors, automaton: new Automaton(anchors.map((anchor) => anchor.literal.toLowerCase())) };
}
