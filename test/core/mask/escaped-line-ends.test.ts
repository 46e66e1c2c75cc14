import { expect, test } from 'vitest';

import type { Masker } from '../../../src/core/mask/masker.ts';
import { masker, random, streamed } from './fixtures.ts';

/** Encoders break lines no shorter. */
const LINE = 24;

test('an escaped line end is no letter of the line behind it, wherever a stream begins to look', () => {
  const value = random('alnum', 30);
  const by = masker({ 'the test': value });
  const encoded = Buffer.from(`xy${value}`).toString('base64');
  // With the letter of the escape it would be as long as a line.
  const line = `${random('alnum', LINE - 2)}${encoded[3]}`;
  isTheSameStreamed(by, `\\n${line}\\n${encoded.slice(4)}`);
});

test.each([
  ['%250A', '%2F'],
  ['\n', '%2F'],
  ['\\n', '\\u002f'],
])('a line that begins behind %j goes on with %j, wherever a stream is cut', (lineEnd, slash) => {
  const value = `${random('alnum', 20)}?${random('alnum', 12, 2)}`;
  const by = masker({ 'the test': value });
  const encoded = Buffer.from(value).toString('base64');
  const at = encoded.indexOf('/', LINE + 1);
  expect(at).not.toBe(-1);
  const lines = [encoded.slice(0, at - 1), lineEnd, encoded[at - 1], slash, encoded.slice(at + 1)].join('');
  expect(isTheSameStreamed(by, lines)).not.toContain(encoded.slice(0, 8));
});

test('a line is one by its escapes, too, where none is in the value', () => {
  const value = random('alnum', 24, 4);
  const encoded = Buffer.from(`xyz${value}`).toString('base64');
  const before = random('alnum', LINE - 13, 5);
  for (const text of [
    `${before}%41${encoded.slice(0, 16)}\n${encoded.slice(16)}`,
    `%41${'A'.repeat(LINE)}${encoded.slice(0, 16)}\n${encoded.slice(16)}`,
  ])
    expect(isTheSameStreamed(masker({ 'the test': value }), `${text} `)).not.toContain(encoded.slice(4, 16));
});

test.each(['%6e', '%256E', '\\u0072', '%74'])(
  'a letter of a line that is written as %s ends none',
  (letter) => {
    const value = random('alnum', 24, 4);
    const encoded = Buffer.from(`xyz${value}`).toString('base64');
    const text = `${'A'.repeat(LINE - 4)}${letter}A${encoded.slice(0, 16)}%0A%20${encoded.slice(16)} `;
    expect(isTheSameStreamed(masker({ 'the test': value }), text)).not.toContain(encoded.slice(16, 28));
  },
);

function isTheSameStreamed(by: Masker, content: string): string {
  const text = Buffer.from(content);
  const whole = Buffer.from(by.maskText(text).bytes).toString();
  const bytes = Array.from(text, (_, at) => text.subarray(at, at + 1));
  expect(streamed(by, bytes)).toBe(whole);
  for (let cut = 1; cut < text.length; cut++)
    expect(streamed(by, [text.subarray(0, cut), text.subarray(cut)])).toBe(whole);
  return whole;
}
