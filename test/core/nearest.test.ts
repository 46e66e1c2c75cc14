import { expect, test } from 'vitest';

import { nearest } from '../../src/core/nearest.ts';

test.each([
  ['comand', 'command'],
  ['COMMAND', 'command'],
  ['agrs', 'args'],
  ['urls', 'url'],
  ['databsae', 'database'],
])('%s is most likely %s', (word, meant) => {
  expect(nearest(word, ['command', 'args', 'url', 'database', 'cwd'])).toBe(meant);
});

test.each(['zzzzzz', 'something', ''])('%j is none of them', (word) => {
  expect(nearest(word, ['command', 'database'])).toBeUndefined();
});

test('of none there is none', () => expect(nearest('x', [])).toBeUndefined());

test('of two as near the first', () => expect(nearest('bat', ['cat', 'rat'])).toBe('cat'));
