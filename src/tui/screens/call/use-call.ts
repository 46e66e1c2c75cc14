import { type Key, useInput, usePaste } from 'ink';
import { type Dispatch, useEffect, useMemo, useReducer, useState } from 'react';

import { readSections, type Section } from '../../../core/review/call-sections.ts';
import type { ReviewedSession } from '../../../core/review/source.ts';
import type { ActsHandle } from '../../acts/use-acts.tsx';
import { messageOf } from '../../message-of.ts';
import { movesOf } from '../../moves.ts';
import { pastedText, typingOf } from '../../prompt.ts';
import {
  type CallFinding,
  findingsOf,
  lineOf,
  nextMatch,
  parentOf,
  placeAt,
  refolded,
  type Unit,
  unitOf,
  withoutFoldsAround,
} from './call-doc.ts';
import { type CallLine, callLines, firstFolds } from './call-lines.ts';
import { type CallState, emptyState, type Intent, reduce } from './call-state.ts';

export interface CallDeps {
  readonly session: ReviewedSession;
  readonly row: number;
  /** Which of its findings is explained at first. */
  readonly at: 'first' | 'last';
  /** The screen as it was left. */
  readonly from?: CallState | undefined;
  /** Another row in place of this one. */
  readonly show: (row: number, at: 'first' | 'last') => void;
  readonly leave: () => void;
  readonly quit: () => void;
}

/** What a key means; `act` is left to the acts. */
export type Wanted =
  | Exclude<Intent, { kind: 'move' | 'goto' | 'explain' | 'fold' }>
  | { readonly kind: 'move'; readonly move: ReturnType<typeof movesOf>[number] }
  | { readonly kind: 'finding'; readonly by: 1 | -1 }
  | { readonly kind: 'match'; readonly way: 'here' | 'after' | 'before' }
  | { readonly kind: 'refold'; readonly to: 'folded' | 'open' | 'other' }
  | { readonly kind: 'row'; readonly by: 1 | -1 }
  | { readonly kind: 'leave' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'act' };

/** What was pressed means; several keys may come at once, of which only those that move count then. */
export function intentsOf(
  input: string,
  key: Partial<Key>,
  at: { mode: CallState['mode']; isSearched: boolean; canFold: boolean },
): Wanted[] {
  if (at.mode === 'typing')
    return typingOf(input, key).flatMap((one): Wanted[] =>
      one.kind === 'send' ? [one, { kind: 'match', way: 'here' }] : [one],
    );
  if (input === '?') return [{ kind: 'help' }];
  if (input === 'q' && !key.ctrl) return [{ kind: 'quit' }];
  if (key.escape || key.backspace) return [back(at)];
  if (at.mode === 'help') return [];
  if (key.return || (input === ' ' && at.canFold)) return [{ kind: 'refold', to: 'other' }];
  if (key.rightArrow) return [{ kind: 'refold', to: 'open' }];
  if (key.leftArrow) return [{ kind: 'refold', to: 'folded' }];
  const moves = movesOf(input, key);
  if (moves.length > 0) return moves.map((move) => ({ kind: 'move', move }));
  return [(at.isSearched ? MATCHES[input] : undefined) ?? KEYS[input] ?? { kind: 'act' }];
}

function back({ mode, isSearched }: { mode: CallState['mode']; isSearched: boolean }): Wanted {
  if (mode === 'help') return { kind: 'help' };
  return isSearched ? { kind: 'back' } : { kind: 'leave' };
}

const MATCHES: Readonly<Record<string, Wanted>> = {
  n: { kind: 'match', way: 'after' },
  p: { kind: 'match', way: 'before' },
};

const KEYS: Readonly<Record<string, Wanted>> = {
  l: { kind: 'refold', to: 'open' },
  h: { kind: 'refold', to: 'folded' },
  J: { kind: 'row', by: 1 },
  K: { kind: 'row', by: -1 },
  ']': { kind: 'finding', by: 1 },
  '[': { kind: 'finding', by: -1 },
  '/': { kind: 'slash' },
};

