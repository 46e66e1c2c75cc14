import { randomBytes } from 'node:crypto';

import { expect, test } from 'vitest';

import { readText } from '../../../src/core/mask/text.ts';

const WORDS = 'token=é 日本 🔑\n';
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

test.each([
  ['UTF-8', Buffer.from(WORDS)],
  ['UTF-16, little-endian, marked', utf16(`\ufeff${WORDS}`)],
  ['UTF-16, big-endian, marked', utf16(`\ufeff${WORDS}`).swap16()],
  ['UTF-16 of ASCII, little-endian, unmarked', utf16('token=x')],
  ['UTF-16 of ASCII, big-endian, unmarked', utf16('token=x').swap16()],
])('%s is read, and written as it was', (_, content) => {
  const text = readText(content);
  expect(Buffer.from(text?.utf8 ?? []).toString()).toContain('token=');
  expect(text?.encode(text.utf8)).toEqual(content);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['zeros', Buffer.alloc(64)],
  ['half a character', utf16(`\ufeff${WORDS}`).subarray(0, -1)],
  ['a lone surrogate', utf16('\ufeffa\ud83d')],
  [
    'an image',
    Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]), randomBytes(64), Buffer.from([0xff])]),
  ],
])('%s is no text', (_, content) => {
  expect(readText(content)).toBeUndefined();
});
