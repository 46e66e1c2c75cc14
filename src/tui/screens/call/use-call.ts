import { useEffect, useMemo, useRef, useState } from 'react';

import { readSections, type Section } from '../../../core/review/call-sections.ts';
import type { ReviewedSession } from '../../../core/review/source.ts';
import { messageOf } from '../../message-of.ts';
import { type Reduced, useReduced } from '../../use-reduced.ts';
import {
  type CallFinding,
  findingsOf,
  lineOf,
  lineWith,
  placeAt,
  unitOf,
  withoutFoldsAround,
} from './call-doc.ts';
import { type CallLine, callLines, firstFolds, type Folds } from './call-lines.ts';
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
  /** Plays the session from an event on; `place` is this screen as it is left. */
  readonly replay: (seq: number, place: CallState) => void;
  readonly leave: () => void;
  readonly quit: () => void;
}

/** A call as it is read: its events, its lines, its findings. */
export interface CallHands extends Reduced<CallState, Intent> {
  readonly sections: readonly Section[];
  /** Why there is nothing to see. */
  readonly problem: string | undefined;
  /** As they are with these folds. */
  readonly linesWith: (folds: Folds) => readonly CallLine[];
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
  const reduced = useReduced(reduce, () => from ?? atFinding(sections, { findings, at, size }));
  const linesWith = useMemo(() => lastLines(sections, size.columns), [sections, size.columns]);
  useSamePlace(reduced, linesWith, size.pageFor(findings.length));
  return { ...reduced, sections, problem, linesWith, findings };
}

// What somebody looked at stays chosen on a screen of another size, and when more of the call has come.
function useSamePlace(
  { now, dispatch }: Reduced<CallState, Intent>,
  linesWith: LinesWith,
  page: number,
): void {
  const before = useRef(linesWith);
  useEffect(() => {
    if (before.current === linesWith) return;
    const { folds, chosen } = now();
    const unit = placeAt(before.current(folds), chosen);
    before.current = linesWith;
    const lines = linesWith(folds);
    dispatch({ kind: 'goto', line: lineOf(lines, unit), folds, length: lines.length, page });
  }, [linesWith]);
}

type LinesWith = CallHands['linesWith'];

// What was laid out last is not laid out again.
function lastLines(sections: readonly Section[], columns: number): LinesWith {
  let last: { folds: Folds; lines: readonly CallLine[] } | undefined;
  return (folds) => {
    if (last?.folds !== folds) last = { folds, lines: callLines(sections, folds, columns) };
    return last.lines;
  };
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
    {
      kind: 'goto',
      line: lineWith(lines, unit, found.finding.placeholder),
      folds,
      length: lines.length,
      page,
    },
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
