import { type Move, moved } from '../../moves.ts';

export interface StatsState {
  /** The first line that is seen; Infinity: the last lines are, however many there will be. */
  readonly top: number;
  readonly isHelp: boolean;
}

export type Intent =
  | { readonly kind: 'help' }
  /** Of so many lines a page is seen. */
  | { readonly kind: 'move'; readonly move: Move; readonly lines: number; readonly page: number };

export const AT_TOP: StatsState = { top: 0, isHelp: false };

/** What the screen is after something has happened. */
export function reduce(state: StatsState, intent: Intent): StatsState {
  if (intent.kind === 'help') return { ...state, isHelp: !state.isHelp };
  const { move, lines, page } = intent;
  if ('to' in move && move.to === 'last') return { ...state, top: Infinity };
  const length = Math.max(1, lines - page + 1);
  return { ...state, top: moved(Math.min(state.top, length - 1), move, { length, page }) };
}
