import { expect, test } from 'vitest';

import { valueAfter } from '../../../src/core/mask/assignment.ts';
import { SHORTEST_LOOSE } from '../../../src/core/mask/claim.ts';
import { isInProse } from '../../../src/core/mask/prose.ts';
import { Window } from '../../../src/core/mask/window.ts';
import { bytes } from './fixtures.ts';

const BEFORE = ['', ' ', 'the ', 'ENV ', '  setenv  ', '<', 'ns:', '--', 'enable '];
const WORDS = [
  'is',
  'if',
  'a',
  'to',
  'string',
  'hunter',
  'abcdefghijklmn',
  'abcdefghijklmno',
  'abcdefghijklmnop',
];
const TAILS = ['', ' ', 'word', ' word', ' = "value-1"', '= "value-1"', '\n', '"value-1"', '# note'];
const ends = Array.from({ length: 128 }, (_, byte) => String.fromCharCode(byte));

test('a name that is said to stand in a sentence has no value, or one too short', () => {
  let said = 0;
  for (const before of BEFORE) {
    for (const word of WORDS) {
      for (const end of ends) {
        for (const tail of TAILS) {
          const window = new Window(bytes(`${before}api_key ${word}${end}${tail}`), true);
          const name = { start: before.length, end: before.length + 'api_key'.length };
          if (!isInProse(window, name)) continue;
          said++;
          const value = valueAfter(window, name);
          const isHarmless =
            value === undefined || (value.tie === 'near' && value.end - value.start < SHORTEST_LOOSE);
          expect([before, word, end, tail, isHarmless]).toEqual([before, word, end, tail, true]);
        }
      }
    }
  }
  expect(said).toBeGreaterThan(100);
});
