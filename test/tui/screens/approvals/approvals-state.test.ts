import { expect, test } from 'vitest';

import type { Approval } from '../../../../src/core/approvals/approval.ts';
import type { ListedApproval } from '../../../../src/core/approvals/source.ts';
import { LIMITS } from '../../../../src/core/limits.ts';
import {
  type ApprovalsState,
  chosenOf,
  emptyState,
  type Intent,
  reduce,
} from '../../../../src/tui/screens/approvals/approvals-state.ts';
import { intentsOf } from '../../../../src/tui/screens/approvals/use-approvals.ts';
import { anApproval } from '../../../helpers/an-approval.ts';

const HERE = 'this device';
const listed = (...ids: string[]): ListedApproval[] => ids.map((id) => item({ id }));
const item = (more: Partial<Approval>, url?: string): ListedApproval => ({
  approval: anApproval(more),
  at: HERE,
  url,
});
const came = (...ids: string[]): Intent => ({
  kind: 'came',
  at: HERE,
  listed: listed(...ids),
  now: 1_000,
});
const after = (...intents: Intent[]): ApprovalsState => intents.reduce(reduce, emptyState(0));
const cameAt = (at: string, ...these: ListedApproval[]): Intent => ({
  kind: 'came',
  at,
  listed: these,
  now: 0,
});
const down: Intent = { kind: 'choose', by: 1 };
const approve: Intent = { kind: 'ask', verdict: 'approve' };

test('the first that comes is chosen, and stays so whatever comes or goes', () => {
  expect(after(came('a', 'b')).chosen).toBe('a');
  expect(after(came('b'), came('a', 'b')).chosen).toBe('b');
  expect(after(came('a', 'b', 'c'), down, came('b', 'c')).chosen).toBe('b');
});

test('what is over leaves nothing chosen: the next key is not for the one that moved up', () => {
  const state = after(came('a', 'b'), came('b'));
  expect(state.chosen).toBeUndefined();
  expect(reduce(state, approve).mode).toEqual({ kind: 'list' });
  expect(reduce(state, down).chosen).toBe('b');
});

test('what is over while a reason is typed is not decided', () => {
  const typing = after(came('a', 'b'), approve, { kind: 'type', text: 'ok' });
  const state = reduce(typing, came('b'));
  expect(state.mode).toEqual({ kind: 'list' });
  expect(state.notice?.text).toMatch(/^a is over/);
  const late = reduce(typing, { kind: 'ticked', now: 600_000 });
  expect(late).toMatchObject({ mode: { kind: 'list' }, listed: [] });
});

test('choosing stops at both ends, and not while a reason is typed', () => {
  expect(after(came('a', 'b'), down, down, down).chosen).toBe('b');
  expect(after(came('a', 'b'), { kind: 'choose', by: -9 }).chosen).toBe('a');
  expect(after(came('a', 'b'), approve, down).chosen).toBe('a');
});

test('a reason is typed, corrected, taken back or sent, and is not endless', () => {
  const typed = after(came('a'), approve, { kind: 'type', text: 'ok🙂' });
  expect(reduce(typed, { kind: 'erase', all: false }).mode).toMatchObject({ word: { reason: 'ok' } });
  expect(reduce(typed, { kind: 'erase', all: true }).mode).toMatchObject({ word: { reason: '' } });
  expect(reduce(typed, { kind: 'back' }).mode).toEqual({ kind: 'list' });
  const sent = reduce(typed, { kind: 'send' });
  expect(sent.mode).toEqual({ kind: 'deciding', id: 'a', word: { verdict: 'approve', reason: 'ok🙂' } });
  expect(reduce(sent, { kind: 'send' })).toBe(sent);
  const long = reduce(typed, { kind: 'type', text: 'x'.repeat(5_000) });
  const reason = `ok🙂${'x'.repeat(5_000)}`.slice(0, LIMITS.reasonCharacters);
  expect(long.mode).toMatchObject({ word: { reason } });
});

test('what goes wrong meanwhile is said, and ends nobody’s typing', () => {
  const notice = { kind: 'bad', text: 'the hub is out of reach' } as const;
  const typing = after(came('a'), approve, { kind: 'type', text: 'ok' });
  expect(reduce(typing, { kind: 'told', notice })).toEqual({ ...typing, notice });
});

test('what a hub keeps is decided in a browser, and the screen says where', () => {
  const state = reduce(after(cameAt('hub', { ...item({}, 'https://hub.example/a'), at: 'hub' })), approve);
  expect(state.mode).toEqual({ kind: 'list' });
  expect(state.notice?.text).toContain('https://hub.example/a');
});

