import { describe, expect, test } from 'vitest';

import { AT_TOP, type Intent, reduce } from '../../../../src/tui/screens/stats/stats-state.ts';
import { intentsOf } from '../../../../src/tui/screens/stats/use-stats.ts';

const about = { kind: 'move', lines: 30, page: 10 } as const;

test.for<[string, readonly Intent[], { top?: number; isHelp?: boolean }]>([
  ['nothing', [], { top: 0, isHelp: false }],
  ['down', [{ ...about, move: { by: 1 } }], { top: 1 }],
  ['up at the top', [{ ...about, move: { by: -1 } }], { top: 0 }],
  ['a page', [{ ...about, move: { pages: 1 } }], { top: 10 }],
  ['to the end', [{ ...about, move: { to: 'last' } }], { top: Infinity }],
  [
    'up from there',
    [
      { ...about, move: { to: 'last' } },
      { ...about, move: { by: -1 } },
    ],
    { top: 19 },
  ],
  [
    'past the end',
    [
      { ...about, move: { to: 'last' } },
      { ...about, move: { by: 5 } },
    ],
    { top: 20 },
  ],
  [
    'to the top',
    [
      { ...about, move: { pages: 1 } },
      { ...about, move: { to: 'first' } },
    ],
    { top: 0 },
  ],
  ['where all is seen', [{ ...about, lines: 5, move: { by: 1 } }], { top: 0 }],
  ['help', [{ kind: 'help' }], { isHelp: true }],
  ['help twice', [{ kind: 'help' }, { kind: 'help' }], { isHelp: false }],
])('%s', ([, intents, state]) => expect(intents.reduce(reduce, AT_TOP)).toMatchObject(state));

describe('keys', () => {
  test.for([
    ['j', {}, [{ kind: 'move', move: { by: 1 } }]],
    ['', { upArrow: true }, [{ kind: 'move', move: { by: -1 } }]],
    [' ', {}, [{ kind: 'move', move: { pages: 1 } }]],
    ['u', { ctrl: true }, [{ kind: 'move', move: { pages: -0.5 } }]],
    ['G', {}, [{ kind: 'move', move: { to: 'last' } }]],
    ['', { escape: true }, [{ kind: 'leave' }]],
    ['', { leftArrow: true }, [{ kind: 'leave' }]],
    ['h', {}, [{ kind: 'leave' }]],
    ['s', {}, [{ kind: 'leave' }]],
    ['q', {}, [{ kind: 'quit' }]],
    ['?', {}, [{ kind: 'help' }]],
    ['c', { ctrl: true }, []],
    ['quit', {}, []],
  ] as const)('%j %j', ([input, key, wanted]) => expect(intentsOf(input, key)).toEqual(wanted));
});
