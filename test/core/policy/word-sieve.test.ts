import fc from 'fast-check';
import { expect, test } from 'vitest';

import { WordSieve } from '../../../src/core/policy/classify/word-sieve.ts';

const ascii = fc.string({ unit: fc.constantFrom('a', 'b', '.', '$', '\0'), minLength: 1, maxLength: 40 });

test('lets no word of its set go by, and most others', () => {
  fc.assert(
    fc.property(fc.array(ascii), (words) => {
      const sieve = new WordSieve(words);
      expect(words.every((word) => sieve.passes(word))).toBe(true);
    }),
  );
  const sieve = new WordSieve(['drop', 'alter', 'x'.repeat(60)]);
  const others = ['', 'drops', 'dro', 'select', 'é', 'y'.repeat(60)];
  expect(others.filter((word) => sieve.passes(word))).toEqual([]);
  expect(sieve.passes('x'.repeat(31))).toBe(true);
});
