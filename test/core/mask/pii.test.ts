import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { createMasker } from '../../../src/core/mask/masker.ts';
import type { PiiKind } from '../../../src/core/mask/pii.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { bytes, maskedText, streamed } from './fixtures.ts';

const ALL: readonly PiiKind[] = ['card', 'iban', 'email', 'phone'];
const CARD = ['4111', '1111', '1111', '1111'].join(' ');
const AMEX = ['3782', '822463', '10005'].join('-');
const IBAN = ['DE89', '3704', '0044', '0532', '0130', '00'].join(' ');
const SHORT_IBAN = ['NO93', '8601', '1117', '947'].join('');
const EMAIL = ['jane.doe+x', 'mail.example.org'].join('@');
const PHONE = ['+49', '30', '901820'].join(' ');

const masker = (pii: readonly PiiKind[]): ReturnType<typeof createMasker> =>
  createMasker({ placeholders: new Placeholders(new Uint8Array(32).fill(7)), pii });

const FOUND: readonly (readonly [PiiKind, string, string])[] = [
  ['card', `pay with ${CARD}, please`, CARD],
  ['card', `{"card":"${CARD.replaceAll(' ', '')}"}`, CARD.replaceAll(' ', '')],
  ['card', `${AMEX}\n`, AMEX],
  ['iban', `to ${IBAN} AND SOON`, IBAN],
  ['iban', `"${IBAN.replaceAll(' ', '')}"`, IBAN.replaceAll(' ', '')],
  ['iban', `${SHORT_IBAN}.`, SHORT_IBAN],
  ['email', `From: Jane <${EMAIL}>`, EMAIL],
  ['email', `mail ${EMAIL}. Thanks`, EMAIL],
  ['phone', `call ${PHONE} or`, PHONE],
  ['phone', '(+1 (212) 555-0123)', '+1 (212) 555-0123'],
];

describe('when asked for', () => {
  test.each(FOUND)('a %s is found in %s', (kind, text, value) => {
    const found = createDetector({ pii: [kind] }).detect(bytes(text));
    expect(found.map(({ rule, start, end }) => [rule, text.slice(start, end)])).toEqual([[kind, value]]);
  });

  test.each(FOUND)('a %s is masked wherever the text is cut: %s', (_, text) => {
    const by = masker(ALL);
    const whole = maskedText(by, text);
    expect(whole).not.toBe(text);
    for (const pieces of everyCut(bytes(text))) expect(streamed(by, pieces)).toBe(whole);
  });
});

test.each(FOUND)('a %s is left alone when nobody asks: %s', (_, text) => {
  expect(createDetector().detect(bytes(text))).toEqual([]);
});

test.each([
  ['a card with another check digit', CARD.replace(/1$/, '2')],
  ['a card amid more digits', `${CARD.replaceAll(' ', '')}00000`],
  ['an account with other check digits', IBAN.replace('89', '88')],
  ['an account of no such country', IBAN.replace('DE', 'QQ')],
  ['a version', '4.1.1111.1111.1111'],
  ['a timestamp', '2026-11-21 15:02:01.123456'],
  ['a package', 'left-pad@1.3.0 and @types/node'],
  ['a repository', 'git@github.com:owner/repo.git'],
  ['a login', 'https://me@example.org/x'],
  ['a sum', '1 +2345 = 2346'],
  ['an offset', '2026-11-21T15:02:01+01:00'],
])('%s is none', (_, text) => {
  expect(createDetector({ pii: ALL }).detect(bytes(text))).toEqual([]);
});

test('any pieces of such texts come out the same however they are cut', () => {
  const by = masker(ALL);
  const piece = fc.constantFrom(
    CARD,
    IBAN,
    EMAIL,
    PHONE,
    '4111',
    ' ',
    '-',
    '@',
    'a.b',
    '+',
    'DE',
    '89 ',
    '.',
    'x'.repeat(70),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 20 }),
      fc.array(fc.nat(40), { maxLength: 20 }),
      (parts, sizes) => {
        const text = bytes(parts.join(''));
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const size of sizes) pieces.push(text.subarray(at, (at += size)));
        expect(streamed(by, [...pieces, text.subarray(at)])).toBe(maskedText(by, parts.join('')));
      },
    ),
    { numRuns: 1_000 },
  );
});
