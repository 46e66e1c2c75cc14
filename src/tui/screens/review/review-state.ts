import type { ReviewedSession } from '../../../core/review/source.ts';
import type { CallState } from '../call/call-state.ts';
import type { SessionState } from '../session/session-state.ts';
import type { SessionsState } from '../sessions/sessions-state.ts';

/** A screen, and how it was left (`from`) when another came over it. */
export type Place =
  | { readonly kind: 'sessions'; readonly awaits: boolean; readonly from?: SessionsState }
  | {
      readonly kind: 'session';
      readonly session: ReviewedSession;
      readonly follows: boolean;
      readonly from?: SessionState;
    }
  | {
      readonly kind: 'call';
      readonly session: ReviewedSession;
      readonly row: number;
      readonly at: 'first' | 'last';
      readonly from?: CallState;
    }
  | { readonly kind: 'replay'; readonly session: ReviewedSession; readonly seq: number }
  | { readonly kind: 'stats'; readonly session: ReviewedSession }
  | { readonly kind: 'approvals' };

export interface Screen {
  /** No two screens that ever were have the same. */
  readonly number: number;
  readonly place: Place;
}

/** The screens one upon the other; the last one is seen. */
export interface ReviewState {
  readonly screens: readonly Screen[];
  readonly next: number;
}

export type Intent =
  /** Another screen over this one, which is kept as it is left. */
  | { readonly kind: 'enter'; readonly place: Place; readonly left?: Place }
  /** Another screen in place of this one. */
  | { readonly kind: 'replace'; readonly place: Place }
  | { readonly kind: 'leave' };

export function stateOf(...places: readonly Place[]): ReviewState {
  return { screens: places.map((place, number) => ({ number, place })), next: places.length };
}

/** The screens after something has happened. The first one is never left. */
export function reduce({ screens, next }: ReviewState, intent: Intent): ReviewState {
  const below = screens.slice(0, -1);
  if (intent.kind === 'leave') return { screens: below.length === 0 ? screens : below, next };
  const shown = { number: next, place: intent.place };
  if (intent.kind === 'replace') return { screens: [...below, shown], next: next + 1 };
  const left = screens.slice(-1).map((one) => ({ number: one.number, place: intent.left ?? one.place }));
  return { screens: [...below, ...left, shown], next: next + 1 };
}

/** The sessions that are open. */
export function openIn({ screens }: ReviewState): ReadonlySet<ReviewedSession> {
  return new Set(screens.flatMap(({ place }) => ('session' in place ? [place.session] : [])));
}
