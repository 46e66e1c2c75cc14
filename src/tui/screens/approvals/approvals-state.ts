import { type Approval, stateOf } from '../../../core/approvals/approval.ts';
import { TAKE_TO_HUB } from '../../../core/approvals/lack.ts';
import type { ListedApproval, Word } from '../../../core/approvals/source.ts';
import { LIMITS } from '../../../core/limits.ts';

/** What the person does there. */
export type Mode =
  | { readonly kind: 'list' }
  /** What the keys do stands in place of the details. */
  | { readonly kind: 'help' }
  /** A reason is being typed. */
  | { readonly kind: 'reason'; readonly id: string; readonly word: Word }
  /** It was sent off. */
  | { readonly kind: 'deciding'; readonly id: string; readonly word: Word };

export interface ApprovalsState {
  /** The oldest first, so that nothing that comes moves what somebody is about to decide. */
  readonly listed: readonly ListedApproval[];
  /** One of those that came without what is long, with it. */
  readonly whole: ListedApproval | undefined;
  /** By id: whatever else goes, this one stays chosen. */
  readonly chosen: string | undefined;
  /** Lines of the details that are above what is seen. */
  readonly scrolled: number;
  readonly mode: Mode;
  readonly notice: Notice | undefined;
  readonly now: number;
  readonly left: 'no' | 'quit' | 'interrupted';
}

export interface Notice {
  readonly kind: 'good' | 'warning' | 'bad';
  readonly text: string;
  /** It tells what became of one: nothing that is to stand beneath another one. */
  readonly isOutcome?: true;
}

export type Intent =
  /** All that one source has. */
  | {
      readonly kind: 'came';
      readonly at: string;
      readonly listed: readonly ListedApproval[];
      readonly now: number;
    }
  | { readonly kind: 'found'; readonly whole: ListedApproval }
  | { readonly kind: 'ticked'; readonly now: number }
  | { readonly kind: 'help' }
  | { readonly kind: 'choose'; readonly by: number }
  /** `last` is how far there is anything to see. */
  | { readonly kind: 'scroll'; readonly by: number; readonly last: number }
  | { readonly kind: 'ask'; readonly verdict: Word['verdict'] }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'erase'; readonly all: boolean }
  | { readonly kind: 'back' }
  | { readonly kind: 'send' }
  | { readonly kind: 'done'; readonly notice: Notice }
  /** Something went wrong meanwhile; what the person does goes on. */
  | { readonly kind: 'told'; readonly notice: Notice }
  | { readonly kind: 'leave'; readonly interrupted: boolean };

export function emptyState(now: number): ApprovalsState {
  const mode = { kind: 'list' } as const;
  const nothing = { listed: [], whole: undefined, chosen: undefined, scrolled: 0, notice: undefined };
  return { ...nothing, mode, now, left: 'no' };
}

/** What the screen is after something has happened. */
export function reduce(state: ApprovalsState, intent: Intent): ApprovalsState {
  switch (intent.kind) {
    case 'came':
      return came({ ...state, now: intent.now }, joined(state, intent));
    case 'ticked':
      return came({ ...state, now: intent.now }, state.listed);
    case 'found':
      return { ...state, whole: intent.whole };
    case 'help':
      return { ...state, mode: { kind: state.mode.kind === 'help' ? 'list' : 'help' }, scrolled: 0 };
    case 'choose':
      return choose(state, intent.by);
    case 'scroll':
      return { ...state, scrolled: clamp(state.scrolled + intent.by, intent.last) };
    case 'done':
      return { ...state, mode: { kind: 'list' }, notice: { ...intent.notice, isOutcome: true } };
    case 'told':
      return { ...state, notice: intent.notice };
    case 'leave':
      return { ...state, left: intent.interrupted ? 'interrupted' : 'quit' };
    default:
      return decideWith(state, intent);
  }
}

/** The one that is chosen, as whole as it is known. */
export function chosenOf({ listed, chosen, whole }: ApprovalsState): ListedApproval | undefined {
  const found = listed.find(({ approval }) => approval.id === chosen);
  if (found?.isShort !== true || whole?.approval.id !== found.approval.id) return found;
  const { presented, findings, restores } = whole.approval;
  return { ...found, approval: { ...found.approval, presented, findings, restores }, isShort: false };
}

