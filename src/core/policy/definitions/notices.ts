import type { DefinitionAction, DefinitionKind } from './definition.ts';
import type { FieldChange } from './difference.ts';
import type { Difference, Pin } from './pins.ts';

/** What was found out about definitions, for log and person. */
export interface Notice {
  readonly change: 'pinned' | 'changed' | 'added' | 'removed' | 'hidden' | 'suspicious' | 'accepted';
  readonly what: DefinitionKind;
  /** Masked; of `pinned` none. */
  readonly name: string | undefined;
  /** Of `pinned`: how many. */
  readonly count: number | undefined;
  readonly action: DefinitionAction;
  readonly reason: string;
  readonly fields: readonly FieldChange[];
  /** No session has told of it before. */
  readonly isNew: boolean;
}

/** So many were seen for the first time. */
export function pinnedNotice(what: DefinitionKind, count: number): Notice {
  const reason = 'seen for the first time';
  return { change: 'pinned', what, name: undefined, count, action: 'flag', reason, fields: [], isNew: false };
}

/** A person has accepted one. */
export function acceptedNotice(key: string, { name }: Pin): Notice {
  const reason = 'somebody has accepted it';
  const about = { what: kindOf(key), name, count: undefined, fields: [], isNew: true };
  return { change: 'accepted', action: 'flag', reason, ...about };
}

/** One is other than its pin. What is gone can't be hidden. */
export function differenceNotice(
  { change, key, name, fields, isNew }: Difference,
  changed: DefinitionAction,
): Notice {
  const action = change === 'removed' ? 'flag' : changed;
  return { change, what: kindOf(key), name, count: undefined, action, reason: WORDS[change], fields, isNew };
}

const WORDS = {
  changed: 'it is not what it was when it was pinned',
  added: 'it was not there when the others were pinned',
  removed: 'the server no longer lists it',
} as const;

/** Of what kind the definition with this key is. */
export function kindOf(key: string): DefinitionKind {
  const kind = key.slice(0, key.indexOf(':'));
  return KINDS.find((one) => one === kind) ?? 'tool';
}

const KINDS: readonly DefinitionKind[] = ['tool', 'prompt', 'template', 'resource', 'instructions'];
