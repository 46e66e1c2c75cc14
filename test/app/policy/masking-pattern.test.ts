import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { compilePattern } from '../../../src/app/policy/masking-pattern.ts';
import { everyCut, randomChunkings } from '../../helpers/chunks.ts';
import { bytes, maskedText, random, streamed } from '../../core/mask/fixtures.ts';
import { centralRules, maskerWith } from './central-fixtures.ts';

const compiled = (regex: string, maxLength = 256) => compilePattern({ regex, maxLength });

describe('of a pattern it is told without any text', () => {
  test.each([
    [String.raw`\bEMP-\d{6}\b`, ['EMP-'], 10],
    ['(?:EMPL|CTR)-[0-9]{2}', ['EMPL-', 'CTR-'], 7],
    ['(?i)emp-(?:x|yz)[0-9]{1,3}', ['EMP-'], 9],
    [String.raw`\d{3}-\d{2}-\d{4}`, [], 11],
    ['[a-z]{1,8}@corp[.]example', ['@corp.example'], 21],
    ['(?:colour|colou?r) of', ['colo'], 9],
    ['é{2}abc', ['abc'], 7],
    ['(?:abcd)?x{3}', ['xxx'], 7],
    ['(?:abcd|[0-9]{4})x', [], 5],
  ])('%s: literals %j, at most %i bytes', (regex, literals, longest) => {
    const pattern = compiled(regex);
    expect(pattern.literals.map(({ text }) => text)).toEqual(expect.arrayContaining(literals));
    expect(pattern.literals).toHaveLength(literals.length);
    expect(pattern.longest).toBe(longest);
  });

  test('how much stands before the literal', () => {
    expect(compiled('[a-z]{1,8}@corp[.]example').lead).toBe(8);
    expect(compiled('EMP-[0-9]{3}').lead).toBe(0);
  });
});

describe('refused, with what to do', () => {
  test.each([
    [String.raw`(a)\1x`, /backreferences/],
    ['(?=x)abc', /no looking around/],
    ['EMP-[0-9]+', /no longest length.*\{1,40\}/],
    ['EMP-.*', /no longest length/],
    ['EMP-[0-9]{300}', /304 bytes, and max_length is 256/],
    ['[0-9]{2}', /as short as 2 bytes/],
    ['(?:EMP)?', /as short as 0/],
    ['^EMP-[0-9]{3}', /\^ and \$/],
    [String.raw`EMP-[0-9]{3}\z`, /\^ and \$/],
    ['(', /missing/],
    ['[a-z]{1000}[a-z]{1000}[a-z]{1000}[a-z]{1000}[a-z]{1000}[a-z]{1000}', /too large|max_length/],
  ])('%s', (regex, why) => {
    expect(() => compiled(regex)).toThrow(why);
  });
});

// Made from parts: no scanner is to take them for somebody's.
const NUMBER = ['123', '45', '6789'].join('-');
const TEXTS: Readonly<Record<string, string>> = {
  'one': `staff EMP-123456 left`,
  'none, but for a word': 'EMP-12345 and EMP-1234567 and XEMP-123456',
  'many in a row': 'EMP-123456 EMP-123457;EMP-123458EMP-123459',
  'literals in each other': 'EMP-EMP-EMP-EMP-123456 EMP-',
  'at both ends': 'EMP-123456 x EMP-654321',
  'without a literal': `number ${NUMBER}, ${NUMBER}${NUMBER} end ${NUMBER}`,
  'before its literal': 'mail jo.smith@corp.example and averyveryverylongname@corp.example!',
  'letters of several bytes': 'übér EMP-123456 日本語@corp.example 🔑EMP-654321é',
  'in any case': 'cTr_77, CTR_78; ctr_7x',
  'a part of it': 'salary of jo: 120000 EUR; salary of 日本: 99 EUR',
  'in base64': Buffer.from('name=x\nid=EMP-123456\nmore of it, so that it is text\n').toString('base64'),
  'lines': 'EMP-123456\nEMP-123456\r\n\tEMP-123456',
}; // prettier-ignore

const RULES = centralRules(
  String.raw`\bEMP-\d{6}\b`,
  String.raw`\b\d{3}-\d{2}-\d{4}\b`,
  String.raw`[\p{L}.]{1,20}@corp\.example`,
  String.raw`(?i)\bctr_[0-9]{2}\b`,
  String.raw`salary of .{1,10}: (\d{1,9}) EUR`,
);

