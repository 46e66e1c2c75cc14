import { expect, test } from 'vitest';

import { barText } from '../../../../src/tui/screens/session/bar.ts';
import {
  emptyState,
  type Intent,
  reduce,
  type SessionState,
} from '../../../../src/tui/screens/session/session-state.ts';
import { intentsOf } from '../../../../src/tui/screens/session/use-session.ts';

const PAGE = 10;
const grew = (rows: number, isRead = true): Intent => ({ kind: 'grew', rows, isRead, page: PAGE });
const move = (by: number): Intent => ({ kind: 'move', move: { by }, page: PAGE });
const end: Intent = { kind: 'move', move: { to: 'last' }, page: PAGE };
const type = (text: string): Intent => ({ kind: 'type', text });
const seek: Intent = { kind: 'seek', from: 3, backwards: false, isAgain: false };

function after(follows: boolean, ...intents: Intent[]): SessionState {
  return intents.reduce(reduce, emptyState(follows));
}

test.each<[string, boolean, Intent[], Partial<SessionState>]>([
  [
    'the first row is chosen while it is read',
    false,
    [grew(50, false)],
    { chosen: 0, rows: 50, isRead: false },
  ],
  ['down scrolls as far as it has to', false, [grew(50), move(12)], { chosen: 12, top: 3 }],
  [
    'who follows is at the end as it grows',
    true,
    [grew(50), grew(60)],
    { chosen: 59, top: 50, follows: true },
  ],
  ['up stops following', true, [grew(50), move(-1), grew(60)], { chosen: 48, follows: false }],
  ['the end takes it up again', true, [grew(50), move(-1), end, grew(60)], { chosen: 59, follows: true }],
  ['down at the end goes on following', true, [grew(50), move(1)], { follows: true, chosen: 49 }],
  ['a log that is shorter than it was', false, [grew(50), move(40), grew(5)], { chosen: 4 }],
  [
    'to a finding, which ends following',
    true,
    [grew(50), { kind: 'goto', row: 20, page: PAGE, what: 'finding' }],
    { chosen: 20, follows: false },
  ],
  [
    'where there is no finding it says so',
    false,
    [grew(50), { kind: 'goto', row: undefined, page: PAGE, what: 'further finding' }],
    { chosen: 0, notice: 'no further finding' },
  ],
  [
    'a search is typed',
    false,
    [grew(50), { kind: 'slash' }, type('ab'), { kind: 'erase', all: false }],
    { mode: 'typing', query: 'a' },
  ],
  [
    '… sent, and runs',
    false,
    [grew(50), { kind: 'slash' }, type('ab'), { kind: 'send' }, seek],
    { mode: 'timeline', search: { ...seek, kind: 'running' } },
  ],
  [
    '… and finds',
    false,
    [grew(50), type('ab'), seek, { kind: 'found', seq: 70, row: 30, page: PAGE }],
    { chosen: 30, search: { kind: 'found', seq: 70, isAgain: false } },
  ],
  [
    'nothing is sought without a text',
    false,
    [grew(50), { kind: 'slash' }, { kind: 'send' }, seek],
    { search: { kind: 'none' } },
  ],
  ['… or misses', false, [grew(50), type('ab'), seek, { kind: 'missed' }], { search: { kind: 'missed' } }],
  [
    'esc ends it',
    false,
    [grew(50), type('ab'), seek, { kind: 'back' }],
    { query: '', search: { kind: 'none' } },
  ],
  [
    'a session that was changed is verified anew',
    false,
    [{ kind: 'seal', seal: { kind: 'failed', why: 'x' } }, { kind: 'changed' }],
    { seal: { kind: 'unread' }, changes: 1 },
  ],
])('%s', (_what, follows, intents, expected) => {
  expect(after(follows, ...intents)).toMatchObject(expected);
});

const BUSY = after(false, grew(50), { kind: 'slash' }, type('ab'), { kind: 'send' });

test.each([
  ['j', {}, 'idle', ['move']],
  ['', { return: true }, 'idle', ['enter']],
  ['l', {}, 'idle', ['enter']],
  ['p', {}, 'idle', ['enter']],
  ['p', {}, 'searched', ['next']],
  ['n', {}, 'searched', ['next']],
  ['p', {}, 'missed', ['enter']],
  ['', { escape: true }, 'missed', ['back']],
  ['n', {}, 'idle', ['act']],
  [']', {}, 'idle', ['finding']],
  ['h', {}, 'idle', ['leave']],
  ['', { escape: true }, 'idle', ['leave']],
  ['', { escape: true }, 'searched', ['back']],
  ['q', {}, 'typing', ['type']],
  ['', { return: true }, 'typing', ['send', 'search']],
  ['x', {}, 'idle', ['act']],
  ['q', {}, 'idle', ['quit']],
  ['d', { ctrl: true }, 'idle', ['move']],
] as const)('%j %j while %s means %j', (input, key, when, kinds) => {
  const states = {
    idle: after(false, grew(50)),
    searched: BUSY,
    missed: reduce(BUSY, { kind: 'missed' }),
    typing: { ...BUSY, mode: 'typing' as const },
  };
  expect(intentsOf(input, key, { state: states[when], page: PAGE }).map(({ kind }) => kind)).toEqual(kinds);
});

test('a bar is full for the longest, and there for the shortest', () => {
  expect(barText(5_000_000, 5_000_000, 8)).toBe('████████');
  expect(barText(0, 5_000_000, 8)).toBe('▏');
  expect(barText(0, 0, 8)).toBe('▏');
  const lengths = [100, 1_000, 10_000, 100_000, 1_000_000].map(
    (micros) => barText(micros, 1_000_000, 16).length,
  );
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
  expect(new Set(lengths).size).toBe(lengths.length);
});
