import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Anchors, INNER, LOOK } from '../../../src/core/policy/classify/anchors.ts';
import { codesOf } from '../../../src/core/policy/classify/lex.ts';

const KINDS = new Uint8Array(256).fill(INNER, 0x80);
for (const letter of 'abcdefghijklmnopqrstuvwxyz_') KINDS[letter.charCodeAt(0)] = INNER;
KINDS['!'.charCodeAt(0)] = LOOK;

const WORDS = ['rm', 'drop', 'drab', 'a_b'];
const ENDINGS = ['key', 'abba'];
const piece = fc.constantFrom(
  ...WORDS,
  ...ENDINGS,
  'r',
  'm',
  'dro',
  'p',
  'e',
  'x',
  'é',
  ' ',
  ' ',
  '.',
  '!',
  '1',
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

test('finds whole words, endings behind a dot, and nothing else', () => {
  const anchors = new Anchors({ words: WORDS, endings: ENDINGS, kinds: KINDS });
  fc.assert(
    fc.property(text, (whole) => {
      const runs = whole.split(/(?<![a-z_é])(?=[a-z_é])|(?<=[a-z_é])(?![a-z_é])/);
      const stands = runs.some(
        (run, at) => WORDS.includes(run) || (ENDINGS.includes(run) && runs[at - 1]?.endsWith('.') === true),
      );
      expect(anchors.standIn(codesOf(whole, new Uint8Array(8)), whole.length)).toBe(stands);
    }),
  );
});

test('asks about each character that is to be looked at, and takes the word for it', () => {
  fc.assert(
    fc.property(text, fc.nat(4), (whole, nth) => {
      const marks = Array.from(whole.matchAll(/!/g), ({ index }) => index);
      const asked: number[] = [];
      const looks = (_: Uint8Array, at: number): boolean => asked.push(at) > nth;
      const anchors = new Anchors({ words: ['zz'], kinds: KINDS, looks });
      expect(anchors.standIn(codesOf(whole, new Uint8Array(8)), whole.length)).toBe(marks.length > nth);
      expect(asked).toEqual(marks.slice(0, nth + 1));
    }),
  );
});
