import type { Candidate } from './candidate.ts';
import { type Rules, compileRules } from './engine.ts';
import type { Edit, TextContext } from './finding.ts';
import { KnownValues } from './known-values.ts';
import type { PiiKind } from './pii.ts';
import type { Profile } from './profile.ts';
import type { Engine } from './scan.ts';
import { Screen } from './screen.ts';
import type { Placeholders } from './placeholders.ts';
import { splice, toEdits } from './replacement.ts';
import { MaskStream } from './mask-stream.ts';
import { findAll } from './find-all.ts';

/** Finds secrets in decoded UTF-8 text and puts placeholders in their place. */
export interface Masker {
  /** The edits that hide every secret in one whole piece of text; none when it is clean. */
  inspect(text: Uint8Array, context?: TextContext): Edit[];
  /** The text with the edits applied; the very same `bytes` when there are none. */
  maskText(text: Uint8Array, context?: TextContext): { bytes: Uint8Array; edits: Edit[] };
  /** Masks a text that arrives in pieces; the output is that of `maskText` however it is cut. */
  stream(context?: TextContext): MaskStream;
  /** What can be told about the strings of a message by one look at all of it; undefined when nothing can. */
  screen(message: Uint8Array): Screen | undefined;
  readonly known: KnownValues;
  readonly placeholders: Placeholders;
}

export interface MaskerParts {
  readonly placeholders: Placeholders;
  readonly known?: KnownValues;
  readonly rules?: Rules;
  /** `mask` when absent. */
  readonly profile?: Profile;
  /** Personal data that counts, too: `card`, `iban`, `email`, `phone`. None when absent. */
  readonly pii?: readonly PiiKind[];
}

/** Wires a masker. Without `rules` it has all that ship; rules are compiled once per process. */
export function createMasker(parts: MaskerParts): Masker {
  const { placeholders, known = new KnownValues(), rules, profile = 'mask', pii = [] } = parts;
  const engine: Engine = {
    anchors: compileRules(rules),
    known,
    profile,
    pii,
    issuedEnd: (bytes, at, end) => placeholders.issuedEnd(bytes, at, end),
  };
  const inspect = (text: Uint8Array, context: TextContext = {}): Edit[] => {
    const found = findAll(engine, text, context);
    return found.flatMap((candidate: Candidate) => toEdits(text, candidate, placeholders));
  };
  return {
    inspect,
    maskText(text, context) {
      const edits = inspect(text, context);
      return { bytes: edits.length === 0 ? text : splice(text, edits), edits };
    },
    screen: (message) =>
      pii.length > 0 || known.find(message).length > 0 ? undefined : new Screen(message, engine),
    stream: (context = {}) => new MaskStream(engine, context, placeholders),
    known,
    placeholders,
  };
}

export type { MaskStream };
