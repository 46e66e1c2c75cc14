import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  JsonError,
  walkInSlices,
  walkJson,
  type JsonPath,
  type JsonVisitor,
} from '../../../src/core/jsonrpc/json-walk.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { readJson } from '../../helpers/read-json.ts';
import { chooser, spellJson } from '../../helpers/spell-json.ts';

function accepts(raw: Uint8Array): boolean {
  try {
    walkJson(raw, {});
    return true;
  } catch (error) {
    if (error instanceof JsonError) return false;
    throw error;
  }
}

function parses(raw: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw));
    return true;
  } catch {
    return false;
  }
}

interface Seen {
  readonly kind: string;
  readonly path: JsonPath;
  readonly text: string;
}

function walk(text: string): Seen[] {
  const raw = Buffer.from(text);
  const seen: Seen[] = [];
  const note =
    (kind: string) =>
    (path: JsonPath, start: number, end: number): void =>
      void seen.push({ kind, path: [...path], text: raw.subarray(start, end).toString() });
  walkJson(raw, {
    key: note('key'),
    string: note('string'),
    number: note('number'),
    literal: note('literal'),
    container: note('container'),
  });
  return seen;
}

function valueAt(value: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], value);
}

const spelled = fc.tuple(fc.jsonValue({ maxDepth: 5 }), fc.nat()).map(([value, seed]) => ({
  value: readJson(JSON.stringify(value)),
  text: spellJson(value, chooser(seed)),
}));

describe('accepts exactly what JSON.parse accepts of UTF-8', () => {
  test('every spelling of every value', () => {
    fc.assert(
      fc.property(spelled, ({ text }) => accepts(Buffer.from(text))),
      { numRuns: 500 },
    );
  });

  test('and of broken ones what JSON.parse still takes', () => {
    const bytes = [
      ...Buffer.from('{}[]:,"\\/u0019eE+-.tfn \n\r\t\b\u00e9'),
      0xff,
      0xc3,
      0xed,
      0xa0,
      0x00,
      0x1f,
      0x7f,
    ];
    const edit = fc.record({
      at: fc.nat(),
      remove: fc.nat(2),
      insert: fc.array(fc.constantFrom(...bytes), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(spelled, fc.array(edit, { minLength: 1, maxLength: 3 }), ({ text }, edits) => {
        const raw = [...Buffer.from(text)];
        for (const { at, remove, insert } of edits) raw.splice(at % (raw.length + 1), remove, ...insert);
        const whole = Buffer.from(raw);
        expect(accepts(whole)).toBe(parses(whole));
      }),
      { numRuns: 3_000 },
    );
  });

  test('short texts of JSON punctuation', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"a"',
      '1',
      '-',
      '0',
      '.',
      'e',
      '+',
      'true',
      'null',
      ' ',
      '\\u',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const raw = Buffer.from(pieces.join(''));
        expect(accepts(raw)).toBe(parses(raw));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['nothing', ''],
    ['only spaces', ' \n'],
    ['a byte order mark', '\ufeff{}'],
    ['two values', '{}{}'],
    ['a trailing comma in an object', '{"a":1,}'],
    ['a trailing comma in an array', '[1,]'],
    ['a lone comma', '[,]'],
    ['a missing comma', '[1 2]'],
    ['a missing colon', '{"a" 1}'],
    ['a missing value', '{"a":}'],
    ['a bare key', '{a:1}'],
    ['a number as key', '{1:1}'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{/**/}'],
    ['a leading zero', '01'],
    ['a leading plus', '+1'],
    ['a minus alone', '-'],
    ['a point without digits', '1.'],
    ['a point first', '.5'],
    ['an exponent without digits', '1e'],
    ['an exponent with only a sign', '1e+'],
    ['hexadecimal', '0x10'],
    ['NaN', 'NaN'],
    ['Infinity', '-Infinity'],
    ['a capital literal', 'True'],
    ['half a literal', 'tru'],
    ['a literal that goes on', 'nullx'],
    ['an unterminated string', '"abc'],
    ['a string that ends in a backslash', '"abc\\'],
    ['a string that ends in an escaped quote', '"abc\\"'],
    ['an unknown escape', '"\\x41"'],
    ['a capital U', '"\\U0041"'],
    ['a short unicode escape', '"\\u004"'],
    ['a unicode escape of no hex', '"\\u00g0"'],
    ['a newline in a string', '"a\nb"'],
    ['a tab in a string', '"a\tb"'],
    ['a NUL in a string', '"a\0b"'],
    ['a form feed between values', '[\f1]'],
    ['a non-breaking space between values', '[\u00a01]'],
    ['an unclosed object', '{"a":1'],
    ['an unclosed array', '[1'],
    ['a wrong bracket', '[1}'],
  ])('refuses %s', (_, text) => {
    const raw = Buffer.from(text);
    expect(parses(raw)).toBe(false);
    expect(() => walkJson(raw, {})).toThrow(JsonError);
  });

  test.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['past the last code point', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]],
    ['a character that is cut off', [0x22, 0xe2, 0x82, 0x22]],
    ['UTF-16', [0x7b, 0x00, 0x7d, 0x00]],
  ])('refuses bytes that are not UTF-8: %s', (_, bytes) => {
    expect(() => walkJson(Uint8Array.from(bytes), {})).toThrow(JsonError);
  });
});

