import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canonical, parseCanonical } from '../../../src/core/session/canonical.ts';

const key = fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/);
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value')),
    fc.dictionary(key, tie('value'), { noNullPrototype: true }),
  ),
})).value;

describe('writing', () => {
  test('keys are sorted, nothing is spaced, undefined members are left out', () => {
    expect(canonical({ b: [1, { d: null, c: true }], a: 'x', gone: undefined })).toBe(
      '{"a":"x","b":[1,{"c":true,"d":null}]}',
    );
  });

  test('the escapes are those of RFC 8785 section 3.2.2.2', () => {
    expect(canonical('\u20ac$\u000f\nA\'B"\\"/\u007f\u2028')).toBe(
      '"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/\u007f\u2028"',
    );
  });

  test('a lone surrogate of a peer becomes U+FFFD and stops nothing', () => {
    expect(canonical('a\ud800b')).toBe('"a\ufffdb"');
  });

  test.each([1.5, Number.NaN, Infinity, 2 ** 53, -0])('%d is no integer below 2^53', (number) => {
    expect(() => canonical({ number })).toThrow(RangeError);
  });

  test.each([[1n], [Symbol('x')], [() => 1], [undefined]])('%s is not plain data', (value) => {
    expect(() => canonical([value])).toThrow(RangeError);
  });
});

describe('reading', () => {
  test('what was written is read back as it was, whatever it says', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const text = canonical(value);
        expect(canonical(parseCanonical(text))).toBe(text);
      }),
    );
  });

  test.each([
    ['a space', '{"a": 1}'],
    ['keys out of order', '{"b":1,"a":2}'],
    ['keys out of order further in', '{"a":[{"c":1,"b":2}]}'],
    ['a key twice', '{"a":1,"a":1}'],
    ['an escape that need not be', '{"a":"\\u0041"}'],
    ['an escaped slash', '{"a":"\\/"}'],
    ['a float', '{"a":1.5}'],
    ['an exponent', '{"a":1e3}'],
    ['a leading zero of the fraction', '{"a":1.0}'],
    ['minus zero', '{"a":-0}'],
    ['an integer that JavaScript would round', '{"a":9007199254740993}'],
    ['the first integer it can not tell from its neighbour', '{"a":9007199254740992}'],
    ['an escaped lone surrogate', '{"a":"\\ud800"}'],
    ['a byte order mark in a string that is not there', '{"a":"x"}\n'],
  ])('%s is not canonical', (_what, text) => {
    expect(parseCanonical(text)).toBeUndefined();
  });

  test('any other text of the same value is refused', () => {
    fc.assert(
      fc.property(plain, fc.nat(3), (value, spaces) => {
        const text = JSON.stringify(value, null, spaces);
        const canonicalText = canonical(value);
        expect(text === canonicalText || parseCanonical(text) === undefined).toBe(true);
      }),
    );
  });
});
