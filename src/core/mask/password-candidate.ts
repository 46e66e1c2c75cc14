import type { Candidate } from './candidate.ts';
import { judge, type ValueKind } from './judge.ts';
import { DOUBTFUL } from './profile.ts';
import { latin1, type Span } from './values.ts';
import type { Window } from './window.ts';

/** What no password is; a word may be one where only a password may stand. */
const NO_PASSWORD: ReadonlySet<ValueKind> = new Set<ValueKind>(['reference', 'dummy', 'empty']);
/** 'a secret', 'enter your password': what is written about one. */
const SAID = /\s.*(?:secret|pass|key|token)|(?:secret|pass|key|token).*\s/i;
const DOUBTFUL_KINDS: ReadonlySet<ValueKind> = new Set<ValueKind>(['common', 'words', 'plain']);

/** A value that stands where a password does, unless it is a reference or a stand-in. */
export function password(window: Window, value: Span | undefined, why: string): Candidate | undefined {
  if (value === undefined) return undefined;
  const content = latin1(window, value.start, value.end);
  const kind = judge(content);
  if (NO_PASSWORD.has(kind) || SAID.test(content)) return undefined;
  const confidence = DOUBTFUL_KINDS.has(kind) ? DOUBTFUL : 1;
  return { start: value.start, end: value.end, rule: 'secret_value', kind: 'context', why, confidence };
}
