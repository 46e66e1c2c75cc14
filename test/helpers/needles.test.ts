import { randomInt } from 'node:crypto';

import { expect, test } from 'vitest';

import { Needles } from './needles.ts';

/** A text over few letters, in which much nearly matches. */
function text(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => 'ab\n\u00ff'.charCodeAt(randomInt(4))));
}

test('finds what a search for one after the other finds, and where', () => {
  for (let round = 0; round < 200; round += 1) {
    const haystack = text(randomInt(400));
    const needles = Array.from({ length: 20 }, () => text(3 + randomInt(6)));
    const expected = needles.map((needle) => haystack.indexOf(needle));
    const found = new Needles(needles).in(haystack);
    expect(needles.map((_, i) => found.get(i) ?? -1)).toEqual(expected);
  }
});

test('finds needles that are long, alike, and at either end', () => {
  const long = Buffer.from('x'.repeat(1000));
  const needles = [long, Buffer.from('xxxxy'), Buffer.from('yxxxx')];
  const found = new Needles(needles).in(Buffer.concat([long, Buffer.from('y'), long]));
  expect([...found]).toEqual(
    expect.arrayContaining([
      [0, 0],
      [1, 996],
      [2, 1000],
    ]),
  );
});

test('refuses a needle that is too short', () => {
  expect(() => new Needles([Buffer.from('ab')])).toThrow('too short');
});
