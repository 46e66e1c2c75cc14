import { describe, expect, test } from 'vitest';

import { everyCut } from '../../helpers/chunks.ts';
import { bytes, maskedText, masker, privateKey, random, streamed } from './fixtures.ts';

const VALUE = `q${random('alnum', 19)}`;
const by = masker({ 'the test': VALUE });
const PLACEHOLDER = maskedText(by, VALUE);
const LABEL = ['PRIVATE', 'KEY'].join(' ');

function masked(text: string, of = by): string {
  const whole = maskedText(of, text);
  for (const pieces of everyCut(bytes(text))) expect(streamed(of, pieces)).toBe(whole);
  return whole;
}

describe('what stood beside a secret is no secret for the placeholder beside it', () => {
  test.each([
    ['as if it were the prefix of a token', `${VALUE}${random('alnum', 40, 5)}`],
    ['the same in base64', Buffer.from(`got ${VALUE}${random('alnum', 40, 5)} there`).toString('base64')],
    ['a block that held another', `-----BEGIN ${LABEL}-----\n${privateKey(2)}\n${random('hex', 60)}`],
    ['a block that broke off in it', `-----BEGIN ${LABEL}-----\n${VALUE}~é${random('alnum', 60)}`],
  ])('%s', (_, text) => {
    const once = masked(text);
    expect(once).not.toBe(text);
    expect(masked(once)).toBe(once);
  });

  test('base64 that a placeholder was put into is no token for its dashes', () => {
    // Its sign in base64url is in the way, and goes with it.
    const value = `${random('alnum', 14)}?${random('alnum', 9)}`;
    const text = `${random('alnum', 9)}\u00fb\u00ff\u00ff${value}${random('alnum', 12)}`;
    const once = masked(`${Buffer.from(text, 'latin1').toString('base64url')} `, masker({ one: value }));
    expect(once).toContain('aHBtX');
    expect(masked(once)).toBe(once);
  });
});

test('a placeholder stays where its first letter would complete a known value', () => {
  const value = `${random('alnum', 20, 3)}h`;
  const both = masker({ one: VALUE, other: value });
  const once = masked(`${value.slice(0, -1)}${VALUE}`, both);
  expect(once).toBe(`${value.slice(0, -1)}${PLACEHOLDER}`);
  expect(masked(once, both)).toMatch(new RegExp(`^hpm_\\w+${PLACEHOLDER}$`));
});

test('the rest of the line goes with a value that is broken over escaped line ends', () => {
  const hex = Buffer.from(`${random('alnum', 6)}${VALUE}`).toString('hex');
  const rest = random('lhex', 20, 7);
  const broken = `${hex.slice(0, 40)}\\n${hex.slice(40)}${rest}`;
  const once = masked(`Authorization: Bearer ${broken}\\r\\nAccept: */*`);
  expect(once).not.toContain(rest);
  expect(masked(once)).toBe(once);
});
