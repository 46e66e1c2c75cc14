import { expect, test } from 'vitest';

import { wrap } from '../../src/tui/wrap.ts';

test('nothing is left out, and no line is wider than there is room', () => {
  expect(wrap('abcdef\n\ngh', 4)).toEqual(['abcd', 'ef', '', 'gh']);
  expect(wrap('漢字漢', 4)).toEqual(['漢字', '漢']);
  expect(wrap('a漢字', 4)).toEqual(['a漢', '字']);
  expect(wrap('👩‍👩', 3).join('')).toBe('👩‍👩');
  expect(wrap('ab', 0)).toEqual(['ab']);
});
