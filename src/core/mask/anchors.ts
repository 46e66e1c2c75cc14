import type { BuiltTable } from './built-table.ts';
import type { Candidate } from './candidate.ts';
import type { Surroundings } from './finder.ts';
import type { Gate } from './gate.ts';
import { type Literal, LiteralTable, type Tables } from './literal-table.ts';
import { openGate } from './open-gate.ts';
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

/** A literal worth looking at and what decides whether it is part of a secret. */
export interface Anchor extends Literal {
  readonly match: (hit: Hit) => Candidate | undefined;
  /** A name: inside the value of another it means nothing. */
  readonly isName?: boolean;
  /** It only tells where something stands, and does so also where something was found already. */
  readonly isMark?: boolean;
}

/** Anchors ready to search for. */
export interface AnchorSet {
  readonly anchors: readonly Anchor[];
  readonly gate: Gate;
}

/** `built`: the tables of these very anchors, where they are there already. */
export function compileAnchors(anchors: readonly Anchor[], built?: BuiltTable): AnchorSet {
  return { anchors, gate: openGate(tablesOf(anchors, built)) };
}

function tablesOf(anchors: readonly Anchor[], built: BuiltTable | undefined): Tables {
  if (built?.count !== anchors.length) return new LiteralTable(anchors);
  return { bytes: Buffer.from(built.base64, 'base64') };
}
