import fc from 'fast-check';
import { expect, test } from 'vitest';

import { codesOf } from '../../../src/core/policy/classify/lex.ts';
import { Lexicon } from '../../../src/core/policy/classify/lexicon.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '.', '\0'), minLength: 1, maxLength: 9 });
const ascii = word.filter((text) => !text.includes('é'));

test('finds its words where they stand, and no other', () => {
  fc.assert(
    fc.property(fc.array(ascii), fc.array(ascii), word, word, (telling, others, before, text) => {
      const lexicon = new Lexicon({ telling, others });
      const codes = codesOf(`${before}${text}${before}`, new Uint8Array(8));
      const found = lexicon.at(codes, before.length, before.length + text.length);
      const isKnown = telling.includes(text) || others.includes(text);
      expect(found?.text).toBe(isKnown ? text : undefined);
      expect(found?.tells).toBe(isKnown ? telling.includes(text) : undefined);
    }),
  );
});

test('a word that is like one of its own but for some letters is another', () => {
  const lexicon = new Lexicon({ telling: ['delete'] });
  expect(lexicon.at(codesOf('dulete', new Uint8Array(8)), 0, 6)).toBeUndefined();
  expect(lexicon.at(codesOf('delete', new Uint8Array(8)), 0, 6)?.tells).toBe(true);
});
