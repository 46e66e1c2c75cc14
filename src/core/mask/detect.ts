import { type Rules, compileRules } from './engine.ts';
import { FindingStream } from './finding-stream.ts';
import { findAll } from './find-all.ts';
import type { Finding, TextContext } from './finding.ts';
import type { IssuedEnd } from './issued.ts';
import { KnownValues } from './known-values.ts';
import type { PiiKind } from './pii.ts';
import type { Profile } from './profile.ts';
import type { Engine } from './scan.ts';

/** Finds secrets without hiding them. */
export interface Detector {
  /** The secrets of one whole text, sorted and free of overlaps. */
  detect(text: Uint8Array, context?: TextContext): Finding[];
  /** Finds the same in a text that arrives in pieces. */
  stream(context?: TextContext): FindingStream;
}

export interface DetectorParts {
  readonly known?: KnownValues;
  readonly rules?: Rules;
  /** What the findings are for; `mask` when absent. */
  readonly profile?: Profile;
  /** Personal data that counts, too: `card`, `iban`, `email`, `phone`. None when absent. */
  readonly pii?: readonly PiiKind[];
  /** Tells a placeholder that was issued, as `Placeholders.issuedEnd` does; without it none is taken for one. */
  readonly issuedEnd?: IssuedEnd;
}

/** Wires a detector. Without `rules` it has all that ship. */
export function createDetector(parts: DetectorParts = {}): Detector {
  const engine: Engine = {
    anchors: compileRules(parts.rules),
    known: parts.known ?? new KnownValues(),
    profile: parts.profile ?? 'mask',
    pii: parts.pii ?? [],
    issuedEnd: parts.issuedEnd ?? (() => -1),
  };
  return {
    detect: (text, context = {}) =>
      findAll(engine, text, context).map(({ rule, kind, start, end, why }) => ({
        rule,
        kind,
        start,
        end,
        why,
      })),
    stream: (context = {}) => new FindingStream(engine, context),
  };
}
