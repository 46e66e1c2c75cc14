import { type Key, useInput, usePaste } from 'ink';
import { type Dispatch, useEffect, useReducer } from 'react';

import type { ApprovalSource, ListedApproval } from '../../../core/approvals/source.ts';
import { LIMITS } from '../../../core/limits.ts';
import { visible } from '../../../core/visible.ts';
import {
  type ApprovalsState,
  chosenOf,
  emptyState,
  type Intent,
  type Notice,
  reduce,
} from './approvals-state.ts';

export interface ApprovalsDeps {
  readonly sources: readonly ApprovalSource[];
  readonly now: () => number;
  /** Shows an address in a browser, where there is one. */
  readonly open?: ((url: string) => void) | undefined;
}

/**
 * What was pressed means. Keys may come several at a time; in the list only those that move count then: what was pasted
 * decides nothing.
 */
export function intentsOf(input: string, key: KeyOf, mode: ApprovalsState['mode']): Wanted[] {
  if (key.ctrl && input === 'c') return [{ kind: 'leave', interrupted: true }];
  if (mode.kind === 'deciding') return [];
  if (mode.kind === 'help') return key.escape || /^[?q]$/.test(input) ? [{ kind: 'help' }] : [];
  if (mode.kind === 'reason') return whileTyping(input, key);
  const keys = /^(?:j+|k+)$/.test(input) ? input.split('') : [input];
  return keys.flatMap((one) => inList(one, key) ?? []);
}

/** An intent; how far a page goes only the view knows. */
type Wanted = Exclude<Intent, { kind: 'scroll' }> | { readonly kind: 'page'; readonly by: 1 | -1 };

type KeyOf = Partial<Key>;

function inList(input: string, key: KeyOf): Wanted | undefined {
  if (key.upArrow || input === 'k') return { kind: 'choose', by: -1 };
  if (key.downArrow || input === 'j') return { kind: 'choose', by: 1 };
  if (key.pageDown || input === ' ') return { kind: 'page', by: 1 };
  if (key.pageUp || input === 'b') return { kind: 'page', by: -1 };
  if (key.escape || input === 'q') return { kind: 'leave', interrupted: false };
  if (input === '?') return { kind: 'help' };
  if (key.ctrl || key.meta) return undefined;
  if (input === 'a') return { kind: 'ask', verdict: 'approve' };
  return input === 'd' ? { kind: 'ask', verdict: 'deny' } : undefined;
}

function whileTyping(input: string, key: KeyOf): Wanted[] {
  if (key.escape) return [{ kind: 'back' }];
  if (key.return) return [{ kind: 'send' }];
  if (key.ctrl && input === 'u') return [{ kind: 'erase', all: true }];
  if (key.backspace || key.delete) return [{ kind: 'erase', all: false }];
  if (key.ctrl || key.meta || key.tab || input === '') return [];
  // A slow line brings the last letters and Enter together.
  const sent = input.endsWith('\r');
  return [typed(input.replace(/\r$/, '')), ...(sent ? [{ kind: 'send' } as const] : [])];
}

// Of something pasted only the text counts.
function typed(text: string): Extract<Intent, { kind: 'type' }> {
  return { kind: 'type', text: visible(text.replaceAll(/[\r\n\t]+/g, ' '), { oneLine: true }) };
}

