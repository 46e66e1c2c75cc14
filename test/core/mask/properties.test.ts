import fc from 'fast-check';
import { expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { createMasker } from '../../../src/core/mask/masker.ts';
import { Placeholders } from '../../../src/core/mask/placeholders.ts';
import { restore } from '../../../src/core/mask/restore.ts';
import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { bytes, githubToken, maskedText, masker, random } from './fixtures.ts';

const SECRETS = Array.from({ length: 40 }, (_, i) => `${random('alnum', 18, i + 1)}é日🔑`);
const words = fc.array(fc.constantFrom('über ', '日本語', '🔑', ' ', '\n', '"', 'a b', 'é', '\u0000'), {
  maxLength: 6,
});
const filler = words.map((parts) => parts.join(''));

test('offsets are of bytes, wherever there are characters of several', () => {
  const by = masker(Object.fromEntries(SECRETS.map((secret) => [secret, secret])));
  fc.assert(
    fc.property(fc.array(fc.tuple(filler, fc.constantFrom(...SECRETS)), { maxLength: 6 }), (parts) => {
      const text = bytes(parts.flat().join(''));
      const found = by
        .inspect(text)
        .map(({ start, end }) => Buffer.from(text.subarray(start, end)).toString());
      expect(found).toEqual(parts.map(([, secret]) => secret));
    }),
    { numRuns: 300 },
  );
});

test('issued placeholders are left alone in whatever text', () => {
  const by = masker({ known: random('alnum', 16, 3) });
  const placeholders = [githubToken(), ...SECRETS].map((secret) =>
    by.placeholders.issue('secret_value', bytes(secret)),
  );
  const around = fc.constantFrom(
    'password=',
    'token: "',
    '"',
    '\n',
    ' ',
    ';',
    'https://u:',
    '@h/',
    '\\',
    '%',
    'api_key = ',
    ',',
    'Bearer ',
    '=',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(around, fc.constantFrom(...placeholders)), { maxLength: 12 }), (parts) => {
      const out = maskedText(by, parts.join(''));
      // What stands around them may look like a secret itself.
      let at = 0;
      for (const placeholder of parts.filter((part) => part.startsWith('hpm_'))) {
        const found = out.indexOf(placeholder, at);
        expect(found, out).not.toBe(-1);
        at = found + placeholder.length;
      }
    }),
    { numRuns: 1_000 },
  );
});

test('no two values share a placeholder, however short the tags: each is restored as itself', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...SECRETS), { minLength: 2 }),
      fc.integer({ min: 1, max: 2 }),
      (secrets, chars) => {
        const placeholders = new Placeholders(new Uint8Array(32).fill(7), chars);
        const by = createMasker({ placeholders });
        for (const secret of secrets) by.known.add(secret, 'the test');
        const once = by.maskText(bytes(secrets.join(' '))).bytes;
        expect(new Set(Buffer.from(once).toString().split(' ')).size).toBe(secrets.length);
        expect(Buffer.from(restore(once, placeholders)).toString()).toBe(secrets.join(' '));
      },
    ),
    { numRuns: 200 },
  );
});

test('never more is held back than the limit says, with thousands of values and long ones', () => {
  const by = masker({ 'a long one': random('alnum', 12_000, 4) });
  for (let i = 0; i < 2_000; i++) by.known.add(`sk-proj-${random('alnum', 30, i + 1)}`, 'the test');
  const long = random('alnum', 12_000, 4)
    .split('')
    .map((c) => `\\\\u00${Buffer.from(c).toString('hex')}`)
    .join('');
  const pieces = fc.constantFrom(
    long,
    long.slice(0, 40_000),
    'sk-proj-',
    '\\',
    '%25',
    'AAAA'.repeat(3_000),
    '\n',
    ' ',
    '"',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 6 }), fc.integer({ min: 500, max: 9_000 }), (parts, size) => {
      const text = bytes(parts.join(''));
      const stream = by.stream();
      for (let at = 0; at < text.length; at += size) {
        stream.push(text.subarray(at, at + size));
        expect(stream.held).toBeLessThanOrEqual(LIMITS.holdBackBytes);
      }
      stream.flush();
    }),
    { numRuns: 40 },
  );
});

test('a long value with signs in it as references have is known everywhere', () => {
  const known = new KnownValues();
  expect(known.add(`${random('alnum', 8)}\\w?\\d${random('alnum', 9, 2)}`, 'the test')).toBe('added');
  expect(known.add(`$${'{'}A_REFERENCE_TO_SOMETHING}`, 'the test')).toBe('short');
});
