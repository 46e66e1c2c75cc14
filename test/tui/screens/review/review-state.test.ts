import { expect, test } from 'vitest';

import { openIn, type Place, reduce, stateOf } from '../../../../src/tui/screens/review/review-state.ts';
import { MemorySession, started } from '../../../helpers/memory-session.ts';

const session = new MemorySession([started()]);
const LIST: Place = { kind: 'sessions', awaits: false };
const STATS: Place = { kind: 'stats', session };
const CALL: Place = { kind: 'call', session, row: 3, at: 'first' };

test('a screen comes over another, which is found as it was left', () => {
  const left: Place = { ...LIST, awaits: true };
  const over = reduce(stateOf(LIST), { kind: 'enter', place: STATS, left });
  expect(over.screens.map(({ place }) => place)).toEqual([left, STATS]);
  expect(openIn(over)).toEqual(new Set([session]));
  const back = reduce(over, { kind: 'leave' });
  expect(back.screens.map(({ place }) => place)).toEqual([left]);
  expect(openIn(back)).toEqual(new Set());
});

test('the first screen is never left', () => {
  expect(reduce(stateOf(LIST), { kind: 'leave' }).screens).toHaveLength(1);
});

test('one call takes the place of another, as a screen of its own', () => {
  const shown = reduce(stateOf(LIST, CALL), { kind: 'replace', place: { ...CALL, row: 4 } });
  expect(shown.screens.map(({ place }) => place)).toEqual([LIST, { ...CALL, row: 4 }]);
  expect(shown.screens.map(({ number }) => number)).toEqual([0, 2]);
});
