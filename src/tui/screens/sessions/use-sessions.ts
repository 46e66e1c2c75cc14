import { type Key, useInput, usePaste } from 'ink';
import { type Dispatch, useEffect } from 'react';

import { LIMITS } from '../../../core/limits.ts';
import type { ListedSession, ReviewedSession, ReviewSource } from '../../../core/review/source.ts';
import type { ActsHandle } from '../../acts/use-acts.tsx';
import { eachKey, type Pressed } from '../../each-key.ts';
import { messageOf } from '../../message-of.ts';
import { movesOf } from '../../moves.ts';
import { pastedText, typingOf } from '../../prompt.ts';
import { type Reduced, useReduced } from '../../use-reduced.ts';
import { chosenOf, emptyState, hasList, type Intent, reduce, type SessionsState } from './sessions-state.ts';

export interface SessionsDeps {
  readonly source: ReviewSource;
  /** The screen as it was left. */
  readonly from?: SessionsState | undefined;
  /** The next session that is being recorded is opened by itself. */
  readonly awaits?: boolean;
  /** Shows a session; `place` is this screen as it is left. */
  readonly enter: (session: ReviewedSession, place: SessionsState, follows: boolean) => void;
  readonly approvals?: ((place: SessionsState) => void) | undefined;
  readonly quit: () => void;
}

/** What a key means in the list; `act` is left to the acts. */
export type Wanted =
  | Intent
  | { readonly kind: 'quit' }
  | { readonly kind: 'approvals' }
  | { readonly kind: 'act' };

/** What a key means. */
export function intentsOf(
  input: string,
  key: Partial<Key>,
  at: { state: SessionsState; page: number },
): Wanted[] {
  const { mode } = at.state;
  if (mode === 'filter') return whileFiltering(input, key, at.page);
  if (input === '?') return [{ kind: 'help' }];
  if (input === 'q' && !key.ctrl) return [{ kind: 'quit' }];
  if (key.escape || key.backspace || input === 'h') return [{ kind: 'back' }];
  if (mode === 'help') return [];
  if (input === 'A') return [{ kind: 'approvals' }];
  if (!hasList(at.state)) return [];
  if (key.return || key.rightArrow || input === 'l') return [{ kind: 'open' }];
  if (input === '/') return [{ kind: 'filter' }];
  const moves = movesOf(input, key);
  if (moves.length === 0) return [{ kind: 'act' }];
  return moves.map((move) => ({ kind: 'move', move, page: at.page }));
}

// Up and down move while one types, too.
function whileFiltering(input: string, key: Partial<Key>, page: number): Wanted[] {
  if (!key.upArrow && !key.downArrow) return typingOf(input, key);
  return movesOf('', key).map((move) => ({ kind: 'move', move, page }));
}

export type SessionsHands = Reduced<SessionsState, Intent>;

/** The state of the list, fed by its source. */
export function useListed({ source, from, awaits, enter }: SessionsDeps): SessionsHands {
  const hands = useReduced(reduce, () => from ?? emptyState(awaits));
  const { state, dispatch, now } = hands;
  useEffect(() => follow(source, dispatch), [source]);
  const { opening } = state;
  useEffect(() => {
    if (opening === undefined) return undefined;
    const ended = new AbortController();
    const isLive = now().listed.some((one) => one.session === opening && one.state === 'open');
    source.open(opening).then(
      (session) => (ended.signal.aborted ? session.close() : enter(session, left(now()), isLive)),
      (error: unknown) => dispatch({ kind: 'told', notice: messageOf(error) }),
    );
    return () => ended.abort();
  }, [opening]);
  return hands;
}

interface KeysInput {
  readonly hands: SessionsHands;
  readonly deps: SessionsDeps;
  readonly acts: ActsHandle;
  readonly page: number;
}

/** Keys, for the acts or for the list. */
export function useKeys({ hands, deps, acts, page }: KeysInput): void {
  const { state, dispatch, now } = hands;
  useInput((input, key) => {
    if (acts.isOpen) acts.press(input, key);
    else for (const pressed of eachKey(input, key)) press(pressed);
  });
  usePaste((text) => dispatch(pastedText(text)), { isActive: state.mode === 'filter' });
  const press = ({ input, key, isAlone }: Pressed): void => {
    for (const wanted of intentsOf(input, key, { state: now(), page })) {
      if (wanted.kind === 'approvals') deps.approvals?.(left(now()));
      else if (wanted.kind !== 'quit' && wanted.kind !== 'act') dispatch(wanted);
      else if (!isAlone) return;
      else if (wanted.kind === 'quit') deps.quit();
      else acts.press(input, key);
    }
  };
}

/** What costs more is asked for of those in sight, one after the other. */
export function useBadges(
  { state, dispatch }: SessionsHands,
  source: ReviewSource,
  inSight: readonly ListedSession[],
): void {
  const wanted = inSight.map(({ session }) => session).filter((id) => !state.badges.has(id));
  useEffect(() => {
    const ended = new AbortController();
    void askFor(wanted, { source, dispatch, signal: ended.signal });
    return () => ended.abort();
  }, [wanted.join(' '), state.listed, source]);
}

interface Asking {
  readonly source: ReviewSource;
  readonly dispatch: Dispatch<Intent>;
  readonly signal: AbortSignal;
}

// What can't be known of one stays unknown until the list is another.
async function askFor(ids: readonly string[], { source, dispatch, signal }: Asking): Promise<void> {
  for (const id of ids) {
    if (signal.aborted) return;
    const badges = await source.badges(id).catch(() => undefined);
    if (!signal.aborted && badges !== undefined) dispatch({ kind: 'known', id, badges });
  }
}

// As somebody finds it who comes back.
function left(state: SessionsState): SessionsState {
  return { ...state, opening: undefined, awaits: false, chosen: chosenOf(state)?.session };
}

// Listens first and looks then: what comes in between is not missed. Of many calls that come together one is answered, once
// the look before it is over.
function follow(source: ReviewSource, dispatch: Dispatch<Intent>): () => void {
  const ended = new AbortController();
  let looking: Promise<void> | undefined;
  let isAsked = false;
  const look = async (): Promise<void> => {
    for (
      let tell: Dispatch<Intent> | undefined = dispatch;
      isAsked && !ended.signal.aborted;
      tell = undefined
    ) {
      isAsked = false;
      const listed = await readList(source, ended.signal, tell);
      if (listed !== undefined) dispatch({ kind: 'came', listed, isComplete: true });
      await rest(LIMITS.reviewListMs, ended.signal);
    }
  };
  const ask = (): void => {
    isAsked = true;
    looking ??= look()
      .catch((error: unknown) => dispatch({ kind: 'told', notice: messageOf(error) }))
      .finally(() => (looking = undefined));
  };
  const listening = source.listen(ask);
  ask();
  return () => {
    ended.abort();
    listening.close();
  };
}

function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()));
  });
}

/** A page of sessions is shown before the next is there. */
const PAGE = 100;

async function readList(
  source: ReviewSource,
  signal: AbortSignal,
  tell: Dispatch<Intent> | undefined,
): Promise<ListedSession[] | undefined> {
  const listed: ListedSession[] = [];
  for await (const one of source.list()) {
    if (signal.aborted) return undefined;
    listed.push(one);
    if (listed.length % PAGE === 0) tell?.({ kind: 'came', listed: [...listed], isComplete: false });
  }
  return signal.aborted ? undefined : listed;
}
