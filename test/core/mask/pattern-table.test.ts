import { describe, expect, test } from 'vitest';

import { spellingsOf } from '../../../src/core/mask/known-patterns.ts';
import { PatternTable } from '../../../src/core/mask/pattern-table.ts';
import { WindowGate } from '../../../src/core/mask/window-gate.ts';
import { bytes, random } from './fixtures.ts';

/** What values of one vendor have in common, and a text repeats. */
const PREFIXES: Readonly<Record<string, string>> = {
  'a short prefix': 'ghp_',
  'a prefix of capitals': ['AK', 'IA'].join(''),
  'a long prefix': `sk-${'ant'}-api03-`,
  'a header of a JWT': `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.`,
  'two hundred bytes': random('alnum', 200, 3),
  'one letter': 'a'.repeat(24),
};

/** How a value goes on after what all have in common. */
const RESTS: Readonly<Record<string, (i: number) => string>> = {
  'random letters': (i) => random('alnum', 30, i + 1),
  'a number that is counted up': (i) => String(i).padStart(6, '0'),
  'a number, and more that all have': (i) => `${String(i).padStart(6, '0')}${random('alnum', 40, 9)}`,
};

const CASES = Object.entries(PREFIXES).flatMap(([what, prefix]) =>
  Object.entries(RESTS).map(([how, rest]) => [what, how, prefix, rest] as const),
);

/** Where near misses of more values stand in a text, more places are looked at; a byte is still read no more than this. */
const FEW = 8;
/** At each of its anchors a pattern may begin at one of four places, of which four bytes are read. */
const MANY = 40;

describe('what a byte of a text costs', () => {
  test.each(CASES)('%s and %s: as much with 10,000 values as with 100', (_, __, prefix, rest) => {
    const [few, many] = [tableOf(prefix, rest, 100), tableOf(prefix, rest, 10_000)];
    for (const unit of hostile(prefix, rest)) {
      const text = bytes(unit.repeat(Math.ceil(8_000 / unit.length)));
      const [less, more] = [reads(few, text), reads(many, text)];
      expect(more).toBeLessThanOrEqual(Math.max(1.5 * less, FEW * text.length));
      expect(more).toBeLessThanOrEqual(MANY * text.length);
      expect(reads(many, bytes(unit.repeat(Math.ceil(16_000 / unit.length)))) / more).toBeLessThanOrEqual(
        2.2,
      );
    }
  });
});

test('every occurrence is reported once, wherever it stands', () => {
  const table = new PatternTable(new WindowGate());
  const values = Array.from(
    { length: 300 },
    (_, i) => `${PREFIXES['a long prefix']}${random('alnum', 8 + (i % 60), i)}`,
  );
  for (const [i, value] of values.entries()) add(table, value, i);
  for (let before = 0; before < 8; before++) {
    const text = bytes('.'.repeat(before) + values.join('..'));
    const found: string[] = [];
    table.search(text, { from: 0, end: text.length, final: true }, (_, start, end) => {
      found.push(Buffer.from(text.subarray(start, end)).toString());
    });
    expect(found.toSorted()).toEqual(values.toSorted());
  }
});

test('of a text that is cut off the place is told from where on a pattern fits', () => {
  const table = tableOf('ghp_', RESTS['a number, and more that all have'] ?? String, 5_000);
  const value = `ghp_004711${random('alnum', 40, 9)}`;
  for (let cut = 1; cut < value.length; cut++) {
    const text = bytes(`ghp_ghp_0${value.slice(0, cut)}`);
    expect(
      table.search(text, { from: 0, end: text.length, final: false }, () => {}),
      value.slice(0, cut),
    ).toBe(9);
  }
});

// The prefix; a value but for its end; near misses of several values.
function hostile(prefix: string, rest: (i: number) => string): string[] {
  const value = prefix + rest(7);
  return [prefix, value.slice(0, -1), `${value.slice(0, -1)} ${prefix}${rest(8).slice(0, -2)}`];
}

function tableOf(prefix: string, rest: (i: number) => string, count: number): PatternTable {
  const table = new PatternTable(new WindowGate());
  for (let i = 0; i < count; i++) add(table, prefix + rest(i), i);
  return table;
}

function add(table: PatternTable, value: string, number: number): void {
  for (const spelled of spellingsOf(bytes(value), number))
    table.add({ ...spelled, anchor: table.anchorFor(spelled.bytes) });
}

/** How many times a byte of the text is read. */
function reads(table: PatternTable, text: Uint8Array): number {
  let count = 0;
  const counting = new Proxy(text, {
    get: (target, key) => {
      count++;
      return Reflect.get(target, key) as unknown;
    },
  });
  table.search(counting, { from: 0, end: text.length, final: false }, () => {});
  return count;
}
