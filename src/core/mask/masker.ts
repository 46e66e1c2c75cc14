import type { Candidate } from './candidate.ts';
import type { CentralRules } from './central/central.ts';
import { sweepsAnything } from './central/pattern.ts';
import { compileCentral, type Rules, compileRules } from './engine.ts';
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
  /** What a policy adds, where one does. */
  readonly central: CentralRules | undefined;
  /** The same as it is now: what is looked at step by step is looked at by one set of rules. */
  readonly current: () => Masker;
  readonly known: KnownValues;
  readonly placeholders: Placeholders;
}

/** A masker whose rules can change. Whoever is in the middle of something ends it by the rules it began with. */
export interface LiveMasker extends Masker {
  /** From now on these are in force, in place of those that were. Undefined: only what ships. */
  use(central: CentralRules | undefined): void;
}

export interface MaskerParts {
  readonly placeholders: Placeholders;
  readonly known?: KnownValues;
  readonly rules?: Rules;
  /** `mask` when absent. */
  readonly profile?: Profile;
  /** Personal data that counts, too: `card`, `iban`, `email`, `phone`. None when absent. */
  readonly pii?: readonly PiiKind[];
  /** What a policy adds. */
  readonly central?: CentralRules | undefined;
}

/** Wires a masker. Without `rules` it has all that ship; rules are compiled once per process. */
export function createMasker(parts: MaskerParts): LiveMasker {
  const all = { ...parts, known: parts.known ?? new KnownValues() };
  let now = maskerWith(all);
  return {
    inspect: (text, context) => now.inspect(text, context),
    maskText: (text, context) => now.maskText(text, context),
    stream: (context) => now.stream(context),
    screen: (message) => now.screen(message),
    get central() {
      return now.central;
    },
    current: () => now,
    use(central) {
      now = maskerWith({ ...all, central });
    },
    known: all.known,
    placeholders: all.placeholders,
  };
}

type Parts = MaskerParts & { readonly known: KnownValues };

function engineOf({ placeholders, known, rules, profile = 'mask', pii = [], central }: Parts): Engine {
  return {
    anchors: central === undefined ? compileRules(rules) : compileCentral(central),
    known,
    profile,
    pii: central === undefined ? pii : [...new Set([...pii, ...central.pii])],
    ...(central !== undefined && { patterns: central.patterns }),
    issuedEnd: (bytes, at, end) => placeholders.issuedEnd(bytes, at, end),
  };
}

function maskerWith(parts: Parts): Masker {
  const { placeholders, known, central } = parts;
  const engine = engineOf(parts);
  const { pii = [], patterns = [] } = engine;
  const inspect = (text: Uint8Array, context: TextContext = {}): Edit[] => {
    const found = findAll(engine, text, context);
    return found.flatMap((candidate: Candidate) => toEdits(text, candidate, placeholders));
  };
  const made: Masker = {
    inspect,
    maskText(text, context) {
      const edits = inspect(text, context);
      return { bytes: edits.length === 0 ? text : splice(text, edits), edits };
    },
    screen: (message) =>
      pii.length > 0 || known.find(message).length > 0 || sweepsAnything(patterns, message)
        ? undefined
        : new Screen(message, engine),
    stream: (context = {}) => new MaskStream(engine, context, placeholders),
    central,
    current: () => made,
    known,
    placeholders,
  };
  return made;
}

export type { MaskStream };
