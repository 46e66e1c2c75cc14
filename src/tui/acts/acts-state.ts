import { LIMITS } from '../../core/limits.ts';
import type { AllowPlan, ExportFormat } from '../../core/review/source.ts';
import type { FindingRecord } from '../../core/session/event.ts';
import type { Verification } from '../../core/session/verify.ts';
import { type Move, moved } from '../moves.ts';
import type { Typing } from '../prompt.ts';

/** What an act would be done with: what is chosen on the screen. */
export interface ActsOf {
  readonly session: string;
  /** The events with a payload in what is chosen, by `seq`. */
  readonly targets: readonly number[];
  readonly finding: FindingRecord | undefined;
  readonly verify?: (signal: AbortSignal) => Promise<Verification>;
}

export type Act = 'verify' | 'redact' | 'note' | 'upload' | 'remove' | 'export' | 'allow';

/** What is under way. Nothing can be pressed meanwhile. */
export type Job =
  | { readonly kind: 'verify' | 'upload' | 'remove' | 'allow' }
  /** Whether it can be done at all is looked up before anything is asked. */
  | { readonly kind: 'ask'; readonly act: 'redact' | 'note' }
  | { readonly kind: 'redact'; readonly reason: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'export'; readonly format: ExportFormat }
  | { readonly kind: 'write'; readonly plan: AllowPlan };

/** What the person sees of an act. `of`: with what it is done, whatever is chosen meanwhile. */
export type Dialog =
  | { readonly kind: 'none' }
  /** A reason, a remark, or the beginning of the id of what is to be deleted. */
  | {
      readonly kind: 'typing';
      readonly act: 'redact' | 'note' | 'remove';
      readonly of: ActsOf;
      readonly text: string;
    }
  /** Asked once more. */
  | { readonly kind: 'sure'; readonly of: ActsOf; readonly reason: string }
  | { readonly kind: 'formats'; readonly of: ActsOf; readonly chosen: number }
  | { readonly kind: 'busy'; readonly of: ActsOf; readonly job: Job }
  | {
      readonly kind: 'claims';
      readonly of: ActsOf;
      readonly verification: Verification;
      readonly scrolled: number;
    }
  | { readonly kind: 'plan'; readonly of: ActsOf; readonly plan: AllowPlan; readonly scrolled: number }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly scrolled: number };

/** Why something was not done, and what to do about it. */
export interface Failure {
  readonly why: string;
  readonly hint: string;
}

export interface Notice {
  readonly kind: 'good' | 'warning';
  readonly text: string;
  /** What it is about is gone, so that something else is chosen at once. */
  readonly isOfGone?: true;
}

export interface ActsState {
  readonly dialog: Dialog;
  /** What came of the last act. */
  readonly notice: Notice | undefined;
}

export type Intent =
  /** `lack`: why it can't be done here. */
  | { readonly kind: 'open'; readonly act: Act; readonly of: ActsOf; readonly lack?: string | undefined }
  | Typing
  | { readonly kind: 'yes' }
  | { readonly kind: 'close' }
  /** In a list of so many, of which a page is seen. */
  | { readonly kind: 'move'; readonly move: Move; readonly length: number; readonly page: number }
  | { readonly kind: 'pick'; readonly at: number }
  | { readonly kind: 'verified'; readonly verification: Verification }
  | { readonly kind: 'planned'; readonly plan: AllowPlan }
  | { readonly kind: 'askable' }
  | { readonly kind: 'ended'; readonly notice: Notice }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Something else is chosen: what came of an act is no longer of interest. */
  | { readonly kind: 'elsewhere' };

export const NOTHING: ActsState = { dialog: { kind: 'none' }, notice: undefined };

export const FORMATS: readonly ExportFormat[] = ['json', 'bundle', 'asciicast'];

/** So many letters of a session's id stand for that one is meant. */
export const ID_LETTERS = 4;

/** What the dialog is after something has happened. */
export function reduce(state: ActsState, intent: Intent): ActsState {
  const { dialog } = state;
  switch (intent.kind) {
    case 'open':
      if (dialog.kind !== 'none') return state;
      return intent.lack === undefined ? opened(intent.act, intent.of) : warn(intent.lack);
    case 'ended':
      return { ...NOTHING, notice: intent.notice };
    case 'failed':
      return show({ kind: 'failed', failure: intent.failure, scrolled: 0 });
    case 'elsewhere':
      return { dialog, notice: withoutGone(state.notice) };
    case 'close':
      return NOTHING;
    case 'verified':
    case 'planned':
    case 'askable':
      return dialog.kind === 'busy' ? show(told(intent, dialog)) : state;
    case 'move':
      return 'scrolled' in dialog || 'chosen' in dialog ? show(movedIn(dialog, intent)) : state;
    case 'pick':
    case 'yes':
      return agreed(state, intent);
    default:
      return dialog.kind === 'typing' ? typed(dialog, intent) : state;
  }
}

