import { expect, test } from 'vitest';

import { makeCanaries } from '../helpers/canaries.ts';
import { choicesOf } from './choose.ts';
import { holds } from './decode.ts';
import { fuzz } from './fuzz.ts';
import { check } from './oracles.ts';
import { shrink } from './shrink.ts';
import { spelled } from './spell.ts';

const CASES = 50;

// `npm run fuzz` goes on from there, with another seed each time.
test('made-up texts with secrets break no promise', () => {
  const { cases, failed } = fuzz({ seed: 20_261_121, from: 0, goesOn: (done) => done < CASES });
  expect(failed).toEqual([]);
  expect(cases).toBe(CASES);
});

test('the same seed makes the same texts', () => {
  const once = spelled('the value', choicesOf(5, 6));
  expect(spelled('the value', choicesOf(5, 6))).toBe(once);
});

test('what reads the outcome reads every spelling of the contract', () => {
  for (const { value } of Object.values(makeCanaries())) {
    for (let n = 0; n < 40; n++) {
      const text = Buffer.from(`a "${spelled(value, choicesOf(n, 1))}" b`);
      expect(holds(text, [value]), text.toString()).toBe(value);
    }
    expect(holds(Buffer.from(`a ${value.slice(1)} b`), [value])).toBe(undefined);
  }
});

test('a failure is told, and made short', () => {
  const canary = 'Jx7Qm2Vt9Kp4';
  // Nobody makes such a value known: it is shorter than what is searched for.
  const corpus = { canaries: [canary], text: `words \u0000 ${canary}${canary} words` };
  expect(check(corpus, choicesOf(1, 1))).toBe(undefined);
  const failure = { oracle: 'nothing throws', detail: '' };
  expect(shrink(corpus, failure).failure).toBe(failure);
});
