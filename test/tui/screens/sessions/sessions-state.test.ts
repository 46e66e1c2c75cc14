import { expect, test } from 'vitest';

import {
  chosenOf,
  emptyState,
  type Intent,
  reduce,
  type SessionsState,
  shownOf,
} from '../../../../src/tui/screens/sessions/sessions-state.ts';
import { intentsOf } from '../../../../src/tui/screens/sessions/use-sessions.ts';
import { BADGES, listed } from '../../../helpers/memory-source.ts';

const [A, B, C] = ['aaaa', 'bbbb', 'cccc'].map((session, at) =>
  listed({ session, connection: ['files', 'db', 'web'][at] ?? '' }),
);
const ALL = [A, B, C].filter((one) => one !== undefined);

function after(...intents: Intent[]): SessionsState {
  return intents.reduce(reduce, emptyState());
}

const came = (all = ALL): Intent => ({ kind: 'came', listed: all, isComplete: true });
const move = (by: number): Intent => ({ kind: 'move', move: { by }, page: 2 });
const type = (text: string): Intent => ({ kind: 'type', text });

test.each<[string, Intent[], Partial<SessionsState> & { chosenId?: string; shown?: string[] }]>([
  ['the newest is chosen', [came()], { chosenId: 'aaaa', isComplete: true }],
  ['down and up', [came(), move(1), move(1), move(-1)], { chosenId: 'bbbb' }],
  ['beyond the end is the end', [came(), move(9)], { chosenId: 'cccc', top: 1 }],
  [
    'what comes moves nothing',
    [came(), move(1), came([listed({ session: 'new1' }), ...ALL])],
    { chosenId: 'bbbb' },
  ],
  ['what is gone is not chosen any more', [came(), move(1), came(ALL.slice(0, 1))], { chosenId: 'aaaa' }],
  [
    'a filter takes all words, in any case',
    [came(), { kind: 'filter' }, type('DB ada')],
    { chosenId: 'bbbb', shown: ['bbbb'], mode: 'filter' },
  ],
  [
    'a filter that is sent stays',
    [came(), { kind: 'filter' }, type('web'), { kind: 'send' }],
    { shown: ['cccc'], mode: 'list' },
  ],
  [
    '… and goes with esc',
    [came(), type('web'), { kind: 'back' }],
    { shown: ['aaaa', 'bbbb', 'cccc'], chosenId: 'cccc' },
  ],
  ['erased to the first letter', [came(), type('we'), { kind: 'erase', all: false }], { filter: 'w' }],
  ['erased whole', [came(), type('we'), { kind: 'erase', all: true }], { filter: '' }],
  ['nothing fits', [came(), type('zzz')], { shown: [] }],
  ['what is chosen is opened', [came(), move(1), { kind: 'open' }], { opening: 'bbbb' }],
  ['of nothing nothing is opened', [{ kind: 'open' }], { opening: undefined }],
  [
    'what went wrong is told',
    [came(), { kind: 'open' }, { kind: 'told', notice: 'no' }],
    { opening: undefined, notice: 'no' },
  ],
  ['help comes and goes', [{ kind: 'help' }, { kind: 'back' }], { mode: 'list' }],
])('%s', (_what, intents, expected) => {
  const state = after(...intents);
  const { chosenId, shown, ...rest } = expected;
  expect(state).toMatchObject(rest);
  if (chosenId !== undefined) expect(chosenOf(state)?.session).toBe(chosenId);
  if (shown !== undefined) expect(shownOf(state).map(({ session }) => session)).toEqual(shown);
});

test('what is known of a session is known until it is another', () => {
  const known = reduce(after(came()), { kind: 'known', id: 'aaaa', badges: BADGES });
  expect(reduce(known, came()).badges.has('aaaa')).toBe(true);
  const grown = ALL.map((one) => (one.session === 'aaaa' ? { ...one, events: 25 } : one));
  expect(reduce(known, came(grown)).badges.has('aaaa')).toBe(false);
  expect(reduce(known, { kind: 'stale', id: 'aaaa' }).badges.has('aaaa')).toBe(false);
});

test('who waits for a session gets the next one that is recorded, once', () => {
  const waiting = emptyState(true);
  expect(reduce(waiting, came()).opening).toBeUndefined();
  const live = reduce(waiting, came([...ALL, listed({ session: 'live', state: 'open' })]));
  expect(live).toMatchObject({ opening: 'live', chosen: 'live', awaits: false });
  expect(reduce(waiting, { kind: 'back' }).awaits).toBe(false);
});

test.each([
  ['j', {}, 'list', ['move']],
  ['jj', {}, 'list', ['move', 'move']],
  ['', { downArrow: true }, 'list', ['move']],
  ['', { return: true }, 'list', ['open']],
  ['l', {}, 'list', ['open']],
  ['/', {}, 'list', ['filter']],
  ['A', {}, 'list', ['approvals']],
  ['q', {}, 'list', ['quit']],
  ['D', {}, 'list', ['act']],
  ['?', {}, 'list', ['help']],
  ['', { escape: true }, 'list', ['back']],
  ['q', {}, 'filter', ['type']],
  ['?', {}, 'filter', ['type']],
  ['db\r', {}, 'filter', ['type', 'send']],
  ['', { downArrow: true }, 'filter', ['move']],
  ['', { escape: true }, 'filter', ['back']],
  ['j', {}, 'help', []],
  ['q', {}, 'help', ['quit']],
  ['q', {}, 'waiting', ['quit']],
  ['A', {}, 'waiting', ['approvals']],
  ['?', {}, 'waiting', ['help']],
  ['', { escape: true }, 'waiting', ['back']],
  ['', { return: true }, 'waiting', []],
  ['/', {}, 'waiting', []],
  ['D', {}, 'waiting', []],
] as const)('%j %j in %s means %j', (input, key, mode, kinds) => {
  const state: SessionsState =
    mode === 'waiting' ? { ...after(came()), awaits: true } : { ...after(came()), mode };
  expect(intentsOf(input, key, { state, page: 5 }).map(({ kind }) => kind)).toEqual(kinds);
});