function show(dialog: Dialog): ActsState {
  return { dialog, notice: undefined };
}

function warn(text: string): ActsState {
  return { ...NOTHING, notice: { kind: 'warning', text } };
}

function withoutGone(notice: Notice | undefined): Notice | undefined {
  return notice?.isOfGone === true ? { kind: notice.kind, text: notice.text } : undefined;
}

function opened(act: Act, of: ActsOf): ActsState {
  switch (act) {
    case 'redact':
      if (of.targets.length === 0) return warn('Nothing chosen here has a payload to remove.');
      return show({ kind: 'busy', of, job: { kind: 'ask', act } });
    case 'allow':
      if (of.finding === undefined) return warn('Nothing was masked in what is chosen here.');
      return show({ kind: 'busy', of, job: { kind: act } });
    case 'note':
      return show({ kind: 'busy', of, job: { kind: 'ask', act } });
    case 'remove':
      return show({ kind: 'typing', act, of, text: '' });
    case 'export':
      return show({ kind: 'formats', of, chosen: 0 });
    default:
      return show({ kind: 'busy', of, job: { kind: act } });
  }
}

function typed(dialog: Dialog & { kind: 'typing' }, intent: Typing): ActsState {
  const { text, of } = dialog;
  switch (intent.kind) {
    case 'type':
      return show({ ...dialog, text: (text + intent.text).slice(0, limitOf(dialog.act)) });
    case 'erase':
      return show({ ...dialog, text: intent.all ? '' : text.replace(/.$/su, '') });
    case 'back':
      return NOTHING;
    default:
      return sent(dialog.act, text.trim(), of);
  }
}

function limitOf(act: 'redact' | 'note' | 'remove'): number {
  return act === 'note' ? LIMITS.noteCharacters : LIMITS.reasonCharacters;
}

function sent(act: 'redact' | 'note' | 'remove', text: string, of: ActsOf): ActsState {
  if (act === 'remove')
    return text.length >= ID_LETTERS && of.session.startsWith(text)
      ? show({ kind: 'busy', of, job: { kind: act } })
      : warn(`That is not how its id begins: session ${of.session} is kept.`);
  // It goes into the log: what says nothing is none.
  if (text === '') return show({ kind: 'typing', act, of, text: '' });
  if (act === 'redact') return show({ kind: 'sure', of, reason: text });
  return show({ kind: 'busy', of, job: { kind: act, text } });
}

function agreed({ dialog, notice }: ActsState, intent: Intent & { kind: 'pick' | 'yes' }): ActsState {
  const { kind } = dialog;
  if (kind === 'sure') return show({ ...busy(dialog), job: { kind: 'redact', reason: dialog.reason } });
  if (kind === 'plan') return show({ ...busy(dialog), job: { kind: 'write', plan: dialog.plan } });
  const format = kind === 'formats' && FORMATS[intent.kind === 'pick' ? intent.at : dialog.chosen];
  if (kind !== 'formats' || format === undefined || format === false) return { dialog, notice };
  return show({ ...busy(dialog), job: { kind: 'export', format } });
}

function busy({ of }: { readonly of: ActsOf }): { kind: 'busy'; of: ActsOf } {
  return { kind: 'busy', of };
}

type Told = Intent & { kind: 'verified' | 'planned' | 'askable' };

function told(intent: Told, dialog: Dialog & { kind: 'busy' }): Dialog {
  const { of, job } = dialog;
  if (intent.kind === 'askable')
    return job.kind === 'ask' ? { kind: 'typing', act: job.act, of, text: '' } : dialog;
  if (intent.kind === 'planned') return { kind: 'plan', of, plan: intent.plan, scrolled: 0 };
  return { kind: 'claims', of, verification: intent.verification, scrolled: 0 };
}

type Scrolling = Dialog & { kind: 'claims' | 'plan' | 'failed' | 'formats' };

function movedIn(dialog: Scrolling, { move, length, page }: Intent & { kind: 'move' }): Dialog {
  if (dialog.kind === 'formats')
    return { ...dialog, chosen: moved(dialog.chosen, move, { length: FORMATS.length, page: 1 }) };
  return {
    ...dialog,
    scrolled: moved(dialog.scrolled, move, { length: Math.max(1, length - page + 1), page }),
  };
}
