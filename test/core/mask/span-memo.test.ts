import { expect, test } from 'vitest';

import { NOT_KEPT, SpanMemo } from '../../../src/core/mask/span-memo.ts';
import { Window } from '../../../src/core/mask/window.ts';
import { bytes } from './fixtures.ts';

const never = (): number => {
  throw new Error('asked again');
};

test('what was said of some bytes holds for the same bytes elsewhere in the text', () => {
  const memo = new SpanMemo();
  const window = new Window(bytes('abc def abc'), true);
  memo.get(window, { start: 0, end: 3, aside: 0 }, () => 7);
  expect(memo.get(window, { start: 8, end: 11, aside: 0 }, never)).toBe(7);
});

test('it holds for no other bytes, nothing else beside them, and no other text', () => {
  const memo = new SpanMemo();
  const window = new Window(bytes('abc abd abc'), true);
  memo.get(window, { start: 0, end: 3, aside: 0 }, () => 7);
  expect(memo.get(window, { start: 4, end: 7, aside: 0 }, () => 1)).toBe(1);
  expect(memo.get(window, { start: 8, end: 11, aside: 4096 }, () => 2)).toBe(2);
  expect(memo.get(new Window(bytes('abc'), true), { start: 0, end: 3, aside: 0 }, () => 3)).toBe(3);
});

test.each([70, 300])('of %i bytes all count, not only the first and last', (length) => {
  const memo = new SpanMemo();
  const one = 'a'.repeat(length);
  const other = `${'a'.repeat(30)}b${'a'.repeat(length - 31)}`;
  const window = new Window(bytes(`${one}|${other}|${one}`), true);
  const at = (n: number) => ({ start: n * (length + 1), end: n * (length + 1) + length, aside: 0 });
  memo.get(window, at(0), () => 7);
  expect(memo.get(window, at(2), never)).toBe(7);
  expect(memo.get(window, at(1), () => 1)).toBe(1);
});

test('a window that moved is another text', () => {
  const memo = new SpanMemo();
  const window = new Window(bytes('abc'), false);
  memo.get(window, { start: 0, end: 3, aside: 0 }, () => 7);
  window.forgetRuns();
  expect(memo.get(window, { start: 0, end: 3, aside: 0 }, () => 8)).toBe(8);
});

test('what depends on more than the bytes is not kept', () => {
  const memo = new SpanMemo();
  const window = new Window(bytes('abc'), true);
  expect(memo.get(window, { start: 0, end: 3, aside: 0 }, () => NOT_KEPT)).toBe(NOT_KEPT);
  expect(memo.get(window, { start: 0, end: 3, aside: 0 }, () => 4)).toBe(4);
});

test('the mark of a placeholder is found wherever it is asked for', () => {
  const text = 'a hpm_b hpm_c';
  const window = new Window(bytes(text), true);
  // Of many asking, too, for whom all of the text is searched.
  for (const start of Array.from({ length: 20 }, () => [9, 3, 0, 2, 8, 12, 2]).flat())
    for (let end = start; end <= text.length; end++) {
      const at = text.indexOf('hpm_', start);
      expect(window.hasMark(start, end)).toBe(at !== -1 && at < end);
    }
});
