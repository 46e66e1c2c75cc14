import { type Key, useInput, usePaste } from 'ink';
import { type Dispatch, useEffect, useRef } from 'react';

import { LIMITS } from '../../../core/limits.ts';
import type { TimelineRow } from '../../../core/review/rows.ts';
import type { ReviewedSession } from '../../../core/review/source.ts';
import type { ActsHandle } from '../../acts/use-acts.tsx';
import { eachKey, type Pressed } from '../../each-key.ts';
import { messageOf } from '../../message-of.ts';
import { movesOf } from '../../moves.ts';
import { pastedText, typingOf } from '../../prompt.ts';
import { type Reduced, useReduced } from '../../use-reduced.ts';
import {
  emptyState,
  hasMatches,
  type Intent,
  reduce,
  type Seal,
  type SessionState,
} from './session-state.ts';

export interface SessionDeps {
  readonly session: ReviewedSession;
  /** The screen as it was left. */
  readonly from?: SessionState | undefined;
  /** Stays at the end while it grows. */
  readonly follows: boolean;
  /** Shows something of it; `place` is this screen as it is left. */
  readonly enter: (what: Entered, place: SessionState) => void;
  readonly hasApprovals: boolean;
  readonly leave: () => void;
  readonly quit: () => void;
}

export type Entered =
  | { readonly kind: 'call'; readonly row: number }
  | { readonly kind: 'replay'; readonly seq: number }
  | { readonly kind: 'stats' }
  | { readonly kind: 'approvals' };

/** What a key means; `act` is left to the acts. */
export type Wanted =
  | Exclude<Intent, { kind: 'goto' | 'seek' }>
  | { readonly kind: 'finding'; readonly backwards: boolean }
  | { readonly kind: 'next'; readonly backwards: boolean }
  | { readonly kind: 'search' }
  | { readonly kind: 'enter'; readonly what: Entered['kind'] }
  | { readonly kind: 'leave' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'act' };

/** What a key means. */
export function intentsOf(
  input: string,
  key: Partial<Key>,
  at: { state: SessionState; page: number },
): Wanted[] {
  const { mode } = at.state;
  if (mode === 'typing')
    return typingOf(input, key).flatMap((one): Wanted[] =>
      one.kind === 'send' ? [one, { kind: 'search' }] : [one],
    );
  if (input === '?') return [{ kind: 'help' }];
  if (input === 'q' && !key.ctrl) return [{ kind: 'quit' }];
  if (key.escape || key.backspace || key.leftArrow || input === 'h') return [back(at.state)];
  if (mode === 'help') return [];
  const moves = movesOf(input, key);
  if (moves.length > 0) return moves.map((move) => ({ kind: 'move', move, page: at.page }));
  return [inTimeline(input, key, hasMatches(at.state))];
}

function inTimeline(input: string, key: Partial<Key>, isSearched: boolean): Wanted {
  if (key.return || key.rightArrow) return { kind: 'enter', what: 'call' };
  return (isSearched ? MATCHES[input] : undefined) ?? KEYS[input] ?? { kind: 'act' };
}

// While there is something to go to these come first.
const MATCHES: Readonly<Record<string, Wanted>> = {
  n: { kind: 'next', backwards: false },
  p: { kind: 'next', backwards: true },
};

const KEYS: Readonly<Record<string, Wanted>> = {
  l: { kind: 'enter', what: 'call' },
  p: { kind: 'enter', what: 'replay' },
  s: { kind: 'enter', what: 'stats' },
  A: { kind: 'enter', what: 'approvals' },
  '/': { kind: 'slash' },
  ']': { kind: 'finding', backwards: false },
  '[': { kind: 'finding', backwards: true },
};

// One step at a time: the help page, the search, the screen.
function back({ mode, query, notice }: SessionState): Wanted {
  if (mode === 'help') return { kind: 'help' };
  return query !== '' || notice !== undefined ? { kind: 'back' } : { kind: 'leave' };
}

export type SessionHands = Reduced<SessionState, Intent>;

/** The state of the timeline, fed by the session as it is read, searched and verified. What is said of the seal takes room. */
export function useTimeline(
  { session, from, follows }: SessionDeps,
  pageBeside: (seal: Seal) => number,
): SessionHands {
  const hands = useReduced(reduce, () => from ?? emptyState(follows));
  const { state, dispatch } = hands;
  const page = pageBeside(state.seal);
  const pageNow = useRef(page);
  pageNow.current = page;
  useEffect(() => readOn(session, () => pageNow.current, dispatch), [session]);
  useSearch(session, hands, pageNow);
  // Its last event comes before its seal.
  const isDue = state.isRead && !session.isLive && state.seal.kind !== 'verified';
  useEffect(() => (isDue ? verify(session, dispatch) : undefined), [session, isDue, state.changes]);
  return hands;
}

// Reads what is there, and again whenever there may be more. While it reads, how far it is shows.
function readOn(session: ReviewedSession, page: () => number, dispatch: Dispatch<Intent>): () => void {
  const ended = new AbortController();
  let reading: Promise<void> | undefined;
  let isAsked = false;
  const tell = (isRead: boolean): void => {
    if (!ended.signal.aborted) dispatch({ kind: 'grew', rows: session.index.rows, isRead, page: page() });
  };
  const read = async (): Promise<void> => {
    while (isAsked && !ended.signal.aborted) {
      isAsked = false;
      await session.readOn(ended.signal);
      tell(true);
    }
  };
  const ask = (): void => {
    isAsked = true;
    reading ??= read()
      .catch(
        (error: unknown) => !ended.signal.aborted && dispatch({ kind: 'told', notice: messageOf(error) }),
      )
      .then(() => (reading = undefined));
  };
  const looking = setInterval(() => reading !== undefined && tell(false), LIMITS.reviewLookMs);
  const listening = session.listen(() => {
    ask();
    // Of a session that is over only what proves it changes: it was sealed anew, or a hub has given its receipt.
    if (!session.isLive) dispatch({ kind: 'changed' });
  });
  tell(false);
  ask();
  return () => {
    clearInterval(looking);
    ended.abort();
    listening.close();
  };
}

