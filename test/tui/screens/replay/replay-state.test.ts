import { describe, expect, test } from 'vitest';

import { positionOf } from '../../../../src/core/review/replay-clock.ts';
import { ReplayTrack } from '../../../../src/core/review/replay-track.ts';
import {
  emptyState,
  type Intent,
  type Moment,
  reduce,
} from '../../../../src/tui/screens/replay/replay-state.ts';
import { intentsOf } from '../../../../src/tui/screens/replay/replay-keys.ts';
import { MemorySession, said, started, wrote } from '../../../helpers/memory-session.ts';

const deny = { outcome: 'deny', reason: 'no', rule: 'r' } as const;
/** A minute: secrets at 20 and 40 seconds, something refused at 50, nothing from 50 on. */
const session = new MemorySession([
  started(),
  ...Array.from({ length: 50 }, (_, n) =>
    wrote(n * 1_000, `${n}\n`, { rules: n === 20 || n === 40 ? ['aws_key'] : [] }),
  ),
  said(50_000, { method: 'tools/call', id: '1', verdict: deny }),
  wrote(60_000, 'end\n'),
]);
const track = new ReplayTrack();
track.readOn(session.index);

function at(seconds: number, isLive = false): Moment {
  return { now: seconds * 1_000, span: track, isLive };
}

/** Where it stands, in seconds, after so many things that happen ten seconds after it began. */
function after(...intents: readonly Intent[]): { seconds: number; isPlaying: boolean; below: number } {
  const state = intents.reduce((before, intent) => reduce(before, intent, at(10)), emptyState(0, 0));
  const { clock, below } = state;
  return { seconds: Math.round(positionOf(clock, at(10)) / 1e5) / 10, isPlaying: clock.isPlaying, below };
}

const step = { kind: 'step', to: 11e6 } as const;
const next = { kind: 'finding', isBack: false } as const;
const previous = { kind: 'finding', isBack: true } as const;

test.for<[string, readonly Intent[], Partial<ReturnType<typeof after>>]>([
  ['nothing', [], { seconds: 10, isPlaying: true }],
  ['a tick', [{ kind: 'tick' }], { seconds: 10, isPlaying: true }],
  ['space', [{ kind: 'toggle' }], { seconds: 10, isPlaying: false }],
  ['space twice', [{ kind: 'toggle' }, { kind: 'toggle' }], { seconds: 10, isPlaying: true }],
  ['5 s on', [{ kind: 'seek', by: 5e6 }], { seconds: 15 }],
  ['30 s back', [{ kind: 'seek', by: -30e6 }], { seconds: 0 }],
  ['far on', [{ kind: 'seek', by: 300e6 }], { seconds: 60 }],
  ['a half', [{ kind: 'part', part: 0.5 }], { seconds: 30 }],
  ['the end', [{ kind: 'part', part: 1 }, { kind: 'tick' }], { seconds: 60, isPlaying: false }],
  ['the next secret', [next], { seconds: 20 }],
  ['the one after it', [next, next], { seconds: 40 }],
  ['none after that', [next, next, next], { seconds: 40 }],
  ['the one before', [next, next, previous], { seconds: 20 }],
  ['none before', [previous], { seconds: 10 }],
  ['an event', [step], { seconds: 11, isPlaying: false }],
  ['faster', [{ kind: 'speed', by: 1 }], { seconds: 10 }],
  ['idle skipped', [{ kind: 'skip' }], { seconds: 10, isPlaying: true }],
  ['up', [{ kind: 'scroll', by: 5, most: 3 }], { seconds: 10, isPlaying: false, below: 3 }],
  [
    'up and down',
    [
      { kind: 'scroll', by: 2, most: 3 },
      { kind: 'scroll', by: -9, most: 3 },
    ],
    { below: 0 },
  ],
  ['up, and on', [{ kind: 'scroll', by: 2, most: 3 }, { kind: 'toggle' }], { below: 0, isPlaying: true }],
  ['help', [{ kind: 'help' }], { seconds: 10, isPlaying: true }],
])('%s', ([, intents, where]) => expect(after(...intents)).toMatchObject(where));

test('where there is no secret it says so, until the next key', () => {
  const none = reduce(emptyState(0, 0), previous, at(10));
  expect(none.notice).toBe('no secret was found there');
  expect(reduce(none, { kind: 'toggle' }, at(10)).notice).toBeUndefined();
});

