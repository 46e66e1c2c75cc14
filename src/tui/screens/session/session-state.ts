import type { Verification } from '../../../core/session/verify.ts';
import { type Move, moved, topFor } from '../../moves.ts';
import { type Typing, typedInto } from '../../prompt.ts';

/** What is known of the seal: nothing is said of one that was not checked. */
export type Seal =
  | { readonly kind: 'unread' | 'verifying' }
  | { readonly kind: 'verified'; readonly verification: Verification }
  | { readonly kind: 'failed'; readonly why: string };

export interface SessionState {
  /** How many rows the timeline has by now. */
  readonly rows: number;
  /** All that was there has been read. */
  readonly isRead: boolean;
  readonly chosen: number;
  readonly top: number;
  /** Stays at the end while it grows. */
  readonly follows: boolean;
  readonly mode: 'timeline' | 'typing' | 'help';
  readonly query: string;
  readonly search: Search;
  readonly seal: Seal;
  /** How often it was another session than before: each time its seal is checked anew. */
  readonly changes: number;
  readonly notice: string | undefined;
}

/** A search through all of the session: it is under way, has found the event, or nothing. */
export type Search =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'running';
      readonly from: number;
      readonly backwards: boolean;
      readonly isAgain: boolean;
    }
  | { readonly kind: 'found'; readonly seq: number; readonly isAgain: boolean }
  | { readonly kind: 'missed' };

export type Intent =
  | { readonly kind: 'grew'; readonly rows: number; readonly isRead: boolean; readonly page: number }
  | { readonly kind: 'move'; readonly move: Move; readonly page: number }
  | { readonly kind: 'goto'; readonly row: number | undefined; readonly page: number; readonly what: string }
  | { readonly kind: 'slash' }
  | { readonly kind: 'help' }
  | Typing
  /** From an event on, or backwards before it; `isAgain`: from the other end, after the first way led nowhere. */
  | { readonly kind: 'seek'; readonly from: number; readonly backwards: boolean; readonly isAgain: boolean }
  | { readonly kind: 'found'; readonly seq: number; readonly row: number; readonly page: number }
  | { readonly kind: 'missed' }
  | { readonly kind: 'seal'; readonly seal: Seal }
  | { readonly kind: 'changed' }
  | { readonly kind: 'told'; readonly notice: string };

export function emptyState(follows: boolean): SessionState {
  return {
    rows: 0,
    isRead: false,
    chosen: 0,
    top: 0,
    follows,
    mode: 'timeline',
    query: '',
    search: { kind: 'none' },
    seal: { kind: 'unread' },
    changes: 0,
    notice: undefined,
  };
}

/** There may be a match to go to. */
export function hasMatches({ query, search }: SessionState): boolean {
  return query !== '' && search.kind !== 'missed';
}

/** What the screen is after something has happened. */
export function reduce(state: SessionState, intent: Intent): SessionState {
  switch (intent.kind) {
    case 'grew':
      return grew(state, intent);
    case 'move':
      return move(state, intent);
    case 'goto':
      if (intent.row === undefined) return { ...state, notice: `no ${intent.what}` };
      return { ...at(state, intent.row, intent.page), follows: false, notice: undefined };
    case 'help':
      return { ...state, mode: state.mode === 'help' ? 'timeline' : 'help' };
    case 'seal':
      return { ...state, seal: intent.seal };
    case 'changed':
      return { ...state, seal: { kind: 'unread' }, changes: state.changes + 1 };
    case 'told':
      return { ...state, notice: intent.notice };
    default:
      return searching(state, intent);
  }
}

function grew(state: SessionState, { rows, isRead, page }: Extract<Intent, { kind: 'grew' }>): SessionState {
  const next = { ...state, rows, isRead: state.isRead || isRead };
  if (state.follows) return at(next, rows - 1, page);
  return state.chosen < rows ? next : at(next, rows - 1, page);
}

// Up stops following, the end takes it up again.
function move(state: SessionState, intent: Extract<Intent, { kind: 'move' }>): SessionState {
  const { page } = intent;
  const chosen = moved(state.chosen, intent.move, { length: state.rows, page });
  const toEnd = 'to' in intent.move && intent.move.to === 'last';
  const follows = toEnd || (state.follows && chosen === state.rows - 1);
  return { ...at(state, chosen, page), follows, notice: undefined };
}

function at(state: SessionState, row: number, page: number): SessionState {
  const chosen = Math.max(0, Math.min(row, state.rows - 1));
  return { ...state, chosen, top: topFor({ top: state.top, chosen }, { length: state.rows, page }) };
}

type Searching = Exclude<Intent, { kind: 'grew' | 'move' | 'goto' | 'help' | 'seal' | 'changed' | 'told' }>;

function searching(state: SessionState, intent: Searching): SessionState {
  switch (intent.kind) {
    case 'slash':
      return { ...state, mode: 'typing', query: '', search: { kind: 'none' }, notice: undefined };
    case 'type':
    case 'erase':
      return { ...state, query: typedInto(state.query, intent) };
    case 'send':
      return { ...state, mode: 'timeline' };
    case 'seek':
      return state.query === ''
        ? state
        : { ...state, search: { ...intent, kind: 'running' }, notice: undefined };
    case 'found':
      return found(state, intent);
    case 'missed':
      return { ...state, search: { kind: 'missed' } };
    default:
      return { ...state, mode: 'timeline', query: '', search: { kind: 'none' }, notice: undefined };
  }
}

function found(state: SessionState, { seq, row, page }: Extract<Intent, { kind: 'found' }>): SessionState {
  const isAgain = state.search.kind === 'running' && state.search.isAgain;
  return { ...at(state, row, page), follows: false, search: { kind: 'found', seq, isAgain } };
}
