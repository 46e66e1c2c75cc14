import { type Key, usePaste } from 'ink';
import { type Dispatch, type ReactElement, useEffect, useReducer, useRef } from 'react';

import { HallpassError } from '../../core/errors.ts';
import type { ReviewActs } from '../../core/review/source.ts';
import { type KeyHelp, useBody } from '../frame.tsx';
import { messageOf } from '../message-of.ts';
import { pastedText } from '../prompt.ts';
import type { Theme } from '../theme.ts';
import { actOf, intentsIn, keysOf } from './act-keys.ts';
import { type ActsOf, type Dialog, type Intent, type Job, NOTHING, reduce } from './acts-state.ts';
import { ActsBody, bodyLines, footerOf } from './acts-view.tsx';

export type { ActsOf } from './acts-state.ts';

export interface ActsDeps {
  readonly acts: ReviewActs;
  /** Undefined: nothing is chosen. */
  readonly of: ActsOf | undefined;
  readonly theme: Theme;
  /** An act has ended: the session is gone, or is another than it was, or neither. */
  readonly done: (what: Outcome) => void;
}

type Outcome = 'removed' | 'changed' | 'nothing';

export interface ActsHandle {
  /** A dialog is open: it gets every key, by `press`. */
  readonly isOpen: boolean;
  /** True: it was a key of an act, and means nothing else. */
  readonly press: (input: string, key: Partial<Key>) => boolean;
  /** In place of the screen's body while it is there. */
  readonly view: ReactElement | undefined;
  /** In place of the keys: what is asked, or what happened. */
  readonly footer: ReactElement | undefined;
  /** Of the acts that can be done. */
  readonly keys: readonly KeyHelp[];
}

/** What can be done with a session from any screen that shows one. */
export function useActs({ acts, of, theme, done }: ActsDeps): ActsHandle {
  const { columns, rows } = useBody();
  const [state, dispatch] = useReducer(reduce, NOTHING);
  const { dialog } = state;
  useJob(dialog, { acts, dispatch, done });
  useElsewhere(of, dispatch);
  usePaste((text) => dispatch(pastedText(text)), { isActive: dialog.kind === 'typing' });
  const lines = bodyLines(dialog, theme, columns);
  const isOpen = dialog.kind !== 'none';
  return {
    isOpen,
    press: (input, key) => {
      // That ends the program, whatever is open.
      if (key.ctrl === true && input === 'c') return false;
      const pressed = isOpen || key.ctrl === true || key.meta === true ? undefined : actOf(input, acts, of);
      if (pressed !== undefined && of !== undefined) dispatch({ kind: 'open', ...pressed, of });
      const open = { dialog, length: lines?.length ?? 0, page: rows };
      for (const intent of intentsIn(open, input, key)) dispatch(intent);
      return isOpen || pressed !== undefined;
    },
    view: lines && <ActsBody lines={lines} dialog={dialog} rows={rows} />,
    footer: footerOf(state, theme),
    keys: keysOf(acts, of),
  };
}

interface Hands {
  readonly acts: ReviewActs;
  readonly dispatch: Dispatch<Intent>;
  readonly done: (what: Outcome) => void;
}

// Each is done once, by what was at hand when it began; what it comes to is of no interest to a screen that is gone.
function useJob(dialog: Dialog, hands: Hands): void {
  const latest = useRef(hands);
  latest.current = hands;
  useEffect(() => {
    if (dialog.kind !== 'busy') return undefined;
    const ended = new AbortController();
    const { acts, dispatch } = latest.current;
    const { job, of } = dialog;
    void doneBy(job, { acts, of, signal: ended.signal })
      .catch((error: unknown): Done => failed(error))
      .then(({ intent, outcome }) => {
        // What is done is done, also when nobody looks any more.
        if (outcome !== undefined) latest.current.done(outcome);
        if (!ended.signal.aborted) dispatch(intent);
      });
    return () => ended.abort();
  }, [dialog]);
}

// What came of an act stands there until something else is chosen.
function useElsewhere(of: ActsOf | undefined, dispatch: Dispatch<Intent>): void {
  const chosen = of && `${of.session} ${of.targets.join(' ')}`;
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) dispatch({ kind: 'elsewhere' });
    isFirst.current = false;
  }, [chosen]);
}

interface Done {
  readonly intent: Intent;
  /** Undefined: it goes on. */
  readonly outcome: Outcome | undefined;
}

interface With {
  readonly acts: ReviewActs;
  readonly of: ActsOf;
  readonly signal: AbortSignal;
}

async function doneBy(job: Job, { acts, of, signal }: With): Promise<Done> {
  const { session, targets, finding } = of;
  switch (job.kind) {
    case 'verify': {
      const verification = await of.verify?.(signal);
      return verification === undefined ? cannot() : silently({ kind: 'verified', verification });
    }
    case 'allow': {
      const plan = finding && (await acts.allow?.(session, finding));
      return plan === undefined ? cannot() : silently({ kind: 'planned', plan });
    }
    case 'ask':
      await acts.amendable?.(session);
      return { intent: { kind: 'askable' }, outcome: undefined };
    case 'redact':
      return said(await acts.redact?.(session, targets, job.reason), 'changed');
    case 'note':
      return said(await acts.note?.(session, job.text, targets[0]), 'changed');
    case 'upload':
      return said(await acts.upload?.(session), 'changed');
    case 'remove':
      return said(await acts.remove?.(session), 'removed');
    case 'export':
      return said(await acts.export?.(session, job.format), 'nothing');
    default:
      return said(await job.plan.write(), 'nothing');
  }
}

function said(text: string | undefined, outcome: Outcome): Done {
  if (text === undefined) return cannot();
  const gone = outcome === 'removed' ? { isOfGone: true as const } : {};
  return { intent: { kind: 'ended', notice: { kind: 'good', text, ...gone } }, outcome };
}

function silently(intent: Intent): Done {
  return { intent, outcome: 'nothing' };
}

function cannot(): Done {
  return failed(new Error('That can not be done here.'));
}

function failed(error: unknown): Done {
  const hint = error instanceof HallpassError ? error.hint : '';
  return { intent: { kind: 'failed', failure: { why: messageOf(error), hint } }, outcome: 'nothing' };
}
