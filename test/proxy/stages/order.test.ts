import { expect, test } from 'vitest';

import { STAGES } from '../../../src/proxy/stages/order.ts';

test('the stages are these five, in this order, and a refusal is still recorded and answered', () => {
  expect(STAGES.map(({ name, always }) => [name, always])).toEqual([
    ['inspect', false],
    ['policy', false],
    ['approve', false],
    ['record', true],
    ['deliver', true],
  ]);
});
