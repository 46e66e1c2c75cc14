import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isBase64 } from '../../../src/core/mask/blob.ts';
import { runWhole } from '../../../src/core/slices.ts';

const LENIENT = /^[A-Za-z0-9+/_\s-]*(?:=\s*){0,2}$/;

// A no-break space is of two bytes in UTF-8 and still a space.
const pieces = fc.constantFrom(
  'a',
  'Zz9',
  '+',
  '/',
  '-',
  '_',
  '=',
  '==',
  ' ',
  '\r\n',
  '\u00a0',
  '\u2028',
  'é',
  '"',
  '.',
);

test('text is base64 by the same rule in whatever pieces it is looked at', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), fc.integer({ min: 1, max: 8 }), (parts, slice) => {
      const text = parts.join('');
      expect(runWhole(isBase64(Buffer.from(text), slice))).toBe(LENIENT.test(text));
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['YQ==', true],
  ['YQ=\r\n=', true],
  ['YQ===', false],
  ['=a', false],
  ['', true],
  ['YW\u00a0Jj', true],
])('%j: %s', (text, expected) => {
  for (let slice = 1; slice < 9; slice += 1)
    expect(runWhole(isBase64(Buffer.from(text), slice))).toBe(expected);
});
