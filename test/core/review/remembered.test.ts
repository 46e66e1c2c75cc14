import { expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { Remembered } from '../../../src/core/review/remembered.ts';

test('what came last is had first, or the oldest that fits', () => {
  const waiting = new Remembered<number>();
  for (const value of [1, 2, 3, 4]) waiting.add('a', value);
  expect(waiting.newest('a')).toBe(4);
  expect(waiting.take('a', (value) => value % 2 === 0)).toBe(2);
  expect(waiting.take('a', (value) => value > 4)).toBe(undefined);
  expect([1, 2, 3, 4].map(() => waiting.takeNewest('a'))).toEqual([4, 3, 1, undefined]);
  expect(waiting.isEmpty).toBe(true);
});

test('a log full of what never comes is forgotten from its beginning', () => {
  const waiting = new Remembered<number>();
  for (let at = 0; at < LIMITS.reviewOpenCalls + 2; at += 1) waiting.add(`id ${at}`, at);
  expect([0, 1, 2].map((at) => waiting.newest(`id ${at}`))).toEqual([undefined, undefined, 2]);
  expect(waiting.newest(`id ${LIMITS.reviewOpenCalls + 1}`)).toBe(LIMITS.reviewOpenCalls + 1);
});

test('what is added to stays longest; of one id there are so many and no more', () => {
  const waiting = new Remembered<number>();
  waiting.add('old', 1);
  for (let at = 0; at < LIMITS.reviewOpenCalls - 1; at += 1) waiting.add(`id ${at}`, at);
  waiting.add('old', 2);
  waiting.add('new', 3);
  expect([waiting.newest('old'), waiting.newest('id 0'), waiting.newest('id 1')]).toEqual([2, undefined, 1]);
  for (let at = 0; at < 1_000; at += 1) waiting.add('same', at);
  expect(waiting.take('same')).toBe(1_000 - LIMITS.reviewSameId);
});