function decideWith(
  state: ApprovalsState,
  intent: Extract<Intent, { kind: 'ask' | 'type' | 'erase' | 'back' | 'send' }>,
): ApprovalsState {
  if (intent.kind === 'ask') return ask(state, intent.verdict);
  const { mode } = state;
  if (mode.kind !== 'reason') return state;
  const { reason } = mode.word;
  switch (intent.kind) {
    case 'type':
      return withReason(state, mode, (reason + intent.text).slice(0, LIMITS.reasonCharacters));
    case 'erase':
      return withReason(state, mode, intent.all ? '' : reason.replace(/.$/su, ''));
    case 'back':
      return { ...state, mode: { kind: 'list' } };
    default:
      return { ...state, mode: { ...mode, kind: 'deciding' } };
  }
}

function ask(state: ApprovalsState, verdict: Word['verdict']): ApprovalsState {
  const chosen = chosenOf(state);
  if (chosen === undefined || state.mode.kind !== 'list') return state;
  const { approval, url, lack } = chosen;
  if (url !== undefined) return warned(state, `It is decided in a browser: ${url}`);
  if (lack !== undefined && verdict === 'approve')
    return warned(state, `It can only be denied here: it takes ${lack}. ${TAKE_TO_HUB}`);
  const mode = { kind: 'reason', id: approval.id, word: { verdict, reason: '' } } as const;
  return { ...state, mode, notice: undefined };
}

function warned(state: ApprovalsState, text: string): ApprovalsState {
  return { ...state, notice: { kind: 'warning', text } };
}

function withReason(
  state: ApprovalsState,
  mode: Extract<Mode, { kind: 'reason' }>,
  reason: string,
): ApprovalsState {
  return { ...state, mode: { ...mode, word: { ...mode.word, reason } } };
}

// One source says nothing of the others'.
function joined(
  { listed }: ApprovalsState,
  { at, listed: theirs }: Extract<Intent, { kind: 'came' }>,
): ListedApproval[] {
  const others = listed.filter((one) => one.at !== at);
  return [...others, ...theirs].toSorted((a, b) => a.approval.createdAt - b.approval.createdAt);
}

// What is over goes. Where it was the one chosen nothing is chosen in its place: the next key is not meant for another one.
function came(state: ApprovalsState, all: readonly ListedApproval[]): ApprovalsState {
  const listed = all.filter(({ approval }) => isOpen(approval, state.now));
  const next = { ...state, listed };
  const gone = state.chosen !== undefined && chosenOf(next) === undefined;
  const { mode } = state;
  if (gone && mode.kind === 'reason')
    return { ...unchosen(next), mode: { kind: 'list' }, notice: tooLate(mode.id) };
  if (gone) return unchosen(next);
  if (state.chosen === undefined && state.listed.length === 0) return first(next);
  return next;
}

function isOpen(approval: Approval, now: number): boolean {
  const state = stateOf(approval, now);
  return state === 'pending' || state === 'approved';
}

function first(state: ApprovalsState): ApprovalsState {
  const [found] = state.listed;
  const isStale = found !== undefined && state.notice?.isOutcome === true;
  const notice = isStale ? undefined : state.notice;
  return { ...state, notice, chosen: found?.approval.id, scrolled: 0 };
}

function unchosen(state: ApprovalsState): ApprovalsState {
  return { ...state, chosen: undefined, scrolled: 0 };
}

function tooLate(id: string): Notice {
  return { kind: 'warning', text: `${id} is over: it ran out, was taken back or decided elsewhere` };
}

function choose(state: ApprovalsState, by: number): ApprovalsState {
  const { listed, chosen, mode } = state;
  if (mode.kind !== 'list') return state;
  const at = listed.findIndex(({ approval }) => approval.id === chosen);
  const next = at === -1 ? 0 : clamp(at + by, listed.length - 1);
  return { ...state, chosen: listed[next]?.approval.id, scrolled: 0, notice: undefined };
}

function clamp(value: number, last: number): number {
  return Math.max(0, Math.min(value, last));
}