test('at the end of a session that goes on it waits for more', () => {
  const live = reduce(emptyState(0, 0), { kind: 'tick' }, at(99, true));
  expect(live.clock.isPlaying).toBe(true);
  expect(reduce(live, { kind: 'tick' }, at(99)).clock.isPlaying).toBe(false);
});

test('what there is to see is marked', () => {
  expect(track.marks(12, false).join(' ')).toBe('    finding    finding  refused ');
  expect(track.marks(12, true).at(-1)).toBe('idle');
  expect(track.gaps.saved).toBe(9.5e6);
});

test('a call that ended before anybody decided is marked as refused', () => {
  const undecided = new ReplayTrack();
  const verdict = {
    outcome: 'hold',
    reason: 'It needs approval: apr_1 is not decided yet',
    rule: 'r',
  } as const;
  undecided.readOn(
    new MemorySession([started(), said(10, { method: 'tools/call', id: '1', verdict }), wrote(20, 'end\n')])
      .index,
  );
  expect(undecided.marks(4, false)).toEqual([undefined, undefined, 'refused', undefined]);
});

describe('keys', () => {
  test.for([
    [' ', {}, [{ kind: 'toggle' }]],
    ['', { rightArrow: true }, [{ kind: 'seek', by: 5e6 }]],
    ['', { leftArrow: true }, [{ kind: 'seek', by: -5e6 }]],
    ['', { rightArrow: true, shift: true }, [{ kind: 'seek', by: 30e6 }]],
    ['', { leftArrow: true, shift: true }, [{ kind: 'seek', by: -30e6 }]],
    ['', { pageDown: true }, [{ kind: 'seek', by: 30e6 }]],
    ['', { pageUp: true }, [{ kind: 'seek', by: -30e6 }]],
    ['h', {}, [{ kind: 'seek', by: -5e6 }]],
    ['lll', {}, Array.from({ length: 3 }, () => ({ kind: 'seek', by: 5e6 }))],
    ['L', {}, [{ kind: 'seek', by: 30e6 }]],
    ['H', {}, [{ kind: 'seek', by: -30e6 }]],
    ['+', {}, [{ kind: 'speed', by: 1 }]],
    ['=', {}, [{ kind: 'speed', by: 1 }]],
    ['>', {}, [{ kind: 'speed', by: 1 }]],
    ['-', {}, [{ kind: 'speed', by: -1 }]],
    ['<', {}, [{ kind: 'speed', by: -1 }]],
    ['i', {}, [{ kind: 'skip' }]],
    ['0', {}, [{ kind: 'part', part: 0 }]],
    ['7', {}, [{ kind: 'part', part: 0.7 }]],
    ['g', {}, [{ kind: 'part', part: 0 }]],
    ['G', {}, [{ kind: 'part', part: 1 }]],
    ['', { home: true }, [{ kind: 'part', part: 0 }]],
    ['', { end: true }, [{ kind: 'part', part: 1 }]],
    [']', {}, [{ kind: 'finding', isBack: false }]],
    ['[', {}, [{ kind: 'finding', isBack: true }]],
    ['.', {}, [{ kind: 'event', by: 1 }]],
    [',', {}, [{ kind: 'event', by: -1 }]],
    ['k', {}, [{ kind: 'scroll', by: 1 }]],
    ['', { upArrow: true }, [{ kind: 'scroll', by: 1 }]],
    ['', { downArrow: true }, [{ kind: 'scroll', by: -1 }]],
    [
      'jj',
      {},
      [
        { kind: 'scroll', by: -1 },
        { kind: 'scroll', by: -1 },
      ],
    ],
    ['u', { ctrl: true }, [{ kind: 'half', by: 1 }]],
    ['d', { ctrl: true }, [{ kind: 'half', by: -1 }]],
    ['?', {}, [{ kind: 'help' }]],
    ['p', {}, [{ kind: 'leave' }]],
    ['', { escape: true }, [{ kind: 'leave' }]],
    ['', { backspace: true }, [{ kind: 'leave' }]],
    ['q', {}, [{ kind: 'quit' }]],
    // Several at once, as a slow line brings them; what was pasted does not leave.
    ['iG', {}, [{ kind: 'skip' }, { kind: 'part', part: 1 }]],
    ['qpx', {}, []],
    ['toString', {}, [{ kind: 'skip' }, { kind: 'part', part: 0 }]],
    ['c', { ctrl: true }, []],
    ['x', {}, []],
  ] as const)('%j %j', ([input, key, wanted]) => expect(intentsOf(input, key)).toEqual(wanted));
});
