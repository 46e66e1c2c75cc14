import {
  accelerated,
  halted,
  positionOf,
  type ReplayClock,
  skipping,
  sought,
  startClock,
  toggled,
} from '../../../core/review/replay-clock.ts';
import type { ReplayTrack } from '../../../core/review/replay-track.ts';

export interface ReplayState {
  readonly clock: ReplayClock;
  /** When the screen was drawn, by the watch of who looks. */
  readonly now: number;
  /** Rows that are further down than what is seen. */
  readonly below: number;
  readonly isHelp: boolean;
  readonly notice: string | undefined;
}

export type Intent =
  | { readonly kind: 'tick' }
  | { readonly kind: 'help' }
  | { readonly kind: 'toggle' | 'skip' }
  | { readonly kind: 'speed'; readonly by: 1 | -1 }
  /** Microseconds. */
  | { readonly kind: 'seek'; readonly by: number }
  /** Of the whole, from 0 to 1. */
  | { readonly kind: 'part'; readonly part: number }
  /** One event on, or back: to when it happened. */
  | { readonly kind: 'step'; readonly to: number }
  | { readonly kind: 'finding'; readonly isBack: boolean }
  /** `most`: so many rows there are at most. */
  | { readonly kind: 'scroll'; readonly by: number; readonly most: number };

/** What is replayed, and when something was done. */
export interface Moment {
  readonly now: number;
  readonly span: ReplayTrack;
  /** It goes on: at its end, more is waited for. */
  readonly isLive: boolean;
}

export function emptyState(at: number, now: number): ReplayState {
  return { clock: startClock(at, now), now, below: 0, isHelp: false, notice: undefined };
}

/** What the screen is after something has happened. */
export function reduce(before: ReplayState, intent: Intent, moment: Moment): ReplayState {
  const state = { ...before, now: moment.now };
  if (intent.kind === 'tick') return ticked(state, moment);
  if (intent.kind === 'help') return { ...state, isHelp: !state.isHelp };
  if (intent.kind === 'scroll') return scrolled(state, intent, moment);
  const clock = clockAfter(state.clock, intent, moment);
  if (clock !== undefined) return { ...state, clock, below: 0, notice: undefined };
  return { ...state, notice: 'no secret was found there' };
}

function ticked(state: ReplayState, moment: Moment): ReplayState {
  const isOver = !moment.isLive && positionOf(state.clock, moment) >= moment.span.duration;
  return isOver ? { ...state, clock: halted(state.clock, moment) } : state;
}

// Who looks back reads: it stands still.
function scrolled(
  state: ReplayState,
  { by, most }: Extract<Intent, { kind: 'scroll' }>,
  moment: Moment,
): ReplayState {
  const below = Math.max(0, Math.min(state.below + by, most));
  return below === 0 ? { ...state, below } : { ...state, below, clock: halted(state.clock, moment) };
}

function clockAfter(
  clock: ReplayClock,
  intent: Exclude<Intent, { kind: 'tick' | 'help' | 'scroll' }>,
  moment: Moment,
): ReplayClock | undefined {
  const at = positionOf(clock, moment);
  switch (intent.kind) {
    case 'toggle':
      return toggled(clock, moment);
    case 'skip':
      return skipping(clock, moment);
    case 'speed':
      return accelerated(clock, intent.by, moment);
    case 'seek':
      return sought(clock, at + intent.by, moment);
    case 'part':
      return sought(clock, intent.part * moment.span.duration, moment);
    case 'step':
      return sought(halted(clock, moment), intent.to, moment);
    default: {
      const to = moment.span.nextFinding(at, intent.isBack);
      return to === undefined ? undefined : sought(clock, to, moment);
    }
  }
}
