import { expect, test } from 'vitest';

import { plant, random } from '../helpers/canaries.ts';
import { sandbox } from '../helpers/hallpass.ts';

// These pass when they fail: that is what the set-up of the end-to-end tests is for.
test.fails('a test that searches nothing for planted secrets fails, whatever else it shows', () => {
  expect(true).toBe(true);
});

test.fails('a test in whose sandbox a secret got out fails, though it never asked', async () => {
  await using hallpass = await sandbox();
  const { value } = plant('a secret on the command line', random(24));
  const { code } = await hallpass.run(['sessions', 'show', value]);
  expect(code).toBe(2);
});

test('a test in whose sandbox none did passes', async () => {
  await using hallpass = await sandbox();
  expect((await hallpass.run(['--version'])).code).toBe(0);
});
