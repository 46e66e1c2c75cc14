import type { Candidate } from './candidate.ts';
import type { CentralRules } from './central/central.ts';
import { sweepsAnything } from './central/pattern.ts';
import { compileCentral, type Rules, compileRules } from './engine.ts';
import type { Exceptions, Passed, PassingTest } from './exceptions.ts';
import type { Edit, TextContext } from './finding.ts';
import { KnownValues } from './known-values.ts';
import type { PiiKind } from './pii.ts';
import type { Profile } from './profile.ts';
import type { Engine } from './scan.ts';
import { Screen } from './screen.ts';
import type { Placeholders } from './placeholders.ts';
import { type Editing, splice, toEdits } from './replacement.ts';
import { MaskStream } from './mask-stream.ts';
import { findAll } from './find-all.ts';

/** Finds secrets in decoded UTF-8 text and puts placeholders in their place. */
export interface Masker {
  /**
   * The edits that hide every secret in one whole piece of text; none when it is clean. What passed although a rule found it
   * is added to `passed`.
   */
  inspect(text: Uint8Array, context?: TextContext, passed?: Passed[]): Edit[];
  /** The text with the edits applied; the very same `bytes` when there are none. */
  maskText(text: Uint8Array, context?: TextContext): { bytes: Uint8Array; edits: Edit[]; passed: Passed[] };
  /** Masks a text that arrives in pieces; the output is that of `maskText` however it is cut. */
  stream(context?: TextContext): MaskStream;
  /** What can be told about the strings of a message by one look at all of it; undefined when nothing can. */
  screen(message: Uint8Array): Screen | undefined;
  /** What a policy adds, where one does. */
  readonly central: CentralRules | undefined;
  /** The same as it is now: what is looked at step by step is looked at by one set of rules. */
  readonly current: () => Masker;
  /** The same without exceptions: for whatever has no place where it could say what it let pass. */
  readonly strict: Masker;
  readonly known: KnownValues;
  readonly placeholders: Placeholders;
}

/** A masker whose rules can change. Whoever is in the middle of something ends it by the rules it began with. */
export interface LiveMasker extends Masker {
  /**
   * From now on these are in force, in place of those that were. Undefined: only what ships. Exceptions are in force only
   * where `excepting` says so.
   */
  use(central: CentralRules | undefined, excepting?: 'allow' | 'deny'): void;
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
  /** What passes all the same; as long as `use` does not say otherwise. */
  readonly exceptions?: Exceptions | undefined;
}

/** Wires a masker. Without `rules` it has all that ship; rules are compiled once per process. */
export function createMasker(parts: MaskerParts): LiveMasker {
  const all = { ...parts, known: parts.known ?? new KnownValues() };
  let now = maskerWith(all);
  const strict = following(all, () => now.strict);
  return {
    ...following(all, () => now, strict),
    get central() {
      return now.central;
    },
    use(central, excepting = 'deny') {
      const exceptions = excepting === 'allow' ? all.exceptions : undefined;
      now = maskerWith({ ...all, central, exceptions });
    },
  };
}

function following({ known, placeholders }: Parts, now: () => Masker, strict?: Masker): Masker {
  const made: Masker = {
    inspect: (text, context, passed) => now().inspect(text, context, passed),
    maskText: (text, context) => now().maskText(text, context),
    stream: (context) => now().stream(context),
    screen: (message) => now().screen(message),
    get central() {
      return now().central;
    },
    current: now,
    get strict() {
      return strict ?? made;
    },
    known,
    placeholders,
  };
  return made;
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
  const engine = engineOf(parts);
  const mayPass = passingTest(parts);
  const { placeholders } = parts;
  const strict = maskerOf(engine, parts, { editing: { placeholders } });
  if (mayPass === undefined) return strict;
  return maskerOf(engine, parts, { editing: { placeholders, mayPass }, strict });
}

// What a hub has masked stays so, also by rules that ship.
function passingTest({ exceptions, central }: Parts): PassingTest | undefined {
  if (exceptions === undefined) return undefined;
  return (found, placeholder) =>
    exceptions.has(found, placeholder) && central?.bound?.has(found.rule) !== true;
}

function maskerOf(
  engine: Engine,
  { known, central, placeholders }: Parts,
  { editing, strict }: { readonly editing: Editing; readonly strict?: Masker },
): Masker {
  const { pii = [], patterns = [] } = engine;
  const inspect = (text: Uint8Array, context: TextContext = {}, passed?: Passed[]): Edit[] => {
    const found = findAll(engine, text, context);
    if (found.length === 0) return [];
    const told = { ...editing, passed };
    return found.flatMap((candidate: Candidate) => toEdits(text, candidate, told));
  };
  const made: Masker = {
    inspect,
    maskText(text, context) {
      const passed: Passed[] = [];
      const edits = inspect(text, context, passed);
      return { bytes: edits.length === 0 ? text : splice(text, edits), edits, passed };
    },
    screen: (message) =>
      pii.length > 0 || known.find(message).length > 0 || sweepsAnything(patterns, message)
        ? undefined
        : new Screen(message, engine),
    stream: (context = {}) => new MaskStream(engine, context, editing),
    central,
    current: () => made,
    get strict() {
      return strict ?? made;
    },
    known,
    placeholders,
  };
  return made;
}

export type { MaskStream };
