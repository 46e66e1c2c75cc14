import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { restore } from '../../../src/core/mask/restore.ts';
import { bytes, githubToken, jsonWebToken, maskedText, masker, privateKey, random } from './fixtures.ts';

const VALUE = random('alnum', 21);
const ODD = `${random('alnum', 9)}?~>${random('alnum', 9, 2)}é`;

/** A masker of its own for every text, so that none is helped by what another issued. */
function roundTrip(text: string): { masked: string; restored: string } {
  const by = masker({ one: VALUE, odd: ODD });
  const masked = maskedText(by, text);
  return { masked, restored: Buffer.from(restore(bytes(masked), by.placeholders)).toString('utf8') };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const hex = (text: string): string => Buffer.from(text).toString('hex');

describe('what was masked is put back', () => {
  test.each<[string, string]>([
    ['a known value', `x ${VALUE} y ${ODD}`],
    ['a vendor token', `token ${githubToken()}, ${githubToken(2)}`],
    ['a key block', `x\n${privateKey()}\ny`],
    ['a password under its name', `password: "hunter2xyz"\n`],
    ['a value with escapes of its own', String.raw`{"password": "a\"b\\n7Xq${random('alnum', 12)}"}`],
    ['a known value in hex', `a ${hex(`xx${VALUE}`)} ${hex(ODD).toUpperCase()}`],
    ['hex of a text', hex(`password=${random('alnum', 20)}\n`)],
    ['base64 of base64', base64(`x ${base64(`password=${random('alnum', 20)}\n`)} y`)],
    ['base64 of hex', base64(`x ${hex(`password=${random('alnum', 20)}\n`)} and more of it`)],
    ['hex of base64', hex(`password=${random('alnum', 20)}\n${base64(`TOKEN=${githubToken()}\n`)}`)],
    ['base64 of base64 of a known value', base64(`x ${base64(`ab${VALUE}`)} y`)],
    ['base64 of which the first quantum is not whole', `D${base64(`xx${VALUE}`).slice(3)}`],
    ['base64 whose last bits are not as encoders write them', `x ${base64(`x ${VALUE} abc`).slice(0, -2)}R`],
    ['two in one token', base64(`A=${githubToken()}\nPASSWORD=${random('alnum', 17)}\nB=${VALUE}\n`)],
    ['two whose base64 has nothing between it', `${base64(VALUE)}9${base64(`${ODD}ab`).slice(0, 34)}`],
    ['a token with underscores after the secret', base64(`GH=${VALUE}__ and some more __`)],
  ])('%s', (_, text) => {
    const { masked, restored } = roundTrip(text);
    expect(masked).not.toBe(text);
    expect(restored).toBe(text);
  });

  test('in base64 and base64url, padded or not, wherever in a quantum', () => {
    for (const secret of [VALUE, ODD]) {
      for (const before of ['', 'a', '~~', 'abc', '\u0000\u0001?']) {
        for (const after of ['', '?', '>>', '_', '___ and']) {
          for (const encode of [base64, base64url, (text: string) => base64(text).replace(/=+$/, '')]) {
            const text = `"${encode(before + secret + after)}"`;
            const { masked, restored } = roundTrip(text);
            expect(masked).not.toBe(text);
            expect(restored).toBe(text);
          }
        }
      }
    }
  });

  test.each([base64, base64url])('where base64 is cut off behind it, within a character', (encode) => {
    for (const secret of [VALUE, ODD])
      for (const before of ['', 'a', '~~'])
        for (const after of ['\u0001', '?', 'o', '\u007f']) {
          const length = Math.ceil((Buffer.byteLength(before + secret) * 8) / 6);
          const text = `"${encode(before + secret + after).slice(0, length)}"`;
          const { masked, restored } = roundTrip(text);
          expect(masked).not.toBe(text);
          expect(restored).toBe(text);
        }
  });

  test('any text of secrets, names and other text, encoded or not', () => {
    const piece = fc.oneof(
      fc.constantFrom(VALUE, ODD, githubToken(), jsonWebToken(), privateKey(1), 'password=', 'api_key: "', '"', '\n', ' ', '_', '__', '\\', 'hpm_', 'https://u:', '@h/', 'é🔑', 'aHBtX2'),
      fc.string({ maxLength: 6 }),
    ); // prettier-ignore
    const encode = fc.constantFrom<(text: string) => string>(
      (text) => text,
      base64,
      base64url,
      hex,
      (text) => hex(text).toUpperCase(),
      (text) => `x ${base64(`y ${base64(text)} z`)}`,
      (text) => `x ${base64(`y ${hex(text)} z`)}`,
      (text) => hex(`some words ${base64(text)}`),
    );
    const part = fc
      .tuple(fc.array(piece, { maxLength: 8 }), encode)
      .map(([pieces, encoded]) => encoded(pieces.join('')));
    // Escapes and wrapped lines are spelled in one way when restored; see restore.ts.
    const texts = fc
      .array(part, { maxLength: 4 })
      .map((parts) => parts.join(' '))
      .filter((text) => !/[\\%]/.test(text));
    fc.assert(
      fc.property(texts, (text) => {
        expect(roundTrip(text).restored).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('an escaped spelling is restored as the value itself', () => {
  expect(roundTrip(`{"a": "${encodeURIComponent(ODD)}"}`).restored).toBe(`{"a": "${ODD}"}`);
});

describe('not restored is', () => {
  const by = masker({ one: VALUE });
  const placeholder = maskedText(by, VALUE);

  test('what merely looks like a placeholder', () => {
    for (const text of [
      placeholder.replace(/.$/, placeholder.endsWith('a') ? 'b' : 'a'),
      'hpm_known_aaaaaaaaaaaaaaaa',
      placeholder.toUpperCase(),
    ])
      expect(restore(bytes(text), by.placeholders)).toEqual(bytes(text));
  });

  test('a placeholder of another process, whose value nobody here knows', () => {
    const other = new Placeholders(new Uint8Array(32).fill(7));
    expect(other.isIssued(placeholder)).toBe(true);
    expect(Buffer.from(restore(bytes(placeholder), other)).toString()).toBe(placeholder);
  });

  test('the oldest of more than are kept', () => {
    const placeholders = new Placeholders(new Uint8Array(32).fill(7));
    const piece = LIMITS.restorableBytes / 4;
    const issued = Array.from({ length: 5 }, (_, i) =>
      placeholders.issue('a', new Uint8Array(piece).fill(i)),
    );
    expect(issued.map((one) => placeholders.restorable(one) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});