test('what one source has moves nothing of another one’s; the oldest of all is first', () => {
  const hub = (id: string, createdAt: number): ListedApproval => ({
    ...item({ id, createdAt }, `https://hub.example/${id}`),
    at: 'hub',
  });
  const ids = (state: ApprovalsState): string[] => state.listed.map(({ approval: { id } }) => id);
  const both = after(cameAt(HERE, item({ id: 'b', createdAt: 2 })), cameAt('hub', hub('a', 1), hub('c', 3)));
  expect(ids(both)).toEqual(['a', 'b', 'c']);
  expect(both.chosen).toBe('b');
  expect(ids(reduce(both, cameAt('hub')))).toEqual(['b']);
  expect(ids(reduce(both, cameAt(HERE)))).toEqual(['a', 'c']);
});

test('what a list leaves out is filled in for the one that is chosen, and for no other', () => {
  const short = { ...item({ presented: '' }, 'https://hub.example/apr_1'), at: 'hub', isShort: true };
  const state = after(cameAt('hub', short));
  expect(chosenOf(state)).toMatchObject({ isShort: true, approval: { presented: '' } });
  const whole = { ...short, approval: { ...short.approval, presented: '{"sql":"DROP"}' } };
  expect(chosenOf(reduce(state, { kind: 'found', whole }))).toMatchObject({
    isShort: false,
    approval: { presented: '{"sql":"DROP"}' },
  });
  const other = { ...whole, approval: { ...whole.approval, id: 'apr_2' } };
  expect(chosenOf(reduce(state, { kind: 'found', whole: other }))).toMatchObject({ isShort: true });
});

test('what takes other people than there are on a device can only be denied there', () => {
  const lacking = { ...item({}), lack: '2 people of dba' };
  const state = after(cameAt(HERE, lacking));
  const asked = reduce(state, approve);
  expect(asked.mode).toEqual({ kind: 'list' });
  expect(asked.notice?.text).toMatch(/only be denied here: it takes 2 people of dba.*hallpass login/);
  expect(reduce(state, { kind: 'ask', verdict: 'deny' }).mode).toMatchObject({ kind: 'reason' });
});

test('scrolling goes as far as there is something to see', () => {
  const scrolled = after(came('a'), { kind: 'scroll', by: 9, last: 5 });
  expect(scrolled.scrolled).toBe(5);
  expect(reduce(scrolled, { kind: 'scroll', by: -9, last: 5 }).scrolled).toBe(0);
});

const LIST = { kind: 'list' } as const;
const REASON = { kind: 'reason', id: 'a', word: { verdict: 'deny', reason: '' } } as const;

test('one key is one decision; several at once only move', () => {
  expect(intentsOf('a', {}, LIST)).toEqual([{ kind: 'ask', verdict: 'approve' }]);
  expect(intentsOf('d', {}, LIST)).toEqual([{ kind: 'ask', verdict: 'deny' }]);
  expect(intentsOf('jj', {}, LIST)).toEqual([down, down]);
  expect(intentsOf('', { downArrow: true }, LIST)).toEqual([down]);
  for (const pasted of ['a\r', 'aa', 'jja', 'A']) expect(intentsOf(pasted, {}, LIST)).toEqual([]);
  expect(intentsOf('a', { ctrl: true }, LIST)).toEqual([]);
});

test('of what is typed as a reason only text is kept; Enter may come with it', () => {
  expect(intentsOf('no\r', {}, REASON)).toEqual([{ kind: 'type', text: 'no' }, { kind: 'send' }]);
  expect(intentsOf('a\rb', {}, REASON)).toEqual([{ kind: 'type', text: 'a b' }]);
  expect(intentsOf('\u202e', {}, REASON)).toEqual([{ kind: 'type', text: '\\u{202e}' }]);
  expect(intentsOf('', { return: true }, REASON)).toEqual([{ kind: 'send' }]);
  expect(intentsOf('', { escape: true }, REASON)).toEqual([{ kind: 'back' }]);
  expect(intentsOf('q', {}, REASON)).toEqual([{ kind: 'type', text: 'q' }]);
});

test('Ctrl-C leaves wherever somebody is', () => {
  for (const mode of [LIST, REASON, { ...REASON, kind: 'deciding' } as const])
    expect(intentsOf('c', { ctrl: true }, mode)).toEqual([{ kind: 'leave', interrupted: true }]);
});

test('the help page comes and goes, and whatever was chosen stays', () => {
  const shown = reduce(emptyState(0), { kind: 'help' });
  expect(shown.mode).toEqual({ kind: 'help' });
  expect(reduce(shown, { kind: 'help' }).mode).toEqual({ kind: 'list' });
});
