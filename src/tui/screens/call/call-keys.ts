import { type Key, useInput, usePaste } from 'ink';

import type { ActsHandle } from '../../acts/use-acts.tsx';
import { eachKey, type Pressed } from '../../each-key.ts';
import { movesOf } from '../../moves.ts';
import { pastedText, typingOf } from '../../prompt.ts';
import {
  lineOf,
  lineWith,
  nextMatch,
  parentOf,
  placeAt,
  refolded,
  type Unit,
  unitOf,
  withoutFoldsAround,
} from './call-doc.ts';
import type { CallLine } from './call-lines.ts';
import type { CallState, Intent } from './call-state.ts';
import type { CallDeps, CallHands } from './use-call.ts';

/** What a key means; `act` is left to the acts. */
export type Wanted =
  | Exclude<Intent, { kind: 'move' | 'goto' | 'explain' | 'fold' }>
  | { readonly kind: 'move'; readonly move: ReturnType<typeof movesOf>[number] }
  | { readonly kind: 'finding'; readonly by: 1 | -1 }
  | { readonly kind: 'match'; readonly way: 'here' | 'after' | 'before' }
  | { readonly kind: 'refold'; readonly to: 'folded' | 'open' | 'other' }
  | { readonly kind: 'row'; readonly by: 1 | -1 }
  | { readonly kind: 'replay' }
  | { readonly kind: 'leave' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'act' };

/** What a key means. */
export function intentsOf(
  input: string,
  key: Partial<Key>,
  at: { state: Pick<CallState, 'mode' | 'query' | 'notice'>; canFold: boolean },
): Wanted[] {
  const { mode, query } = at.state;
  if (mode === 'typing')
    return typingOf(input, key).flatMap((one): Wanted[] =>
      one.kind === 'send' ? [one, { kind: 'match', way: 'here' }] : [one],
    );
  if (input === '?') return [{ kind: 'help' }];
  if (input === 'q' && !key.ctrl) return [{ kind: 'quit' }];
  if (key.escape || key.backspace) return [back(at.state)];
  if (mode === 'help') return [];
  if (key.return || (input === ' ' && at.canFold)) return [{ kind: 'refold', to: 'other' }];
  if (key.rightArrow) return [{ kind: 'refold', to: 'open' }];
  if (key.leftArrow) return [{ kind: 'refold', to: 'folded' }];
  const moves = movesOf(input, key);
  if (moves.length > 0) return moves.map((move) => ({ kind: 'move', move }));
  return [(query === '' ? undefined : MATCHES[input]) ?? KEYS[input] ?? { kind: 'act' }];
}

// One step at a time: the help page, the search or what came of it, the screen.
function back({ mode, query, notice }: Pick<CallState, 'mode' | 'query' | 'notice'>): Wanted {
  if (mode === 'help') return { kind: 'help' };
  return query !== '' || notice !== undefined ? { kind: 'back' } : { kind: 'leave' };
}

// While there is something to go to these come first.
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
  p: { kind: 'replay' },
  '/': { kind: 'slash' },
};
export interface KeysInput {
  readonly hands: CallHands;
  readonly deps: CallDeps;
  readonly acts: ActsHandle;
  readonly page: number;
}

/** Keys, for the acts or for the call. */
export function useKeys(input: KeysInput): void {
  const { hands, acts } = input;
  useInput((typed, key) => {
    if (acts.isOpen) acts.press(typed, key);
    else for (const pressed of eachKey(typed, key)) press(pressed);
  });
  usePaste((text) => hands.dispatch(pastedText(text)), { isActive: hands.state.mode === 'typing' });
  const press = (pressed: Pressed): void => {
    const state = hands.now();
    const canFold = hands.linesWith(state.folds)[state.chosen]?.fold !== undefined;
    for (const wanted of intentsOf(pressed.input, pressed.key, { state, canFold }))
      obey(wanted, pressed, input);
  };
}

function obey(wanted: Wanted, pressed: Pressed, input: KeysInput): void {
  const { hands, deps, acts, page } = input;
  const { dispatch } = hands;
  switch (wanted.kind) {
    case 'act':
      return pressed.isAlone ? void acts.press(pressed.input, pressed.key) : undefined;
    case 'quit':
      return pressed.isAlone ? deps.quit() : undefined;
    case 'leave':
      return deps.leave();
    case 'replay':
      return replay(input);
    case 'move':
      return dispatch({ kind: 'move', move: wanted.move, length: linesNow(hands).length, page });
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

function replay({ hands, deps: { session, row, replay: show } }: KeysInput): void {
  const [seq] = row < session.index.rows ? session.index.row(row).seqs : [];
  if (seq !== undefined) show(seq, hands.now());
}

function linesNow({ now, linesWith }: CallHands): readonly CallLine[] {
  return linesWith(now().folds);
}

// Where the call has no further finding the next call with one is shown.
function toFinding(by: 1 | -1, input: KeysInput): void {
  const { hands, deps } = input;
  const { dispatch, sections, findings } = hands;
  const { session, row, show } = deps;
  const state = hands.now();
  const found = findings[state.finding + by];
  if (found !== undefined) {
    dispatch({ kind: 'explain', finding: state.finding + by });
    return goTo(unitOf(sections, found), found.finding.placeholder, input);
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
  const { hands } = input;
  const { dispatch, sections } = hands;
  const state = hands.now();
  const lines = linesNow(hands);
  if (state.query === '') return;
  const found = nextMatch(sections, state.query, {
    unit: placeAt(lines, state.chosen),
    backwards: way === 'before',
    here: way === 'here',
  });
  if (found === undefined) return dispatch({ kind: 'missed' });
  return goTo(found, state.query, input);
}

// What is folded around it is unfolded; of a string of many lines the one that has the text is shown.
function goTo(unit: Unit, text: string, { hands, page }: KeysInput): void {
  const { dispatch, sections } = hands;
  const folds = withoutFoldsAround(sections, hands.now().folds, unit);
  const lines = hands.linesWith(folds);
  dispatch({ kind: 'goto', line: lineWith(lines, unit, text), folds, length: lines.length, page });
}

// What is folded already, or can't be: then its bracket is.
function refold(to: 'folded' | 'open' | 'other', { hands }: KeysInput): void {
  const { dispatch, sections } = hands;
  const state = hands.now();
  const lines = linesNow(hands);
  const unit = placeAt(lines, state.chosen);
  const direct = refolded(sections, state.folds, { ...unit, to: to === 'other' ? undefined : to });
  const parent = direct === state.folds && to === 'folded' ? parentOf(sections, unit) : undefined;
  const folds = parent === undefined ? direct : refolded(sections, state.folds, { ...parent, to: 'folded' });
  if (folds === state.folds) return;
  const chosen = lineOf(hands.linesWith(folds), parent ?? unit);
  dispatch({ kind: 'fold', folds, chosen });
}
