import { expect, test } from 'vitest';

import { exceptionsWord } from '../../../src/core/policy/exceptions-word.ts';

test.each([
  [[{}], undefined, 'allow'],
  [[{ exceptions: 'allow' }], undefined, 'allow'],
  [[{ exceptions: 'deny' }], undefined, 'deny'],
  [[{}, { exceptions: 'deny' }], undefined, 'deny'],
  [[{}], {}, 'deny'],
  [[{ exceptions: 'allow' }], {}, 'deny'],
  [[{ exceptions: 'allow' }], { exceptions: 'deny' }, 'deny'],
  [[{}], { exceptions: 'allow' }, 'allow'],
  [[{ exceptions: 'deny' }], { exceptions: 'allow' }, 'deny'],
] as const)('one’s own %j under a hub’s %j: %s', (own, hub, word) => {
  expect(exceptionsWord(own, hub)).toBe(word);
});
