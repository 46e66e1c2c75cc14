import { type Move, moved, topFor } from '../../moves.ts';
import { type Typing, typedInto } from '../../prompt.ts';
import type { Folds } from './call-lines.ts';

export interface CallState {
  /** A line of the call as it is shown. */
  readonly chosen: number;
  readonly top: number;
  readonly folds: Folds;
  /** Which of the call's findings is explained, from 0. */
  readonly finding: number;
  readonly mode: 'reading' | 'typing' | 'help';
  readonly query: string;
  readonly notice: string | undefined;
}

export type Intent =
  | { readonly kind: 'move'; readonly move: Move; readonly length: number; readonly page: number }
  /** To a line, with other folds where it stood in a folded one. */
  | {
      readonly kind: 'goto';
      readonly line: number;
      readonly folds: Folds;
      readonly length: number;
      readonly page: number;
    }
  | { readonly kind: 'explain'; readonly finding: number }
  | { readonly kind: 'fold'; readonly folds: Folds; readonly chosen: number }
  | { readonly kind: 'slash' }
  | { readonly kind: 'help' }
  | Typing
  /** Nothing in it has the text that was looked for. */
  | { readonly kind: 'missed' }
  | { readonly kind: 'told'; readonly notice: string };

export function emptyState(folds: Folds): CallState {
  return { chosen: 0, top: 0, folds, finding: 0, mode: 'reading', query: '', notice: undefined };
}

/** What the screen is after something has happened. */
export function reduce(state: CallState, intent: Intent): CallState {
  switch (intent.kind) {
    case 'move': {
      const chosen = moved(state.chosen, intent.move, intent);
      return { ...state, chosen, top: topFor({ top: state.top, chosen }, intent), notice: undefined };
    }
    case 'goto':
      return goto(state, intent);
    case 'explain':
      return { ...state, finding: intent.finding, notice: undefined };
    case 'fold':
      return { ...state, folds: intent.folds, chosen: intent.chosen, notice: undefined };
    case 'help':
      return { ...state, mode: state.mode === 'help' ? 'reading' : 'help' };
    case 'missed':
      return { ...state, query: '', notice: `not found: ${state.query}` };
    case 'told':
      return { ...state, notice: intent.notice };
    default:
      return typing(state, intent);
  }
}

// A third of the page is above what one has come to.
function goto(state: CallState, { line, folds, length, page }: Extract<Intent, { kind: 'goto' }>): CallState {
  const isInSight = line >= state.top && line < state.top + page && folds === state.folds;
  const top = isInSight ? state.top : Math.max(0, line - Math.floor(page / 3));
  return {
    ...state,
    folds,
    chosen: line,
    top: topFor({ top, chosen: line }, { length, page }),
    notice: undefined,
  };
}

function typing(state: CallState, intent: Typing | { readonly kind: 'slash' }): CallState {
  switch (intent.kind) {
    case 'slash':
      return { ...state, mode: 'typing', query: '', notice: undefined };
    case 'type':
    case 'erase':
      return { ...state, query: typedInto(state.query, intent) };
    case 'send':
      return { ...state, mode: 'reading' };
    default:
      return { ...state, mode: 'reading', query: '', notice: undefined };
  }
}
