import type { ListedSession, SessionBadges } from '../../../core/review/source.ts';
import { type Move, moved, topFor } from '../../moves.ts';
import { type Typing, typedInto } from '../../prompt.ts';

export interface SessionsState {
  /** Newest first. */
  readonly listed: readonly ListedSession[];
  /** False: there may be more, which are still being read. */
  readonly isComplete: boolean;
  readonly badges: ReadonlyMap<string, SessionBadges>;
  /** By id: whatever comes or goes, this one stays chosen. */
  readonly chosen: string | undefined;
  readonly top: number;
  readonly filter: string;
  readonly mode: 'list' | 'filter' | 'help';
  /** It is being opened. */
  readonly opening: string | undefined;
  /** The next session that is being recorded is opened by itself. */
  readonly awaits: boolean;
  /** Something went wrong. */
  readonly notice: string | undefined;
}

export type Intent =
  | { readonly kind: 'came'; readonly listed: readonly ListedSession[]; readonly isComplete: boolean }
  | { readonly kind: 'known'; readonly id: string; readonly badges: SessionBadges }
  /** What was known of it may not be so any more. */
  | { readonly kind: 'stale'; readonly id: string }
  | { readonly kind: 'move'; readonly move: Move; readonly page: number }
  | { readonly kind: 'filter' | 'help' | 'back' }
  | Typing
  | { readonly kind: 'open' }
  | { readonly kind: 'told'; readonly notice: string };

export function emptyState(awaits = false): SessionsState {
  return {
    listed: [],
    isComplete: false,
    badges: new Map(),
    chosen: undefined,
    top: 0,
    filter: '',
    mode: 'list',
    opening: undefined,
    awaits,
    notice: undefined,
  };
}

/** What the screen is after something has happened. */
export function reduce(state: SessionsState, intent: Intent): SessionsState {
  switch (intent.kind) {
    case 'came':
      return came(state, intent);
    case 'known':
      return { ...state, badges: new Map(state.badges).set(intent.id, intent.badges) };
    case 'stale':
      return { ...state, badges: without(state.badges, [intent.id]) };
    case 'move':
      return move(state, intent);
    case 'type':
    case 'erase':
      return filtered(state, typedInto(state.filter, intent));
    case 'filter':
      return { ...state, mode: 'filter', notice: undefined };
    case 'help':
      return { ...state, mode: state.mode === 'help' ? 'list' : 'help' };
    case 'send':
      return { ...state, mode: 'list' };
    case 'back':
      return back(state);
    case 'open':
      return { ...state, opening: chosenOf(state)?.session, awaits: false, notice: undefined };
    default:
      return { ...state, opening: undefined, notice: intent.notice };
  }
}

/** There is a list on the screen: sessions there are, and none is awaited. */
export function hasList({ listed, awaits }: SessionsState): boolean {
  return listed.length > 0 && !awaits;
}

/** The sessions that the filter lets through. */
export function shownOf({ listed, filter }: SessionsState): readonly ListedSession[] {
  const words = filter.toLowerCase().split(' ').filter(Boolean);
  if (words.length === 0) return listed;
  return listed.filter((one) => words.every((word) => textOf(one).includes(word)));
}

/** The one that is chosen: the first, until another was. */
export function chosenOf(state: SessionsState): ListedSession | undefined {
  const shown = shownOf(state);
  return shown.find(({ session }) => session === state.chosen) ?? shown[0];
}

/** Where it stands among those that are shown. */
export function placeOf(state: SessionsState): number {
  return Math.max(
    0,
    shownOf(state).findIndex(({ session }) => session === state.chosen),
  );
}

// Of the same session nothing else is known while nothing was added to it.
function came(
  state: SessionsState,
  { listed, isComplete }: Extract<Intent, { kind: 'came' }>,
): SessionsState {
  const before = new Map(state.listed.map((one) => [one.session, one]));
  const changed = listed.filter((one) => !isAlike(one, before.get(one.session))).map((one) => one.session);
  const next = { ...state, listed, isComplete, badges: without(state.badges, changed) };
  const live = state.awaits ? listed.find((one) => one.state === 'open') : undefined;
  if (live === undefined) return next;
  return { ...next, chosen: live.session, opening: live.session, awaits: false };
}

function isAlike(one: ListedSession, before: ListedSession | undefined): boolean {
  return one.events === before?.events && one.state === before?.state && one.findings === before.findings;
}

function without<T>(map: ReadonlyMap<string, T>, keys: readonly string[]): ReadonlyMap<string, T> {
  if (!keys.some((key) => map.has(key))) return map;
  const gone = new Set(keys);
  return new Map([...map].filter(([key]) => !gone.has(key)));
}

function move(state: SessionsState, intent: Extract<Intent, { kind: 'move' }>): SessionsState {
  const shown = shownOf(state);
  const list = { length: shown.length, page: intent.page };
  const chosen = moved(placeOf(state), intent.move, list);
  const top = topFor({ top: state.top, chosen }, list);
  return { ...state, top, chosen: shown[chosen]?.session, notice: undefined };
}

function filtered(state: SessionsState, filter: string): SessionsState {
  const next = { ...state, filter, top: 0 };
  return { ...next, chosen: chosenOf(next)?.session ?? state.chosen };
}

// One step at a time: the help page, the filter that is typed, the filter that is there, what was awaited.
function back(state: SessionsState): SessionsState {
  if (state.mode === 'help') return { ...state, mode: 'list' };
  if (state.filter !== '' || state.mode === 'filter') return { ...filtered(state, ''), mode: 'list' };
  return { ...state, awaits: false, opening: undefined, notice: undefined };
}

function textOf({ session, kind, connection, subject, state, started_at: at }: ListedSession): string {
  return [session, kind, connection, subject, state === 'open' ? 'recording' : state, at]
    .join(' ')
    .toLowerCase();
}
