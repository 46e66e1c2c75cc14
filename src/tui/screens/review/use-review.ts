import { useApp, useInput } from 'ink';
import { useEffect, useReducer, useRef } from 'react';

import type { ReviewedSession, ReviewSource } from '../../../core/review/source.ts';
import type { ApprovalsDeps } from '../approvals/use-approvals.ts';
import { type Intent, openIn, type Place, reduce, type Screen, stateOf } from './review-state.ts';

export interface ReviewDeps {
  readonly source: ReviewSource;
  /** Calls that wait are decided with these; undefined: nobody can, here. */
  readonly approvals?: ApprovalsDeps | undefined;
  readonly now: () => number;
  /** The session that is seen at first; its owner is the review from now on. */
  readonly first?: ReviewedSession | undefined;
  /** Stays at the end of the one that is being recorded; waits for one where there is none. */
  readonly follows: boolean;
}

export interface ReviewHands {
  readonly shown: Screen;
  readonly go: (intent: Intent) => void;
  readonly quit: () => void;
}

/** The screens one upon the other. What is left is closed. */
export function useReview({ source, first, follows }: ReviewDeps): ReviewHands {
  const { exit } = useApp();
  const [state, go] = useReducer(reduce, undefined, () => stateOf(...firstPlaces(first, follows)));
  useInput((input, key) => {
    if (key.ctrl && input === 'c') exit('interrupted');
  });
  const open = useRef<ReadonlySet<ReviewedSession>>(new Set());
  useEffect(() => {
    const now = openIn(state);
    for (const session of open.current) if (!now.has(session)) session.close();
    open.current = now;
  }, [state]);
  useEffect(() => () => source.close(), [source]);
  const shown = state.screens.at(-1);
  if (shown === undefined) throw new Error('the first screen is never left');
  return { shown, go, quit: () => exit('quit') };
}

function firstPlaces(first: ReviewedSession | undefined, follows: boolean): Place[] {
  const sessions: Place = { kind: 'sessions', awaits: follows && first === undefined };
  return first === undefined ? [sessions] : [sessions, { kind: 'session', session: first, follows }];
}
