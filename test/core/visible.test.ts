import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { visible, visibleJson } from '../../src/core/visible.ts';

// Written as escapes, so that this file itself hides nothing.
test.each<[string, string, string]>([
  ['a CSI sequence', 'a\u001b[31mred', 'a\\x1b[31mred'],
  ['an OSC 8 link', '\u001b]8;;https://evil.example\u0007click', '\\x1b]8;;https://evil.example\\x07click'],
  ['an OSC 52 clipboard write', '\u001b]52;c;ZXZpbA==\u001b\\', '\\x1b]52;c;ZXZpbA==\\x1b\\'],
  ['a C1 CSI', '\u009b2J', '\\x9b2J'],
  ['DCS and APC', '\u0090q\u009f', '\\x90q\\x9f'],
  ['a carriage return over the line', 'deleted\rkept   ', 'deleted\\x0dkept   '],
  ['backspaces', 'rm\b\bls', 'rm\\x08\\x08ls'],
  ['bidi override', 'a\u202etxt.exe', 'a\\u{202e}txt.exe'],
  ['bidi isolates', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ['zero-width characters', 'pass\u200bword\ufeff', 'pass\\u{200b}word\\u{feff}'],
  ['a soft hyphen', 'to\u00adken', 'to\\xadken'],
  ['tag characters', 'hi\u{e0041}', 'hi\\u{e0041}'],
  ['variation selectors that carry bytes', 'x\ufe00\u{e0100}', 'x\\u{fe00}\\u{e0100}'],
  ['Hangul fillers', '\u3164\uffa0', '\\u{3164}\\u{ffa0}'],
  ['line separators', 'a\u2028b', 'a\\u{2028}b'],
  ['a lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
])('%s is shown, not obeyed', (_, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each([
  'plain text, 100 %',
  'zwölf Boxkämpfer',
  '日本語',
  'tabs\tand\nnewlines',
  '⚠️ careful',
  '\\x1b written out',
])('%j stays as it is', (text) => expect(visible(text)).toBe(text));

test('one line means one line', () => {
  expect(visible('a\nb\tc', { oneLine: true })).toBe('a\\nb\\tc');
});

test('JSON stays the same value on one harmless line', () => {
  const value = { name: 'a\u202eb\u{e0041}\u009b\ud800\n', list: ['ö'] };
  const line = visibleJson(value);
  expect(line).toBe(String.raw`{"name":"a\u202eb\udb40\udc41\u009b\ud800\n","list":["ö"]}`);
  expect(JSON.parse(line)).toEqual(value);
});

describe('whatever the text', () => {
  const anything = fc.string({ unit: 'binary' });

  test('nothing that a terminal obeys or hides is left', () => {
    fc.assert(
      fc.property(anything, (text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(visible(text, { oneLine: true }))),
    );
  });

  test('doing it twice changes nothing', () => {
    fc.assert(fc.property(anything, (text) => visible(visible(text)) === visible(text)));
  });
});
