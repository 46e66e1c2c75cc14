import { useInput } from 'ink';
import { useCallback, useEffect, useReducer, useRef } from 'react';

import { LIMITS } from '../../../core/limits.ts';
import { positionOf } from '../../../core/review/replay-clock.ts';
import { ReplayTrack } from '../../../core/review/replay-track.ts';
import type { ReviewedSession } from '../../../core/review/source.ts';
import { useGrowth } from '../../use-growth.ts';
import { intentsOf, type Wanted } from './replay-keys.ts';
import { emptyState, type Intent, type Moment, reduce, type ReplayState } from './replay-state.ts';

export interface ReplayDeps {
  readonly session: ReviewedSession;
  /** The event from which on it is played. */
  readonly fromSeq: number;
  /** Milliseconds; only what has passed matters. */
  readonly now: () => number;
  readonly leave: () => void;
  /** Ends the program; without it `q` leaves. */
  readonly quit?: (() => void) | undefined;
}

export interface ReplayHands {
  readonly state: ReplayState;
  readonly moment: Moment;
  /** Microseconds since the session began. */
  readonly position: number;
}

/** The state of the screen, fed by keys, by the clock and by a session that grows. `rows` tells how much there is to scroll. */
export function useReplay(deps: ReplayDeps, rows: { page: number; most: () => number }): ReplayHands {
  const { session, fromSeq, now } = deps;
  const track = useTrack(session);
  const momentAt = useCallback(
    (time: number): Moment => ({ now: time, span: track, isLive: session.isLive }),
    [session, track],
  );
  const [state, dispatch] = useReducer(
    (before: ReplayState, { intent, time }: { intent: Intent; time: number }) =>
      reduce(before, intent, momentAt(time)),
    undefined,
    () => emptyState(startOf(session, fromSeq), now()),
  );
  const act = (intent: Intent): void => dispatch({ intent, time: now() });
  useTicking(state.clock.isPlaying, () => act({ kind: 'tick' }));
  useGrowth(session, () => {
    track.readOn(session.index);
    act({ kind: 'tick' });
  });
  useInput((input, key) => {
    for (const wanted of intentsOf(input, key))
      press(wanted, { deps, state, moment: momentAt(now()), act, rows });
  });
  const moment = momentAt(state.now);
  return { state, moment, position: positionOf(state.clock, moment) };
}

interface Hands {
  readonly deps: ReplayDeps;
  readonly state: ReplayState;
  readonly moment: Moment;
  readonly act: (intent: Intent) => void;
  readonly rows: { readonly page: number; readonly most: () => number };
}

function press(wanted: Wanted, { deps, state, moment, act, rows }: Hands): void {
  const { leave, quit = leave, session } = deps;
  if (wanted.kind === 'quit') return quit();
  // What is open is closed first.
  if (wanted.kind === 'leave') return state.isHelp ? act({ kind: 'help' }) : leave();
  if (wanted.kind === 'half')
    return act({ kind: 'scroll', by: wanted.by * Math.ceil(rows.page / 2), most: rows.most() });
  if (wanted.kind === 'scroll') return act({ ...wanted, most: rows.most() });
  if (wanted.kind !== 'event') return act(wanted);
  const seq = session.index.seqAt(positionOf(state.clock, moment)) + wanted.by;
  if (seq >= 0 && seq < session.index.events) act({ kind: 'step', to: session.index.event(seq).mono });
}

function startOf({ index }: ReviewedSession, seq: number): number {
  return seq > 0 && seq < index.events ? index.event(seq).mono : 0;
}

function useTrack(session: ReviewedSession): ReplayTrack {
  const track = useRef<ReplayTrack>(null);
  if (track.current === null) {
    track.current = new ReplayTrack();
    track.current.readOn(session.index);
  }
  return track.current;
}

function useTicking(isPlaying: boolean, tick: () => void): void {
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setInterval(() => latest.current(), LIMITS.replayFrameMs);
    return () => clearInterval(timer);
  }, [isPlaying]);
}
