import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { bytes, githubToken, maskedText, masker, privateKey, random, streamed } from './fixtures.ts';

const VALUE = `q${random('alnum', 19)}`;
const by = masker({ 'the test': VALUE });
const PLACEHOLDER = maskedText(by, VALUE);

const awsKey = (seed: number): string => ['AK', 'IA', random('base32', 16, seed)].join('');
const stripeKey = (seed: number): string => ['rk_', 'live_', random('alnum', 24, seed)].join('');
const gitlabToken = (seed: number): string => ['gl', 'pat-', random('alnum', 20, seed)].join('');

/** What a text becomes, whole, in two pieces wherever it is cut, and byte by byte. */
function masked(text: string): string {
  const whole = maskedText(by, text);
  for (const pieces of everyCut(bytes(text))) expect(streamed(by, pieces)).toBe(whole);
  const single = Array.from(bytes(text), (byte) => Uint8Array.of(byte));
  expect(streamed(by, single)).toBe(whole);
  return whole;
}

const TOKENS = [
  ['of a fixed length', awsKey],
  ['of letters and digits', githubToken],
  ['with a dash', gitlabToken],
] as const;

describe('a token is found though nothing parts it from', () => {
  test.each(TOKENS)('a known value behind it: one %s', (_, token) => {
    const once = masked(`x ${token(3)}${VALUE} y`);
    expect(once).toMatch(new RegExp(`^x hpm_\\w+${PLACEHOLDER} y$`));
    expect(masked(once)).toBe(once);
  });

  test.each(TOKENS)('a placeholder on either side: one %s', (_, token) => {
    expect(masked(`${token(3)}${PLACEHOLDER}`)).toMatch(new RegExp(`^hpm_\\w+${PLACEHOLDER}$`));
    expect(masked(`${PLACEHOLDER}${token(3)}`)).toMatch(new RegExp(`^${PLACEHOLDER}hpm_\\w+$`));
  });

  test.each(TOKENS)('another of its kind: one %s', (_, token) => {
    const alone = [3, 4, 5].map((seed) => maskedText(by, token(seed)));
    expect(masked(`x ${token(3)}${token(4)}${token(5)} y`)).toBe(`x ${alone.join('')} y`);
  });

  test('others of any kind, known values among them', () => {
    const parts = [gitlabToken(1), awsKey(2), VALUE, awsKey(3), githubToken(4), VALUE];
    expect(masked(`x ${parts.join('')}`)).toBe(`x ${parts.map((part) => maskedText(by, part)).join('')}`);
  });

  test('one that had no end, and took the first letters of the next', () => {
    const [first, second] = [stripeKey(1), stripeKey(2)];
    expect(masked(`x ${first}${second} y`)).toBe(`x ${maskedText(by, first)}${maskedText(by, second)} y`);
  });

  test('the end of a key block', () => {
    const key = privateKey().slice(0, -'-----'.length);
    expect(masked(`${key}${githubToken()}-`)).toMatch(
      /^hpm_private_key_[a-z2-7]{16}hpm_github_pat_[a-z2-7]{16}-$/,
    );
  });
});

test('a longer run of letters and digits is still no token', () => {
  for (const text of [`x${githubToken()}`, `${awsKey(1)}Q`, `${awsKey(1)}${VALUE.slice(0, -1)}-`])
    expect(masked(text)).toBe(text);
});

test('thousands of tokens in a row are held back no longer than one', () => {
  const text = bytes(Array.from({ length: 3_000 }, (_, n) => awsKey(n)).join(''));
  const stream = by.stream();
  const out = [];
  for (let at = 0; at < text.length; at += 1_000) {
    out.push(stream.push(text.subarray(at, at + 1_000)));
    expect(stream.held).toBeLessThanOrEqual(LIMITS.tokenBytes + 1_000);
  }
  expect(Buffer.concat([...out, stream.flush()])).toEqual(Buffer.from(by.maskText(text).bytes));
});
