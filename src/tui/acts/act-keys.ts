import type { Key } from 'ink';

import type { ReviewActs } from '../../core/review/source.ts';
import type { KeyHelp } from '../frame.tsx';
import { movesOf } from '../moves.ts';
import { typingOf } from '../prompt.ts';
import type { Act, ActsOf, Dialog, Intent } from './acts-state.ts';

/** Which acts there are, in the order of the footer. */
const ACTS: readonly { readonly act: Act; readonly key: string; readonly does: string }[] = [
  { act: 'verify', key: 'v', does: 'verify' },
  { act: 'redact', key: 'x', does: 'redact' },
  { act: 'note', key: 'N', does: 'note' },
  { act: 'upload', key: 'u', does: 'upload' },
  { act: 'remove', key: 'D', does: 'delete' },
  { act: 'export', key: 'e', does: 'export' },
  { act: 'allow', key: 'a', does: 'allow in future' },
];

/** The keys of what can be done, for the footer and the help page. */
export function keysOf(acts: ReviewActs, of: ActsOf | undefined): KeyHelp[] {
  return ACTS.filter(({ act }) => can(act, acts, of) && isApt(act, of)).map(({ key: keys, does }) => ({
    keys,
    does,
  }));
}

/** The act that a key stands for, or why it can't be done here; undefined: it means something else. */
export function actOf(
  input: string,
  acts: ReviewActs,
  of: ActsOf | undefined,
): { readonly act: Act; readonly lack: string | undefined } | undefined {
  const act = ACTS.find(({ key }) => key === input)?.act;
  if (act === undefined || of === undefined) return undefined;
  return { act, lack: can(act, acts, of) ? undefined : LACKS[act] };
}

/** What a hub's sessions lack, and where to do it instead. Each fits a line of 60. */
const LACKS: Readonly<Record<Act, string>> = {
  verify: 'Open it first: its claims are checked then.',
  redact: 'Redacting: only where it was recorded, before its upload.',
  note: 'Notes: only where it was recorded, before its upload.',
  upload: 'Uploading: only from where it was recorded.',
  remove: 'A hub keeps what it has; only local copies can be deleted.',
  export: 'It can not be written out from here.',
  allow: 'Allowing: only where it was recorded.',
};

// What is chosen has nothing to remove, or to allow: who presses the key all the same is told so.
function isApt(act: Act, of: ActsOf | undefined): boolean {
  if (act === 'redact') return of !== undefined && of.targets.length > 0;
  return act !== 'allow' || of?.finding !== undefined;
}

function can(act: Act, acts: ReviewActs, of: ActsOf | undefined): boolean {
  if (of === undefined) return false;
  return (act === 'verify' ? of.verify : acts[act]) !== undefined;
}

/** An open dialog, and how much of it is in sight. */
export interface Open {
  readonly dialog: Dialog;
  /** Its lines. */
  readonly length: number;
  readonly page: number;
}

/** What a key means in an open dialog; all others mean nothing there. */
export function intentsIn({ dialog, length, page }: Open, input: string, key: Partial<Key>): Intent[] {
  if (dialog.kind === 'none') return [];
  if (dialog.kind === 'busy') return key.escape && dialog.job.kind === 'verify' ? [{ kind: 'close' }] : [];
  if (dialog.kind === 'typing') return typingOf(input, key);
  if (dialog.kind === 'sure') return [{ kind: input === 'y' && !key.ctrl ? 'yes' : 'close' }];
  if (key.escape || input === 'q' || key.backspace) return [{ kind: 'close' }];
  if (key.return) return [{ kind: dialog.kind === 'claims' || dialog.kind === 'failed' ? 'close' : 'yes' }];
  if (dialog.kind === 'formats') return inFormats(input, key);
  return movesOf(input, key).map((move) => ({ kind: 'move', move, length, page }));
}

// They stand beside each other: right is down.
function inFormats(input: string, key: Partial<Key>): Intent[] {
  if (/^[1-9]$/.test(input)) return [{ kind: 'pick', at: Number(input) - 1 }];
  const by = key.leftArrow || input === 'h' ? -1 : key.rightArrow || key.tab || input === 'l' ? 1 : 0;
  const moves = by === 0 ? movesOf(input, key) : [{ by }];
  return moves.map((move) => ({ kind: 'move', move, length: 0, page: 1 }));
}
