import { expect, test } from 'vitest';

import { ciSystemOf, maskLines } from '../../../src/core/run/ci-masks.ts';

test('a CI system is told of a value in its own words, escaped', () => {
  expect(maskLines('github', 'a%b')).toEqual(['::add-mask::a%25b\n']);
  expect(maskLines('azure', 'a%b')).toEqual(['##vso[task.setsecret]a%AZP25b\n']);
});

test('of many lines it is told each, but for those that stand everywhere', () => {
  expect(maskLines('github', '{\nline number one\r\nline number two\n}')).toEqual([
    '::add-mask::{%0Aline number one%0D%0Aline number two%0A}\n',
    '::add-mask::line number one\n',
    '::add-mask::line number two\n',
  ]);
});

test('which one it is, is told by what it sets', () => {
  expect(ciSystemOf({ GITHUB_ACTIONS: 'true' })).toBe('github');
  expect(ciSystemOf({ TF_BUILD: 'True' })).toBe('azure');
  expect(ciSystemOf({ CI: 'true', GITLAB_CI: 'true' })).toBeUndefined();
});