/** The screen's state, fed by keys, by the clock and by the sources. `onPage` knows how far a page goes. */
export function useApprovals(deps: ApprovalsDeps, onPage: (by: 1 | -1) => Intent): ApprovalsState {
  const [state, dispatch] = useReducer(reduce, deps.now(), emptyState);
  useInput((input, key) => {
    for (const wanted of intentsOf(input, key, state.mode)) {
      const url = wanted.kind === 'ask' ? chosenOf(state)?.url : undefined;
      if (url !== undefined) deps.open?.(url);
      dispatch(wanted.kind === 'page' ? onPage(wanted.by) : wanted);
    }
  });
  usePaste((text) => {
    if (state.mode.kind === 'reason') dispatch(typed(text));
  });
  useEffect(() => follow(deps, dispatch), [deps]);
  useEffect(() => {
    const timer = setInterval(() => dispatch({ kind: 'ticked', now: deps.now() }), LIMITS.countdownMs);
    return () => clearInterval(timer);
  }, [deps]);
  const { mode } = state;
  useEffect(() => {
    if (mode.kind === 'deciding') void decide(mode, { deps, dispatch });
  }, [mode, deps]);
  const short = shortOf(state);
  useEffect(() => {
    if (short !== undefined) void complete(short, { deps, dispatch });
  }, [short, deps]);
  return state;
}

// The id of the one chosen while more of it is to be had.
function shortOf(state: ApprovalsState): string | undefined {
  const chosen = chosenOf(state);
  return chosen?.isShort === true ? chosen.approval.id : undefined;
}

function follow(deps: ApprovalsDeps, dispatch: Dispatch<Intent>): () => void {
  const endings = deps.sources.map((source) => followOne(source, { deps, dispatch }));
  return () => {
    for (const end of endings) end();
  };
}

// Listens first and looks then: what comes in between is not missed. Of many rings that come together one is answered. A
// source out of reach, or slow, holds up none of the others, and what it had is not forgotten.
function followOne(source: ApprovalSource, { deps, dispatch }: Hands): () => void {
  const ended = new AbortController();
  let next: ReturnType<typeof setTimeout> | undefined;
  let isLost = false;
  const fail = (error: unknown): void => {
    isLost = true;
    dispatch({ kind: 'told', notice: failure(error) });
  };
  const show = (listed: ListedApproval[]): void => {
    if (ended.signal.aborted) return;
    dispatch({ kind: 'came', at: source.name, listed, now: deps.now() });
    if (isLost) dispatch({ kind: 'told', notice: { kind: 'good', text: `${source.name} answers again` } });
    isLost = false;
  };
  const look = (): void => {
    next ??= setTimeout(() => {
      next = undefined;
      source.list().then(show, fail);
    }, LIMITS.approvalsLookMs);
  };
  source.listen(look).then((listening) => {
    if (ended.signal.aborted) listening.close();
    else ended.signal.addEventListener('abort', () => listening.close());
  }, fail);
  look();
  return () => {
    clearTimeout(next);
    ended.abort();
  };
}

interface Hands {
  readonly deps: ApprovalsDeps;
  readonly dispatch: Dispatch<Intent>;
}

async function complete(id: string, { deps, dispatch }: Hands): Promise<void> {
  try {
    for (const source of deps.sources) {
      const whole = await source.find(id);
      if (whole !== undefined) return dispatch({ kind: 'found', whole });
    }
  } catch (error) {
    dispatch({ kind: 'told', notice: failure(error) });
  }
}

async function decide(
  { id, word }: Extract<ApprovalsState['mode'], { kind: 'deciding' }>,
  { deps, dispatch }: Hands,
): Promise<void> {
  const notice = await said(id, word, deps.sources).catch(failure);
  dispatch({ kind: 'done', notice });
}

async function said(
  id: string,
  word: Extract<ApprovalsState['mode'], { kind: 'deciding' }>['word'],
  sources: readonly ApprovalSource[],
): Promise<Notice> {
  for (const source of sources) {
    const decided = await source.decide?.(id, word);
    if (decided === undefined) continue;
    if (typeof decided === 'string') return { kind: 'warning', text: `${id} is not decided: ${decided}` };
    return word.verdict === 'deny'
      ? { kind: 'bad', text: `${id} denied` }
      : { kind: 'good', text: `${id} approved` };
  }
  return { kind: 'warning', text: `${id} is not there any more` };
}

function failure(error: unknown): Notice {
  return { kind: 'bad', text: error instanceof Error ? error.message : String(error) };
}