// From the chosen row on, then once more from the other end.
function useSearch(
  session: ReviewedSession,
  { state, dispatch }: SessionHands,
  page: { readonly current: number },
): void {
  const { search, query } = state;
  useEffect(() => {
    if (search.kind !== 'running') return undefined;
    const ended = new AbortController();
    const { from, backwards, isAgain } = search;
    const found = (seq: number | undefined): void => {
      if (ended.signal.aborted) return;
      if (seq !== undefined)
        return dispatch({ kind: 'found', seq, row: session.index.rowOf(seq), page: page.current });
      if (isAgain) return dispatch({ kind: 'missed' });
      dispatch({ kind: 'seek', from: backwards ? session.index.events : 0, backwards, isAgain: true });
    };
    session
      .search(query, { from, backwards, signal: ended.signal })
      .then(
        found,
        (error: unknown) => !ended.signal.aborted && dispatch({ kind: 'told', notice: messageOf(error) }),
      );
    return () => ended.abort();
  }, [search]);
}

function verify(session: ReviewedSession, dispatch: Dispatch<Intent>): () => void {
  const ended = new AbortController();
  dispatch({ kind: 'seal', seal: { kind: 'verifying' } });
  session.verify(ended.signal).then(
    (verification) =>
      !ended.signal.aborted && dispatch({ kind: 'seal', seal: { kind: 'verified', verification } }),
    (error: unknown) =>
      !ended.signal.aborted && dispatch({ kind: 'seal', seal: { kind: 'failed', why: messageOf(error) } }),
  );
  return () => ended.abort();
}

interface KeysInput {
  readonly hands: SessionHands;
  readonly deps: SessionDeps;
  readonly acts: ActsHandle;
  readonly page: number;
}

/** Keys, for the acts or for the timeline. */
export function useKeys(input: KeysInput): void {
  const { hands, acts, page } = input;
  useInput((typed, key) => {
    if (acts.isOpen) acts.press(typed, key);
    else for (const pressed of eachKey(typed, key)) press(pressed);
  });
  usePaste((text) => hands.dispatch(pastedText(text)), { isActive: hands.state.mode === 'typing' });
  const press = (pressed: Pressed): void => {
    for (const wanted of intentsOf(pressed.input, pressed.key, { state: hands.now(), page }))
      obey(wanted, pressed, input);
  };
}

function obey(
  wanted: Wanted,
  { input, key, isAlone }: Pressed,
  { hands, deps, acts, page }: KeysInput,
): void {
  const { session } = deps;
  const { dispatch } = hands;
  const state = hands.now();
  if (wanted.kind === 'act') return isAlone ? void acts.press(input, key) : undefined;
  if (wanted.kind === 'quit') return isAlone ? deps.quit() : undefined;
  if (wanted.kind === 'leave') return deps.leave();
  if (wanted.kind === 'enter') return enter(wanted.what, state, deps);
  if (wanted.kind === 'finding')
    return dispatch(finding(session, state, { backwards: wanted.backwards, page }));
  if (wanted.kind === 'search') return dispatch(seek(session, state, 'here'));
  if (wanted.kind === 'next') return dispatch(seek(session, state, wanted.backwards ? 'before' : 'after'));
  dispatch(wanted);
}

function enter(
  what: Entered['kind'],
  state: SessionState,
  { session, hasApprovals, enter: show }: SessionDeps,
): void {
  if (what === 'approvals' && !hasApprovals) return;
  const row = chosenRow(session, state);
  if (row === undefined && what !== 'approvals') return;
  const entered: Record<Entered['kind'], Entered> = {
    call: { kind: 'call', row: state.chosen },
    replay: { kind: 'replay', seq: row?.seqs[0] ?? 0 },
    stats: { kind: 'stats' },
    approvals: { kind: 'approvals' },
  };
  show(entered[what], state);
}

function finding(
  { index }: ReviewedSession,
  state: SessionState,
  by: { backwards: boolean; page: number },
): Intent {
  const { backwards, page } = by;
  const row = state.chosen < index.rows ? index.nextFinding(state.chosen, backwards) : undefined;
  return { kind: 'goto', row, page, what: backwards ? 'finding before this one' : 'further finding' };
}

// Where the last match was, the next is looked for beside it; else beside the chosen row.
function seek(session: ReviewedSession, state: SessionState, where: 'here' | 'after' | 'before'): Intent {
  const { search } = state;
  const seqs = chosenRow(session, state)?.seqs ?? [];
  const at = search.kind === 'found' && seqs.includes(search.seq) ? search.seq : (seqs[0] ?? 0);
  return {
    kind: 'seek',
    from: where === 'after' ? at + 1 : at,
    backwards: where === 'before',
    isAgain: false,
  };
}

/** The chosen row. Undefined: there is none, or not yet again, where another log has taken the place of the first. */
export function chosenRow({ index }: ReviewedSession, { chosen }: SessionState): TimelineRow | undefined {
  return chosen < index.rows ? index.row(chosen) : undefined;
}
