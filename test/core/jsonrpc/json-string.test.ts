import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeJsonString } from '../../../src/core/jsonrpc/json-string.ts';
import { chooser, spellString } from '../../helpers/spell-json.ts';

// Lone surrogates too: JSON can write them, UTF-8 can't.
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd800, max: 0xdfff })))
    .map((units) => String.fromCharCode(...units)),
);

/** Decodes the JSON string `literal`, which stands somewhere within other bytes. */
function decode(literal: string): { raw: Buffer; start: number; text: Buffer; map: Uint32Array | undefined } {
  const raw = Buffer.from(`{"k":${literal}}`);
  const start = 6;
  const { text, map } = decodeJsonString(raw, start, raw.length - 2);
  return { raw, start, text: Buffer.from(text), map };
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

test('the map leads from every decoded character to its own raw bytes', () => {
  fc.assert(
    fc.property(anyText, fc.nat(), (text, seed) => {
      const literal = spellString(text, chooser(seed));
      const { raw, text: decoded, map, start } = decode(literal);
      const offset = (at: number): number => map?.[at] ?? start + at;
      let at = 0;
      for (const character of JSON.parse(literal) as string) {
        const next = at + Buffer.from(character).length;
        const spelling = raw.toString('utf8', offset(at), offset(next));
        expect(Buffer.from(JSON.parse(`"${spelling}"`) as string)).toEqual(decoded.subarray(at, next));
        at = next;
      }
      expect(offset(decoded.length)).toBe(raw.length - 2);
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

  test('a string without escapes is not copied and has no map', () => {
    const { raw, text, map } = decode('"plain é €"');
    expect(text.buffer).toBe(raw.buffer);
    expect(map).toBeUndefined();
  });

  test('a backslash outside the string is none of its business', () => {
    const raw = Buffer.from(String.raw`["\n","plain","\n"]`);
    expect(Buffer.from(decodeJsonString(raw, 7, 12).text).toString()).toBe('plain');
    expect(decodeJsonString(raw, 7, 12).map).toBeUndefined();
  });

  test('every byte of a character leads to where the character begins', () => {
    const { map, start } = decode(String.raw`"a\ud83d\ude00\u00e9b"`);
    expect([...(map ?? [])].map((at) => at - start)).toEqual([0, 1, 1, 1, 1, 13, 13, 19, 20]);
  });
});
