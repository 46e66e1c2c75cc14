import { expect, test } from 'vitest';

import { wrap, wrapWords } from '../../src/tui/wrap.ts';

test('nothing is left out, and no line is wider than there is room', () => {
  expect(wrap('abcdef\n\ngh', 4)).toEqual(['abcd', 'ef', '', 'gh']);
  expect(wrap('漢字漢', 4)).toEqual(['漢字', '漢']);
  expect(wrap('a漢字', 4)).toEqual(['a漢', '字']);
  expect(wrap('👩‍👩', 3).join('')).toBe('👩‍👩');
  expect(wrap('ab', 0)).toEqual(['ab']);
});

test('prose is broken between words, and what is longer than a line where it has to be', () => {
  expect(wrapWords('to be or\nnot', 5)).toEqual(['to be', 'or', 'not']);
  expect(wrapWords('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  expect(wrapWords('ab cdefgh', 4)).toEqual(['ab', 'cdef', 'gh']);
  expect(wrapWords('a  b', 9)).toEqual(['a  b']);
  expect(wrapWords('', 9)).toEqual(['']);
});
