import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import { judge } from '../../../src/core/mask/judge.ts';
import { isPath } from '../../../src/core/mask/path.ts';

test.each([
  '/etc/passwd',
  '/home/me/Projects2024Alpha/key.pem',
  '/srv/app/config.json',
  '~/.ssh/id_ed25519',
  './dist/index.js',
  'C:\\Users\\me',
  '/opt',
  '/some/where/else.txt',
  '/api/v1beta2/k8s',
  '/Some/Where/v2beta',
])('%s is a path, and so nothing to hide', (path) => {
  expect(isPath(path)).toBe(true);
});

// Base64 has a slash among its 64 letters: one key in 64 begins with one.
test('a key that begins with a slash is a key', () => {
  for (let n = 0; n < 5_000; n += 1) {
    const key = `/${createHash('sha256').update(String(n)).digest('base64').slice(1, 40)}`;
    expect([key, isPath(key), judge(key)]).toEqual([key, false, 'random']);
  }
});
