import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeInSlices, decodeJsonString, rawSpans } from '../../../src/core/jsonrpc/json-string.ts';
import { runWhole } from '../../../src/core/slices.ts';
import { chooser, spellString } from '../../helpers/spell-json.ts';

// Lone surrogates too: JSON can write them, UTF-8 can't.
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff })))
    .map((units) => String.fromCharCode(...units)),
);

/** Decodes the JSON string `literal`, which stands somewhere within other bytes. */
function decode(literal: string): { raw: Buffer; start: number; end: number; text: Buffer } {
  const raw = Buffer.from(`{"k":${literal}}`);
  const start = 6;
  const end = raw.length - 2;
  return { raw, start, end, text: Buffer.from(decodeJsonString(raw, start, end)) };
}

/** Where the decoded bytes from each offset to the next stand, looked up `slice` bytes at a time. */
function spansOf(literal: string, offsets: readonly number[], slice = Infinity): string[] {
  const { raw, start, end, text } = decode(literal);
  const stretches = offsets.slice(1).map((to, i) => ({ start: offsets[i] ?? 0, end: to }));
  return runWhole(rawSpans(raw, { start, end, text }, { stretches, slice })).map((span) =>
    raw.toString('utf8', span.start, span.end),
  );
}

test('decodes every spelling of every string as JSON.parse does', () => {
  fc.assert(
    fc.property(anyText, fc.nat(), (text, seed) => {
      const literal = spellString(text, chooser(seed));
      expect(decode(literal).text).toEqual(Buffer.from(JSON.parse(literal) as string));
    }),
    { numRuns: 2_000 },
  );
});

test('each decoded character is led back to its own raw bytes', () => {
  fc.assert(
    fc.property(anyText, fc.nat(), fc.integer({ min: 1, max: 20 }), (text, seed, slice) => {
      const literal = spellString(text, chooser(seed));
      const decoded = JSON.parse(literal) as string;
      const offsets = [0];
      for (const character of decoded) offsets.push((offsets.at(-1) ?? 0) + Buffer.from(character).length);
      const spelled = spansOf(literal, offsets, slice);
      expect(spelled.join('')).toBe(literal.slice(1, -1));
      const read = spelled.map((spelling) => Buffer.from(JSON.parse(`"${spelling}"`) as string));
      expect(read).toEqual(Array.from(decoded, (character) => Buffer.from(character)));
    }),
    { numRuns: 2_000 },
  );
});

test('in slices it is decoded as in one piece', () => {
  fc.assert(
    fc.property(anyText, fc.nat(), fc.integer({ min: 1, max: 20 }), (text, seed, slice) => {
      const { raw, start, end, text: whole } = decode(spellString(text, chooser(seed)));
      const work = decodeInSlices(raw, { start, end }, slice);
      let pauses = 0;
      let step = work.next();
      for (; step.done !== true; step = work.next()) pauses += 1;
      expect(Buffer.from(step.value)).toEqual(whole);
      if (whole.length < end - start) expect(pauses * (slice + 12)).toBeGreaterThanOrEqual(end - start);
    }),
    { numRuns: 2_000 },
  );
});

describe('one by one', () => {
  test.each([
    ['short escapes', String.raw`"\"\\\/\b\f\n\r\t"`, '"\\/\b\f\n\r\t'],
    ['hex in either case', String.raw`"\u00e9\u00E9"`, 'éé'],
    ['one to three bytes', String.raw`"\u0041\u00e9\u20ac"`, 'Aé€'],
    ['a surrogate pair', String.raw`"\ud83d\ude00"`, '😀'],
    ['a high surrogate alone', String.raw`"\ud83dx"`, '\ufffdx'],
    ['a high surrogate at the end', String.raw`"\ud83d"`, '\ufffd'],
    ['a low surrogate alone', String.raw`"\ude00"`, '\ufffd'],
    ['the pair the wrong way round', String.raw`"\ude00\ud83d"`, '\ufffd\ufffd'],
    ['high, then a pair', String.raw`"\ud83d\ud83d\ude00"`, '\ufffd😀'],
    ['high, then another escape', String.raw`"\ud83d\n"`, '\ufffd\n'],
    ['high, then a backslash and the letter u', String.raw`"\ud83d\\ude00"`, '\ufffd\\ude00'],
    ['NUL', String.raw`"\u0000"`, '\0'],
    ['an escape that spells an escape', String.raw`"\u005cn"`, '\\n'],
  ])('%s', (_, literal, expected) => {
    expect(decode(literal).text.toString()).toBe(expected);
  });

  test('a string without escapes is not copied', () => {
    const raw = Buffer.from('{"k":"plain é €"}');
    expect(decodeJsonString(raw, 6, raw.length - 2).buffer).toBe(raw.buffer);
  });

  test('a backslash outside the string is none of its business', () => {
    const raw = Buffer.from(String.raw`["\n","plain","\n"]`);
    expect(Buffer.from(decodeJsonString(raw, 7, 12)).toString()).toBe('plain');
    expect(decodeJsonString(raw, 7, 12).buffer).toBe(raw.buffer);
  });

  test('every byte of a character leads to where the character begins', () => {
    const literal = String.raw`"a\ud83d\ude00\u00e9b"`;
    expect(spansOf(literal, [0, 1, 3, 5, 6, 8])).toEqual([
      'a',
      '',
      String.raw`\ud83d\ude00`,
      '',
      String.raw`\u00e9b`,
    ]);
  });
});
