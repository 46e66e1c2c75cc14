import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { watchDirectory } from '../../src/platform/watch-directory.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

test('tells of a new file, and of one that is written on', async () => {
  using directory = temporaryDirectory();
  for (const write of [writeFileSync, appendFileSync]) {
    const { promise, resolve } = Promise.withResolvers<string>();
    const watching = watchDirectory(directory.path, { changed: () => resolve('changed') });
    write(join(directory.path, 'a'), 'more');
    expect(await promise).toBe('changed');
    watching.close();
  }
});

test('where files are named, of no other', async () => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'mine'), '');
  const told: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const wrong = watchDirectory(directory.path, { names: ['none'], changed: () => told.push('none') });
  const right = watchDirectory(directory.path, {
    names: ['mine'],
    changed: () => {
      told.push('mine');
      resolve();
    },
  });
  writeFileSync(join(directory.path, 'other'), '');
  appendFileSync(join(directory.path, 'mine'), 'more');
  await promise;
  wrong.close();
  right.close();
  expect(told).toEqual(['mine']);
});

test('looks for itself where the system can tell nothing yet: a directory that comes later', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'later');
  const { promise, resolve } = Promise.withResolvers<string>();
  const watching = watchDirectory(path, { changed: () => resolve('changed') });
  mkdirSync(path);
  expect(await promise).toBe('changed');
  watching.close();
});
