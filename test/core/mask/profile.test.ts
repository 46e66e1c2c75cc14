import { expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { createMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { bytes, random } from './fixtures.ts';

const KEY = random('alnum', 32);
const WORD = ['correct', 'horse'].join('');
const WEAK = ['hunter', '2xyz'].join('');
const COUNTED = '1234567890abcdef'.repeat(2);

const rulesOf = (profile: 'mask' | 'alert', text: string): string[] =>
  createDetector({ profile })
    .detect(bytes(text))
    .map(({ rule }) => rule);

test.each([
  ['a random key', `api_key = "${KEY}"`],
  ['a password as people make them', `password: "${WEAK}"`],
  ['a word in a .env file', `DB_PASSWORD=${WORD}`],
  ['a counted key', `API_KEY=${COUNTED}`],
  ['a URL', `postgres://me:${WEAK}@db.internal/x`],
])('both profiles find %s', (_, text) => {
  expect(rulesOf('mask', text)).toHaveLength(1);
  expect(rulesOf('alert', text)).toEqual(rulesOf('mask', text));
});

test.each([
  ['a word in code', `const password = "${WORD}";`],
  ['a short value of a machine’s name', `api_token: ${WEAK}`],
  ['two letters in a URL', 'https://abc:xyz@db.internal/x'],
  ['a hash by the name of a key', `key: "${random('lhex', 40)}"`],
])('only mask finds %s', (_, text) => {
  expect(rulesOf('mask', text)).toHaveLength(1);
  expect(rulesOf('alert', text)).toEqual([]);
});

test('a masker takes a profile, too', () => {
  const placeholders = new Placeholders(new Uint8Array(32).fill(7));
  const text = bytes(`const password = "${WORD}";`);
  expect(createMasker({ placeholders }).inspect(text)).toHaveLength(1);
  expect(createMasker({ placeholders, profile: 'alert' }).inspect(text)).toEqual([]);
});