describe('long strings', () => {
  const OTHERS = [
    '"',
    '\\',
    '\\"',
    '\\u00e9',
    '\0',
    '\x1f',
    ' ',
    '!',
    '#',
    '[',
    ']',
    '\x7f',
    'é',
    '\u{1f600}',
    '"x',
  ];

  test.each(OTHERS)('%j is told for what it is wherever it stands in memory', (other) => {
    for (let place = 0; place < 12; place += 1)
      for (let shift = 0; shift < 4; shift += 1) {
        const text = `"${'a'.repeat(60 + place)}${other}${'b'.repeat(70)}"`;
        const memory = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
        const raw = new Uint8Array(new Uint8Array(memory).buffer, shift);
        expect(accepts(raw)).toBe(parses(raw));
        if (accepts(raw)) expect(walk(text)[0]?.text).toBe(text.slice(1, -1));
      }
  });
});

describe('what the visitor hears', () => {
  test('every leaf at its path with the span of its lexeme', () => {
    fc.assert(
      fc.property(spelled, ({ value, text }) => {
        for (const { kind, path, text: lexeme } of walk(text)) {
          if (kind === 'key') expect(JSON.parse(`"${lexeme}"`)).toBe(path.at(-1));
          else if (kind === 'string') expect(JSON.parse(`"${lexeme}"`)).toBe(valueAt(value, path));
          else expect(readJson(lexeme)).toEqual(valueAt(value, path));
        }
      }),
      { numRuns: 500 },
    );
  });

  test('in document order, containers when they are complete', () => {
    expect(
      walk(' {"a" : [1, "x"], "b":{"\\u0063":null}, "d":[]} ').map(({ kind, path, text }) => [
        kind,
        path.join('/'),
        text,
      ]),
    ).toEqual([
      ['key', 'a', 'a'],
      ['number', 'a/0', '1'],
      ['string', 'a/1', 'x'],
      ['container', 'a', '[1, "x"]'],
      ['key', 'b', 'b'],
      ['key', 'b/c', '\\u0063'],
      ['literal', 'b/c', 'null'],
      ['container', 'b', '{"\\u0063":null}'],
      ['key', 'd', 'd'],
      ['container', 'd', '[]'],
      ['container', '', '{"a" : [1, "x"], "b":{"\\u0063":null}, "d":[]}'],
    ]);
  });

  test('each key by its own name, however like another it is', () => {
    const keys = [
      '',
      'a',
      'a1c',
      'a2c',
      'a1c',
      'a12c',
      '',
      'a2c',
      'a\\u0031c',
      'é1',
      'é2',
      'é1',
      'key-of-more-letters',
    ];
    const text = `[${keys.map((key) => `{"${key}":0}`).join()}]`;
    const seen = walk(text).filter(({ kind }) => kind === 'key');
    expect(seen.map(({ path }) => path.at(-1))).toEqual(keys.map((key) => JSON.parse(`"${key}"`) as unknown));
  });

  test('number lexemes as they are written', () => {
    const lexemes = ['0', '-0', '1.0', '1E400', '-1.5e-10', '12345678901234567890', '0.1e+1'];
    expect(
      walk(`[${lexemes.join()}]`)
        .filter(({ kind }) => kind === 'number')
        .map(({ text }) => text),
    ).toEqual(lexemes);
  });

  test('nothing of what follows the fault', () => {
    const seen: string[] = [];
    const raw = Buffer.from('["a", oops, "b"]');
    expect(() =>
      walkJson(raw, { string: (_, start, end) => void seen.push(raw.toString('utf8', start, end)) }),
    ).toThrow(JsonError);
    expect(seen).toEqual(['a']);
  });
});

describe('bounds', () => {
  const nested = (depth: number): Uint8Array => Buffer.from('['.repeat(depth) + ']'.repeat(depth));
  const objects = (depth: number): Uint8Array => Buffer.from('{"a":'.repeat(depth) + '1' + '}'.repeat(depth));

  test('the deepest that is allowed passes, one more does not', () => {
    expect(accepts(nested(LIMITS.jsonDepth))).toBe(true);
    expect(accepts(nested(LIMITS.jsonDepth + 1))).toBe(false);
    expect(accepts(objects(LIMITS.jsonDepth))).toBe(true);
    expect(accepts(objects(LIMITS.jsonDepth + 1))).toBe(false);
  });

  test('a million open brackets are an error and no overflow of the stack', () => {
    expect(() => walkJson(Buffer.from('['.repeat(1_000_000)), {})).toThrow('nested deeper');
  });

  test('an error says where, and nothing of the text', () => {
    const text = `{"a": "${'hunter'}two", oops}`;
    expect(() => walkJson(Buffer.from(text), {})).toThrow(`expected a key at byte ${text.indexOf('oops')}`);
  });
});

describe('in slices', () => {
  test('no more text is told between two pauses than fits into a slice', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 20 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 200, max: 300 }), (value, slice) => {
        const raw = Buffer.from(JSON.stringify(value.map((length) => 'x'.repeat(length))));
        let told = 0;
        const work = walkInSlices(raw, { string: (_, start, end) => void (told += end - start) }, slice);
        for (let step = work.next(); ; step = work.next()) {
          expect(told).toBeLessThanOrEqual(slice);
          told = 0;
          if (step.done === true) break;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a long string is handed over before anything else is told', () => {
    const raw = Buffer.from(JSON.stringify(['x'.repeat(100), 1]));
    const order: string[] = [];
    const visitor: JsonVisitor = {
      string: () => void order.push('string'),
      *longString(path, start, end) {
        order.push(`begun ${path.join()} ${end - start}`);
        yield;
        order.push('done');
      },
      number: () => void order.push('number'),
    };
    let pauses = 0;
    for (const _ of walkInSlices(raw, visitor, 30)) pauses += 1;
    expect(order).toEqual(['begun 0 100', 'done', 'number']);
    expect(pauses).toBeGreaterThanOrEqual(5);
  });
});
