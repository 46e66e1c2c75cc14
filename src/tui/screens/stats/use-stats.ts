import { type Key, useInput } from 'ink';
import { useEffect, useMemo, useReducer, useRef, useState } from 'react';

import { HallpassError } from '../../../core/errors.ts';
import { LIMITS } from '../../../core/limits.ts';
import { RuleCounts } from '../../../core/review/rule-counts.ts';
import type { ReviewedSession } from '../../../core/review/source.ts';
import { type SessionStats, statsOf } from '../../../core/review/stats.ts';
import { type Move, movesOf } from '../../moves.ts';
import { useGrowth } from '../../use-growth.ts';
import type { RulesFound } from './stats-lines.ts';
import { AT_TOP, reduce, type StatsState } from './stats-state.ts';

export interface StatsDeps {
  readonly session: ReviewedSession;
  readonly leave: () => void;
  /** Ends the program; without it `q` leaves. */
  readonly quit?: (() => void) | undefined;
}

export type Wanted =
  | { readonly kind: 'leave' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'help' }
  | { readonly kind: 'move'; readonly move: Move };

/** What was pressed means. */
export function intentsOf(input: string, key: Partial<Key>): Wanted[] {
  if (key.escape || key.backspace || key.leftArrow) return [{ kind: 'leave' }];
  if (key.ctrl || key.meta) return movesOf(input, key).map((move) => ({ kind: 'move', move }));
  if (input === 'h' || input === 's') return [{ kind: 'leave' }];
  if (input === 'q') return [{ kind: 'quit' }];
  if (input === '?') return [{ kind: 'help' }];
  return movesOf(input, key).map((move) => ({ kind: 'move', move }));
}

/** The numbers of a session; while it grows they are counted anew now and then. */
export function useNumbers(
  session: ReviewedSession,
  parts: number,
): { stats: SessionStats; found: RulesFound } {
  const [version, setVersion] = useState(0);
  const counts = useMemo(() => new RuleCounts(session), [session]);
  const [found, setFound] = useState<RulesFound>({ rules: [], isComplete: false });
  const timer = useRef<NodeJS.Timeout>(undefined);
  useGrowth(session, () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setVersion((before) => before + 1);
    }, LIMITS.statsPauseMs);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => countOn(counts, setFound), [counts, version]);
  const stats = useMemo(() => statsOf(session.index, parts), [session, parts, version]);
  return { stats, found };
}

/** What is seen of so many lines, moved by keys. */
export function useScrolling({ leave, quit = leave }: StatsDeps, lines: number, page: number): StatsState {
  const [state, dispatch] = useReducer(reduce, AT_TOP);
  useInput((input, key) => {
    for (const wanted of intentsOf(input, key)) {
      if (wanted.kind === 'quit') quit();
      else if (wanted.kind === 'leave' && !state.isHelp) leave();
      else if (wanted.kind === 'move') dispatch({ ...wanted, lines, page });
      else dispatch({ kind: 'help' });
    }
  });
  return state;
}

// In pieces, between which keys have their turn.
function countOn(counts: RuleCounts, tell: (found: RulesFound) => void): () => void {
  let next: NodeJS.Immediate | undefined;
  const step = (): void => {
    if (isCounted(counts)) tell({ rules: counts.rules, isComplete: true });
    else next = setImmediate(step);
  };
  step();
  return () => clearImmediate(next);
}

// The files may be changed meanwhile: what can't be read leaves what was counted.
function isCounted(counts: RuleCounts): boolean {
  try {
    return counts.step();
  } catch (error) {
    if (error instanceof HallpassError) return true;
    throw error;
  }
}
