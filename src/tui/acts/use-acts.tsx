import type { Key } from 'ink';
import type { ReactElement } from 'react';

import type { ReviewActs } from '../../core/review/source.ts';
import type { FindingRecord } from '../../core/session/event.ts';
import type { Verification } from '../../core/session/verify.ts';
import type { KeyHelp } from '../frame.tsx';
import type { Theme } from '../theme.ts';

/** What an act would be done with: what is chosen on the screen. */
export interface ActsOf {
  readonly session: string;
  /** The events with a payload in what is chosen, by `seq`. */
  readonly targets: readonly number[];
  readonly finding: FindingRecord | undefined;
  readonly verify?: (signal: AbortSignal) => Promise<Verification>;
}

export interface ActsDeps {
  readonly acts: ReviewActs;
  /** Undefined: nothing is chosen. */
  readonly of: ActsOf | undefined;
  readonly theme: Theme;
  /** An act has ended: the session is gone, or is another than it was, or neither. */
  readonly done: (what: 'removed' | 'changed' | 'nothing') => void;
}

export interface ActsHandle {
  /** A dialog is open: it gets every key, by `press`. */
  readonly isOpen: boolean;
  /** True: it was a key of an act, and means nothing else. */
  readonly press: (input: string, key: Partial<Key>) => boolean;
  /** In place of the screen's body while it is there. */
  readonly view: ReactElement | undefined;
  /** In place of the keys: what is asked, or what happened. */
  readonly footer: ReactElement | undefined;
  /** Of the acts that can be done. */
  readonly keys: readonly KeyHelp[];
}

/** What can be done with a session from any screen that shows one. */
export function useActs({ acts, of }: ActsDeps): ActsHandle {
  return { isOpen: false, press: () => false, view: undefined, footer: undefined, keys: keysOf(acts, of) };
}

/** The keys of what can be done, for the footer and the help page. */
function keysOf(acts: ReviewActs, of: ActsOf | undefined): KeyHelp[] {
  const all: readonly (KeyHelp & { can: unknown })[] = [
    { keys: 'v', does: 'verify', can: of?.verify },
    { keys: 'x', does: 'redact', can: acts.redact },
    { keys: 'N', does: 'note', can: acts.note },
    { keys: 'u', does: 'upload', can: acts.upload },
    { keys: 'D', does: 'delete', can: acts.remove },
    { keys: 'e', does: 'export', can: acts.export },
    { keys: 'a', does: 'allow in future', can: acts.allow },
  ];
  return all.flatMap(({ can, keys, does }) => (can === undefined ? [] : [{ keys, does }]));
}
