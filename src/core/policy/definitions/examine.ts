import type { Masker } from '../../mask/masker.ts';
import { LIMITS } from '../../limits.ts';
import type { Slices } from '../../slices.ts';
import type { DefinitionKind, SeenDefinition } from './definition.ts';
import { hiddenIn } from './hidden-text.ts';
import { skeletonOf } from './look-alike.ts';
import { maskedFields, maskedName } from './masked-fields.ts';
import { persuasionIn } from './persuasion.ts';
import {
  digestOf,
  isTooLong,
  keyed,
  nameIn,
  partsOf,
  readName,
  type Element,
  type Part,
  type Parts,
} from './read.ts';

export interface Examining {
  readonly what: DefinitionKind;
  readonly key: Uint8Array;
  readonly masker: Masker;
  /** Whether a definition is pinned with this digest: then its text need not be looked at again. */
  readonly isPinned: (id: string, digest: string) => boolean;
  /** What was found out before, by digest. */
  readonly verdicts: Map<string, Verdict>;
}

/** What is wrong with a definition by itself. */
export type Verdict = Pick<SeenDefinition, 'hidden' | 'suspicion'>;

/** Looks through one definition as its server wrote it. */
export function* examine(
  { raw, index }: Element,
  { what, key, masker, isPinned, verdicts }: Examining,
  slice: number,
): Slices<SeenDefinition> {
  if (isTooLong(raw)) return tooLong(yield* readName(raw, NAMES[what], slice), { what, index, key, masker });
  const found = partsOf(raw);
  const name = nameIn(found, NAMES[what]);
  const id = keyed(key, what, name);
  const digest = digestOf(key, found);
  return {
    what,
    id,
    name: maskedName(name, masker),
    index,
    digest,
    skeleton: keyed(key, `${what} like`, skeletonOf(name)),
    fields: isPinned(id, digest) ? undefined : maskedFields(raw, masker),
    ...(verdicts.get(digest) ?? judged(found, digest, verdicts)),
  };
}

// A list is asked for again and again, and mostly is what it was.
function judged(found: Parts, digest: string, verdicts: Map<string, Verdict>): Verdict {
  const verdict = { hidden: ambiguity(found) ?? hiddenPart(found), suspicion: suspicionIn(found) };
  if (verdicts.size < LIMITS.pinnedDefinitions) verdicts.set(digest, verdict);
  return verdict;
}

/** By what a client asks for it. */
const NAMES: Readonly<Record<DefinitionKind, string>> = {
  tool: 'name',
  prompt: 'name',
  template: 'uriTemplate',
  resource: 'uri',
  instructions: 'name',
};

/** The name of the same, where clients see it. */
export function nameFieldOf(what: DefinitionKind): string {
  return NAMES[what];
}

function tooLong(
  name: string,
  { what, index, key, masker }: Pick<Examining, 'what' | 'key' | 'masker'> & { index: number },
): SeenDefinition {
  const id = keyed(key, what, name);
  return {
    what,
    id,
    name: maskedName(name, masker),
    index,
    digest: id,
    skeleton: id,
    fields: undefined,
    hidden: 'it is too long to be looked through',
    suspicion: undefined,
  };
}

function ambiguity({ isAmbiguous }: Parts): string | undefined {
  return isAmbiguous ? 'a key stands in it twice, of which clients may read either' : undefined;
}

// Keys are names of arguments: a model reads them, too.
function hiddenPart({ parts, keys }: Parts): string | undefined {
  for (const { text } of parts) {
    const hidden = text === undefined ? undefined : hiddenIn(text);
    if (hidden !== undefined) return `it holds ${hidden}`;
  }
  const inKey = keys.map(hiddenIn).find((hidden) => hidden !== undefined);
  return inKey === undefined ? undefined : `the name of an argument holds ${inKey}`;
}

// Also where a sentence is cut in two: a model reads one part after the other.
function suspicionIn({ parts, keys }: Parts): string | undefined {
  const texts = [...parts.map(({ text }: Part) => text ?? ''), ...keys].filter(
    (text) => text.length >= SHORTEST,
  );
  return persuasionIn(texts.join(' '));
}

/** Nothing shorter says anything. */
const SHORTEST = 4;
