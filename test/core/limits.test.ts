import { expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';

test.each(Object.entries(LIMITS))('%s is a whole number above nothing', (_, limit) => {
  expect(Number.isSafeInteger(limit)).toBe(true);
  expect(limit).toBeGreaterThan(0);
});

test('what streaming holds back has room for its largest candidate', () => {
  expect(LIMITS.holdBackBytes).toBeGreaterThan(LIMITS.candidateBytes);
  expect(LIMITS.holdBackBytes).toBeLessThan(LIMITS.messageBytes);
});
