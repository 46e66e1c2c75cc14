import { expect, test } from 'vitest';

import { HallpassError } from '../../src/core/errors.ts';

const fail = () => {
  throw new HallpassError('ERR_CONFIG', 'line 3 is broken');
};

test('accepts an error with the code, thrown or rejected', async () => {
  expect(fail).toThrowWithCode('ERR_CONFIG');
  await expect(Promise.reject(new HallpassError('ERR_CONFIG', 'broken'))).rejects.toThrowWithCode(
    'ERR_CONFIG',
  );
});

test.each<[string, () => void]>([
  ['another code', () => expect(fail).toThrowWithCode('ERR_USAGE')],
  [
    'an error without a code',
    () =>
      expect(() => {
        throw new Error('x');
      }).toThrowWithCode('ERR_CONFIG'),
  ],
  ['nothing thrown', () => expect(() => 1).toThrowWithCode('ERR_CONFIG')],
  [
    'an error without a hint',
    () =>
      expect(() => {
        throw new HallpassError('ERR_CONFIG', 'x', { hint: '' });
      }).toThrowWithCode('ERR_CONFIG'),
  ],
])('refuses %s', (_, check) => {
  expect(check).toThrow(/expected/);
});