/** A call as it is read: its events, its lines, its findings. */
export interface CallHands {
  readonly state: CallState;
  readonly dispatch: Dispatch<Intent>;
  readonly sections: readonly Section[];
  /** Why there is nothing to see. */
  readonly problem: string | undefined;
  readonly lines: readonly CallLine[];
  readonly findings: readonly CallFinding[];
}

interface Size {
  readonly columns: number;
  /** Lines of the page, where so many are explained. */
  readonly pageFor: (findings: number) => number;
}

/** The state of the call. A call that is still going on is read again when its session has grown. */
export function useCall({ session, row, at, from }: CallDeps, size: Size): CallHands {
  const grown = useGrowth(session, row);
  const { sections, problem } = useMemo(() => read(session, row), [session, row, grown]);
  const findings = useMemo(() => findingsOf(sections), [sections]);
  const [state, dispatch] = useReducer(
    reduce,
    undefined,
    () => from ?? atFinding(sections, { findings, at, size }),
  );
  const lines = useMemo(
    () => callLines(sections, state.folds, size.columns),
    [sections, state.folds, size.columns],
  );
  return { state, dispatch, sections, problem, lines, findings };
}

// Another process may change or remove it under our eyes.
function read(session: ReviewedSession, row: number): Pick<CallHands, 'sections' | 'problem'> {
  if (row >= session.index.rows) return { sections: [], problem: 'It is not there any more.' };
  try {
    return { sections: readSections(session, session.index.row(row).seqs), problem: undefined };
  } catch (error) {
    return { sections: [], problem: messageOf(error) };
  }
}

function atFinding(
  sections: readonly Section[],
  { findings, at, size }: { findings: readonly CallFinding[]; at: 'first' | 'last'; size: Size },
): CallState {
  const state = emptyState(firstFolds(sections));
  const finding = at === 'first' ? 0 : findings.length - 1;
  const found = findings[finding];
  if (found === undefined) return state;
  const unit = unitOf(sections, found);
  const folds = withoutFoldsAround(sections, state.folds, unit);
  const lines = callLines(sections, folds, size.columns);
  const page = size.pageFor(findings.length);
  return reduce(
    { ...state, finding },
    { kind: 'goto', line: lineOf(lines, unit), folds, length: lines.length, page },
  );
}

// A number that is another once the row has more events, or less of a payload.
function useGrowth(session: ReviewedSession, row: number): string {
  const [grown, setGrown] = useState('');
  useEffect(() => {
    const ended = new AbortController();
    const look = (): void => {
      session.readOn(ended.signal).then(
        () => setGrown(stampOf(session, row)),
        // A session that can't be read on is shown as it was.
        () => undefined,
      );
    };
    const listening = session.listen(look);
    look();
    return () => {
      ended.abort();
      listening.close();
    };
  }, [session, row]);
  return grown;
}

function stampOf({ index }: ReviewedSession, row: number): string {
  if (row >= index.rows) return 'gone';
  const { seqs, isRedacted } = index.row(row);
  return `${seqs.join(' ')} ${isRedacted}`;
}

export interface KeysInput {
  readonly hands: CallHands;
  readonly deps: CallDeps;
  readonly acts: ActsHandle;
  readonly columns: number;
  readonly page: number;
}

/** Keys, for the acts or for the call. */
export function useKeys(input: KeysInput): void {
  const { hands, deps, acts } = input;
  const { state, dispatch, lines } = hands;
  useInput((typed, key) => {
    if (acts.isOpen) return void acts.press(typed, key);
    const canFold = lines[state.chosen]?.fold !== undefined;
    for (const wanted of intentsOf(typed, key, {
      mode: state.mode,
      isSearched: state.query !== '',
      canFold,
    })) {
      if (wanted.kind === 'act') acts.press(typed, key);
      else if (wanted.kind === 'leave') deps.leave();
      else if (wanted.kind === 'quit') deps.quit();
      else dispatchWanted(wanted, input);
    }
  });
  usePaste((text) => dispatch(pastedText(text)), { isActive: state.mode === 'typing' });
}