describe('a stream puts out what the whole text would be', () => {
  test.each(Object.entries(TEXTS))('%s, at every cut and byte by byte', (_, text) => {
    const by = maskerWith(RULES);
    const whole = maskedText(by, text);
    for (const pieces of everyCut(bytes(text))) expect(streamed(by, pieces)).toBe(whole);
    const one = Array.from(bytes(text), (byte) => Uint8Array.of(byte));
    expect(streamed(by, one)).toBe(whole);
  });

  test.each([
    ['a literal of several words', 'cost>[$][0-9]{3}', 'x cost>$123 cost>$12 cost>$4567;'],
    ['something before it', '[a-z]{1,9}>[$]{1}@[0-9]', 'say>$@7 hello>$@1 >$@1'],
    ['what follows decides', String.raw`a::b(?:c{1,5}\b|d)`, 'a::bccc a::bcccccc a::bd a::b'],
  ])('%s, at every cut', (_, regex, text) => {
    const by = maskerWith(centralRules(regex));
    const whole = maskedText(by, text);
    expect(whole).not.toBe(text);
    for (const pieces of everyCut(bytes(text))) expect(streamed(by, pieces)).toBe(whole);
  });

  test('whatever the bytes are, cut anyhow', () => {
    const by = maskerWith(RULES);
    const part = fc.constantFrom(
      'EMP-',
      '123456',
      NUMBER,
      '@corp.example',
      'jo',
      ' ',
      'é',
      '\u{1f511}',
      'ctr_',
      '7',
      '\n',
      '"',
      'ghp_',
    );
    const text = fc.oneof(
      fc.array(part, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
      fc
        .array(fc.oneof(part, fc.uint8Array({ maxLength: 4 })), { maxLength: 40 })
        .map((parts) => Buffer.concat(parts.map((one) => Buffer.from(one as string)))),
    );
    fc.assert(
      fc.property(text, fc.integer(), (whole, seed) => {
        const expected = Buffer.from(by.maskText(whole).bytes).toString('latin1');
        for (const pieces of randomChunkings(whole, { count: 3, seed })) {
          const stream = by.stream();
          const out = pieces.map((piece) => stream.push(piece));
          const got = Buffer.concat([...out, stream.flush()]).toString('latin1');
          expect(got).toBe(expected);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('a stream is held up by what may be a match, and by nothing else', () => {
  const rules = centralRules(String.raw`\bEMP-\d{6}\b`, String.raw`\b\d{3}-\d{2}-\d{4}\b`);
  const stream = maskerWith(rules).stream();
  const said = (text: string) => Buffer.from(stream.push(bytes(text))).toString();
  expect(said('a line of words.\n')).toBe('a line of words.\n');
  expect(said('staff EMP')).toBe('staff ');
  expect(said('TY.\n')).toBe('EMPTY.\n');
});

describe('masked', () => {
  const by = maskerWith(RULES);

  test('is what matches, under the name of its rule', () => {
    expect(maskedText(by, TEXTS['one'] ?? '')).toMatch(/^staff hpm_central_r0_\w+ left$/);
    expect(maskedText(by, 'many EMP-12345 of XEMP-123456')).toBe('many EMP-12345 of XEMP-123456');
    expect(maskedText(by, `number ${NUMBER} end`)).toMatch(/^number hpm_central_r1_\w+ end$/);
    expect(maskedText(by, 'CtR_77')).toMatch(/^hpm_central_r3_\w+$/);
    expect(maskedText(by, 'é日本@corp.example')).toMatch(/^hpm_central_r2_\w+$/);
  });

  test('is also what begins within something that another rule found', () => {
    const token = ['ghp', `${random('alnum', 32)}zzz9`].join('_');
    const shown = maskedText(maskerWith(centralRules('zzz9 [0-9]{6}')), `a ${token} 123456 b`);
    expect(shown).toMatch(/^a hpm_\w+ b$/);
  });

  test('is of a pattern with a group what stands in the group', () => {
    expect(maskedText(by, 'salary of jo: 120000 EUR')).toMatch(/^salary of jo: hpm_central_r4_\w+ EUR$/);
  });

  test('is also what lies in base64, and nothing twice', () => {
    const { edits } = by.maskText(bytes(TEXTS['in base64'] ?? ''));
    expect(edits).toMatchObject([{ rule: expect.any(String) as string }]);
    const once = maskedText(by, TEXTS['many in a row'] ?? '');
    expect(maskedText(by, once)).toBe(once);
  });

  test('is from the next text on what other rules say', () => {
    const live = maskerWith(RULES);
    const before = live.current();
    live.use(centralRules('FOO-[0-9]{3}'));
    expect(maskedText(live, 'EMP-123456 FOO-123')).toMatch(/^EMP-123456 hpm_central_r0_\w+$/);
    expect(maskedText(before, 'EMP-123456 FOO-123')).toMatch(/^hpm_central_r0_\w+ FOO-123$/);
    live.use(undefined);
    expect(maskedText(live, 'EMP-123456 FOO-123')).toBe('EMP-123456 FOO-123');
  });
});
