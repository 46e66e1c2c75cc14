import fc from 'fast-check';
import { expect, test } from 'vitest';

import { oneLine, toLine } from '../../../src/core/jsonrpc/one-line.ts';
import { readJson } from '../../helpers/read-json.ts';
import { chooser, spellJson } from '../../helpers/spell-json.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test.each([
  ['{"a":1}', '{"a":1}'],
  ['{"a":1}\n', '{"a":1}'],
  ['{"a":1}\r\n', '{"a":1}'],
  ['{\n  "a": 1\n}', '{   "a": 1 }'],
  ['{\r\n"a":\r1}\n', '{  "a": 1}'],
  ['{"a":1}\r', '{"a":1} '],
  ['{"a":1}\n\n', '{"a":1} '],
])('%j on one line is %j', (message, line) => {
  expect(text(oneLine(Buffer.from(message)))).toBe(line);
});

test.each(['{"a":1}\n', '{"a":1}\r\n'])('%j is a line already and stays the very same', (message) => {
  const bytes = Buffer.from(message);
  expect(toLine(bytes)).toBe(bytes);
});

test('any spelling of a message becomes one line that says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), (value, seed) => {
      const message = spellJson(value, chooser(seed));
      const line = text(toLine(Buffer.from(message)));
      expect(line).toMatch(/^[^\r\n]*\r?\n$/);
      expect(readJson(line)).toEqual(readJson(message));
    }),
  );
});

test('the message itself is left as it was', () => {
  const message = Buffer.from('{\n}');
  toLine(message);
  expect(message.toString()).toBe('{\n}');
});