function dispatchWanted(wanted: Exclude<Wanted, { kind: 'act' | 'leave' | 'quit' }>, input: KeysInput): void {
  const { hands, page } = input;
  const { dispatch, lines } = hands;
  switch (wanted.kind) {
    case 'move':
      return dispatch({ kind: 'move', move: wanted.move, length: lines.length, page });
    case 'finding':
      return toFinding(wanted.by, input);
    case 'match':
      return toMatch(wanted.way, input);
    case 'refold':
      return refold(wanted.to, input);
    case 'row':
      return toRow(wanted.by, input);
    default:
      return dispatch(wanted);
  }
}

// Where the call has no further finding the next call with one is shown.
function toFinding(by: 1 | -1, input: KeysInput): void {
  const {
    hands: { state, dispatch, sections, findings },
    deps: { session, row, show },
  } = input;
  const found = findings[state.finding + by];
  if (found !== undefined) {
    dispatch({ kind: 'explain', finding: state.finding + by });
    return goTo(unitOf(sections, found), input);
  }
  const next = row < session.index.rows ? session.index.nextFinding(row, by === -1) : undefined;
  if (next === undefined)
    return dispatch({ kind: 'told', notice: by === 1 ? 'no further finding' : 'no finding before this one' });
  return show(next, by === 1 ? 'first' : 'last');
}

function toRow(by: 1 | -1, { deps: { session, row, show }, hands: { dispatch } }: KeysInput): void {
  const next = row + by;
  if (next < 0 || next >= session.index.rows)
    return dispatch({ kind: 'told', notice: by === 1 ? 'this is the last row' : 'this is the first row' });
  return show(next, 'first');
}

function toMatch(way: 'here' | 'after' | 'before', input: KeysInput): void {
  const {
    hands: { state, dispatch, sections, lines },
  } = input;
  if (state.query === '') return;
  const found = nextMatch(sections, state.query, {
    unit: placeAt(lines, state.chosen),
    backwards: way === 'before',
    here: way === 'here',
  });
  if (found === undefined) return dispatch({ kind: 'told', notice: `not found: ${state.query}` });
  return goTo(found, input, state.query);
}

// What is folded around it is unfolded; in a string of many lines the first that has the text.
function goTo(
  unit: Unit,
  { hands: { state, dispatch, sections }, columns, page }: KeysInput,
  query = '',
): void {
  const folds = withoutFoldsAround(sections, state.folds, unit);
  const lines = callLines(sections, folds, columns);
  const first = lineOf(lines, unit);
  const among = lines
    .slice(first)
    .findIndex((line, at) => at > 0 && (line.unit !== unit.unit || line.section !== unit.section));
  const its = lines.slice(first, among === -1 ? undefined : first + among);
  const has = query === '' ? -1 : its.findIndex((line) => textOf(line).includes(query.toLowerCase()));
  dispatch({ kind: 'goto', line: first + Math.max(0, has), folds, length: lines.length, page });
}

function textOf(line: CallLine): string {
  return line
    .spans()
    .map(({ text }) => text)
    .join('')
    .toLowerCase();
}

// What is folded already, or can't be: then its bracket is.
function refold(
  to: 'folded' | 'open' | 'other',
  { hands: { state, dispatch, sections, lines }, columns }: KeysInput,
): void {
  const unit = placeAt(lines, state.chosen);
  const direct = refolded(sections, state.folds, unit, to === 'other' ? undefined : to);
  const parent = direct === state.folds && to === 'folded' ? parentOf(sections, unit) : undefined;
  const folds = parent === undefined ? direct : refolded(sections, state.folds, parent, 'folded');
  if (folds === state.folds) return;
  const chosen = lineOf(callLines(sections, folds, columns), parent ?? unit);
  dispatch({ kind: 'fold', folds, chosen });
}
