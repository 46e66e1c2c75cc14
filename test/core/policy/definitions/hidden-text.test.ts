import process from 'node:process';

import { expect, test } from 'vitest';

import { hiddenIn } from '../../../../src/core/policy/definitions/hidden-text.ts';

test.each([
  ['plain text', 'Reads a table.\n\n\tAnd “quotes” it — with 日本語 and Ελληνικά.\r\n'],
  ['emoji: families, skin tones, hearts, keycaps', '👨‍👩‍👧 👍🏽 ❤️ 1️⃣ ☎︎ 🏳️‍🌈 👩🏽‍🚀'],
  [
    'flags, three of which are spelt with tags',
    '🇩🇪 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  ],
  ['Persian, with its joiners', 'می\u200cخواهم'],
  ['Hindi and Malayalam', 'क्\u200dष അവന്\u200d'],
  ['Hebrew with marks', 'שלום\u200f (abc)\u200e.'],
  ['a Japanese name with its variant', '葛\u{e0100}城'],
  ['a mathematical variant', '∩\ufe00'],
  ['hyphens for the end of a line', 'ex\u00adtraordi\u00adnary'],
  ['the mark at the beginning of a file', '\ufeffReads.'],
  ['a separator alone', '\u001f'],
  ['pages', 'one\ftwo\vthree'],
])('%s hides nothing', (_, text) => {
  expect(hiddenIn(text)).toBeUndefined();
});

const tagged = (text: string): string =>
  Array.from(text, (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');
const selected = (bytes: readonly number[]): string =>
  bytes.map((byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16)).join('');

test.each([
  ['zero-width spaces', 'ig\u200bnore'],
  ['a joiner between Latin letters', 'ig\u200dnore'],
  ['a non-joiner between Latin letters', 'ig\u200cnore'],
  ['joiners in a row', 'م\u200c\u200c\u200c\u200d'],
  ['a byte order mark inside', 'a\ufeffb'],
  ['an override', 'a\u202eb'],
  ['isolates', 'a\u2066b\u2069'],
  ['a mark in a text that goes one way', 'a\u200eb'],
  ['tags', `a${tagged('ignore previous')}`],
  ['tags behind a flag that is none', `🏴${tagged('evil')}\u{e007f}`],
  ['more tags behind a flag', `🏴${tagged('gbeng')}\u{e007f}${tagged('x')}`],
  ['bytes behind a smile', `😀${selected([72, 105])}`],
  ['one behind a letter', `a${selected([3])}`],
  ['fillers', 'a\u3164b'],
  ['invisible operators', 'a\u2063b'],
  ['hyphens in a row', 'a\u00ad\u00ad\u00adb'],
  ['interlinear notes', 'a\ufff9b\ufffac\ufffb'],
  ['colours', '\u001b[31mred'],
  ['the one-byte form of it', '\u009b31mred'],
  ['a bell', 'a\u0007'],
  ['backspaces', 'ab\b\bcd'],
  ['a line written over', 'ignore all\rReads a file'],
  ['NUL', 'a\0b'],
  ['DEL', 'a\u007fb'],
])('%s hides something', (_, text) => {
  expect(hiddenIn(text)).toMatch(/U\+[0-9A-F]{4,6}\)$/);
});

test('every character that can not be seen is found between letters', () => {
  const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/u;
  const ordinary = new Set(['\n', '\t', '\f', '\v', '\u00ad']);
  for (let code = 0; code <= 0x10_ff_ff; code += 1) {
    const character = String.fromCodePoint(code);
    if (!invisible.test(character) || ordinary.has(character)) continue;
    expect(hiddenIn(`a${character}b`), code.toString(16)).toBeDefined();
  }
});

test('ten times the text takes nothing like a hundred times the work', () => {
  const pieces = ['\r\n', '👨‍👩‍👧', '🏴', 'a\u00ad', 'م\u200c', '\u200f\u05d0', '1️⃣'];
  for (const piece of pieces) {
    cost(piece, 100);
    expect(cost(piece, 20_000), piece).toBeLessThan(50 * Math.max(2_000, cost(piece, 2_000)));
  }
});

/** Microseconds of this process; whatever else the machine does is not counted. */
function cost(piece: string, times: number): number {
  const text = piece.repeat(times);
  const rounds = [0, 1, 2].map(() => {
    const before = process.cpuUsage();
    hiddenIn(text);
    return process.cpuUsage(before).user;
  });
  return Math.min(...rounds);
}
