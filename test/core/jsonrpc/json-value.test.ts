import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type JsonValue, valueAt } from '../../../src/core/jsonrpc/json-value.ts';

const read = (json: string): JsonValue | undefined => valueAt(Buffer.from(json), []);

test('a string is what JSON.parse takes it for, whatever is escaped in it', () => {
  const point = fc.oneof(fc.nat(0x7f), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));
  const character = fc.tuple(
    point.map((code) => String.fromCodePoint(code)),
    fc.boolean(),
  );
  fc.assert(
    fc.property(fc.array(character), (characters) => {
      const json = characters.map(([text, isEscaped]) =>
        isEscaped ? escaped(text) : JSON.stringify(text).slice(1, -1),
      );
      expect(read(`"${json.join('')}"`)).toBe(characters.map(([text]) => text).join(''));
    }),
  );
});

function escaped(text: string): string {
  const codes = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return codes.map((code) => `\\u${code.toString(16).padStart(4, '0')}`).join('');
}

test('half of a character, which has no UTF-8, is the one that stands for such', () => {
  expect(read('"a\\ud83dz\\udc00\\ud83d\\ude00"')).toBe('a\ufffdz\ufffd\u{1f600}');
});

test('whole numbers are exact, keys are only keys, and of two the last counts', () => {
  expect(read('{"n":12345678901234567890,"__proto__":1.5,"n":7}')).toEqual(
    new Map<string, JsonValue>([
      ['n', 7n],
      ['__proto__', 1.5],
    ]),
  );
});

test('a part by its place; nothing where there is none', () => {
  const raw = Buffer.from('{"params":{"arguments":[{"a":null},true]}}');
  expect(valueAt(raw, ['params', 'arguments', 0, 'a'])).toBeNull();
  expect(valueAt(raw, ['params', 'arguments', 1])).toBe(true);
  expect(valueAt(raw, ['params', 'name'])).toBeUndefined();
});
