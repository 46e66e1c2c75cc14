import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../../src/core/limits.ts';
import { KnownValues } from '../../../src/core/mask/known-values.ts';
import { everyCut } from '../../helpers/chunks.ts';
import { bytes, maskedText, masker, random, streamed } from './fixtures.ts';

const VALUE = `${random('alnum', 9)}"\\/\n${random('alnum', 8, 2)} é%41$`;

/** Every way to spell a character in a JSON string or a URL. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  'in JSON': (text) => JSON.stringify(text).slice(1, -1),
  'in JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)).slice(1, -1),
  'in JSON in JSON in JSON': (text) => JSON.stringify(JSON.stringify(JSON.stringify(text))).slice(1, -1),
  'with slashes escaped, as PHP does': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'all \\u, lower case': (text) => units(text, (hex) => `\\u${hex}`),
  'all \\u, upper case': (text) => units(text, (hex) => `\\u${hex.toUpperCase()}`),
  'in a URL': encodeURIComponent,
  'all percent, lower case': (text) => percent(text, (hex) => `%${hex}`),
  'all percent, upper case': (text) => percent(text, (hex) => `%${hex.toUpperCase()}`),
  'in a URL in a URL': (text) => encodeURIComponent(encodeURIComponent(text)),
  'in JSON in a URL': (text) => encodeURIComponent(JSON.stringify(text).slice(1, -1)),
  'in a URL in JSON, \\u': (text) => units(encodeURIComponent(text), (hex) => `\\u${hex}`),
  'with CRLF line ends': (text) => text.replaceAll('\n', '\r\n'),
  'with + for spaces': (text) => encodeURIComponent(text).replaceAll('%20', '+'),
};

const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64, one byte on': (text) => Buffer.from(`a${text}`).toString('base64'),
  'base64, two bytes on': (text) => Buffer.from(`ab${text}z`).toString('base64'),
  'base64 among binary': (text) =>
    Buffer.concat([Uint8Array.of(0, 255), Buffer.from(text), Uint8Array.of(254, 1, 2)]).toString('base64'),
  base64url: (text) => Buffer.from(`a${text}`).toString('base64url'),
  'base64 in JSON, slashes escaped': (text) => Buffer.from(text).toString('base64').replaceAll('/', '\\/'),
  'base64 in a URL': (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

describe('a known value is masked', () => {
  test.each(Object.entries({ ...SPELLINGS, ...ENCODINGS }))('%s, at every cut', (_, spell) => {
    const known = masker({ 'the test': VALUE });
    const text = `before "${spell(VALUE)}" after`;
    const whole = maskedText(known, text);
    expect(known.known.find(bytes(text))).not.toEqual([]);
    expect(known.known.find(bytes(whole))).toEqual([]);
    expect(whole.startsWith('before "')).toBe(true);
    expect(whole.endsWith('" after')).toBe(true);
    for (const pieces of everyCut(bytes(text))) expect(streamed(known, pieces)).toBe(whole);
    expect(
      streamed(
        known,
        Array.from(bytes(text), (byte) => Uint8Array.of(byte)),
      ),
    ).toBe(whole);
  });

  test('inside base64 the text around it survives', () => {
    const known = masker({ 'the test': VALUE });
    for (const before of ['', 'a', 'ab', 'abc']) {
      for (const after of ['', 'z', 'yz', 'xyz']) {
        const text = Buffer.from(`${before}${VALUE}${after}`).toString('base64');
        const decoded = Buffer.from(maskedText(known, text), 'base64').toString();
        expect(decoded).toMatch(new RegExp(`^${before}hpm_known_[a-z2-7]{16}_{0,2}${after}$`));
      }
    }
  });

  test('whatever the value and however each character is spelled', () => {
    const spell = fc.constantFrom<((c: string) => string)[]>(
      (c) => c,
      (c) => units(c, (hex) => `\\u${hex}`),
      (c) => percent(c, (hex) => `%${hex}`),
      (c) => encodeURIComponent(JSON.stringify(c).slice(1, -1)),
      (c) => JSON.stringify(c).slice(1, -1),
    );
    // A value with a backslash of its own before `u` or `%` reads two ways; see unescape.ts.
    const values = fc
      .string({ minLength: 8, maxLength: 40, unit: 'binary' })
      .filter(
        (value) => value.trim() === value && !/[\\%\ud800-\udfff]/.test(value) && new Set(value).size > 4,
      );
    fc.assert(
      fc.property(values, fc.array(spell, { minLength: 40, maxLength: 40 }), (value, spells) => {
        const known = new KnownValues();
        fc.pre(known.add(value, 'the test') === 'added');
        const text = Array.from(value, (c, i) => spells[i % spells.length]?.(c) ?? c).join('');
        expect(known.find(bytes(`x ${text} y`)).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  [64, '\n'],
  [76, '\n'],
  [76, '\r\n'],
])('in base64 in lines of %i, wherever the lines end', (length, lineEnd) => {
  const known = masker({ 'the test': VALUE });
  for (let before = 0; before < 64; before++) {
    const file = `${'# a'.padEnd(before + 3, '.')}\n${VALUE}\nand some words that follow on, so that there are more lines of it\n`;
    const encoded = Buffer.from(file)
      .toString('base64')
      .replaceAll(new RegExp(`.{${length}}(?=.)`, 'g'), `$&${lineEnd}`);
    const whole = maskedText(known, `cat it:${lineEnd}${encoded}${lineEnd}done`);
    const [, ...lines] = whole.split(lineEnd).slice(0, -1);
    const said = Buffer.from(lines.join(''), 'base64').toString();
    expect(said, `after ${before}`).toMatch(/^# a\.*\nhpm_known_[a-z2-7]{16}_{0,2}\nand some words/);
    expect(whole.endsWith(`${lineEnd}done`)).toBe(true);
  }
});

test('in base64 longer than any token, across the place where it is taken apart', () => {
  const value = random('alnum', 20, 3);
  const known = masker({ 'the test': value });
  for (let before = 0; before < 12; before++) {
    const binary = Buffer.alloc((LIMITS.tokenBytes * 3) / 4 - 6 + before, 0x9f);
    const text = Buffer.concat([binary, bytes(value), binary]).toString('base64');
    const whole = maskedText(known, text);
    expect(Buffer.from(whole, 'base64').toString('latin1')).toMatch(/\x9fhpm_known_[a-z2-7]{16}_{0,2}\x9f/);
    for (let cut = LIMITS.tokenBytes - 24; cut < LIMITS.tokenBytes + 40; cut++) {
      const pieces = [text.slice(0, cut), text.slice(cut, cut + 1), text.slice(cut + 1)].map(bytes);
      expect(streamed(known, pieces) === whole, `${before} ${cut}`).toBe(true);
    }
  }
});

describe('adding', () => {
  test.each([
    ['abc', 'too-short'],
    ['  \n ', 'too-short'],
    [random('alnum', 6), 'short'],
    ['changeme', 'short'],
    ['production', 'short'],
    ['aaaaaaaaaaaa', 'short'],
    [random('alnum', 8), 'added'],
  ])('%j is %s', (value, outcome) => {
    expect(new KnownValues().add(value, 'the test')).toBe(outcome);
  });

  test('the same value again is a duplicate', () => {
    const known = new KnownValues();
    known.add(VALUE, 'one');
    expect(known.add(VALUE, 'two')).toBe('duplicate');
    expect(known.size).toBe(1);
  });

  test('takes effect in a stream that is already open', () => {
    const by = masker();
    const stream = by.stream();
    const first = stream.push(bytes('begin '));
    by.known.add(VALUE, 'later');
    const text = Buffer.concat([first, stream.push(bytes(`${VALUE} end`)), stream.flush()]).toString();
    expect(text).toMatch(/^begin hpm_known_\w+ end$/);
  });

  test('thousands of values leave none unfound', () => {
    const known = new KnownValues();
    const values = Array.from({ length: 5_000 }, (_, i) => random('alnum', 20, i + 1));
    for (const value of values) known.add(value, 'the test');
    const text = bytes(values.join(' '));
    expect(new Set(known.find(text).map((match) => match.start)).size).toBe(values.length);
  });
});

describe('a short value', () => {
  test('is masked as a whole token in credential context only', () => {
    const short = `q${random('loweralnum', 4)}`;
    const by = masker({ 'the PIN': short });
    expect(maskedText(by, `password: ${short}\n`)).toMatch(/^password: hpm_known_\w+\n$/);
    expect(maskedText(by, `the ${short} word`)).toBe(`the ${short} word`);
    expect(maskedText(by, short, 'password')).toMatch(/^hpm_known_/);
  });
});

test('a value longer than a piece is found whole', () => {
  const value = random('alnum', 10_000);
  const masked = maskedText(masker({ 'a long one': value }), `a ${value} b`);
  expect(masked).toMatch(/^a (?:hpm_known_[a-z2-7]{16}){1,3} b$/);
});

function units(text: string, spell: (hex: string) => string): string {
  return Array.from({ length: text.length }, (_, i) =>
    spell(text.charCodeAt(i).toString(16).padStart(4, '0')),
  ).join('');
}

function percent(text: string, spell: (hex: string) => string): string {
  return Array.from(Buffer.from(text), (byte) => spell(byte.toString(16).padStart(2, '0'))).join('');
}
