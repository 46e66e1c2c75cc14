import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { readDotEnv } from '../../src/platform/dot-env.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hallpass-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);

test('a project without any has none', () => {
  expect(readDotEnv(directory)).toEqual({ entries: [], skipped: [] });
});

test('every way of writing a variable is read; empty ones are left out', () => {
  write('.env', 'A=1\r\nB="two words"\nexport C=\'c\'\n# D=no\nE=\nF="x\\ny" # comment\nG=a=b\n');
  expect(readDotEnv(directory).entries.map(({ name, value }) => [name, value])).toEqual([
    ['A', '1'],
    ['B', 'two words'],
    ['C', 'c'],
    ['F', 'x\ny'],
    ['G', 'a=b'],
  ]);
});

test.each([
  '.env',
  '.env.local',
  '.env.production',
  '.env.staging',
  '.env.test.local',
  '.env.keys',
  '.env.ci-2',
])('%s is read', (name) => {
  write(name, 'A=b\n');
  expect(readDotEnv(directory).entries).toEqual([{ file: name, name: 'A', value: 'b' }]);
});

test.each(['.env.example', '.env.local.sample', '.env.template', '.env.dist', 'env', '.envrc', 'x.env'])(
  '%s is not',
  (name) => {
    write(name, 'A=b\n');
    expect(readDotEnv(directory)).toEqual({ entries: [], skipped: [] });
  },
);

test('the same variable of several files is there with each of its values', () => {
  write('.env', 'A=one\n');
  write('.env.local', 'A=other\n');
  expect(readDotEnv(directory).entries.map(({ file, value }) => [file, value])).toEqual([
    ['.env', 'one'],
    ['.env.local', 'other'],
  ]);
});

test('what is no file, or far too large for one, is skipped and said', () => {
  mkdirSync(join(directory, '.env'));
  // A reader would wait for a writer for ever.
  execFileSync('mkfifo', [join(directory, '.env.local')]);
  write('.env.large', `A=${'x'.repeat(2 * 1024 * 1024)}`);
  write('.env.test', 'B=c\n');
  expect(readDotEnv(directory)).toEqual({
    entries: [{ file: '.env.test', name: 'B', value: 'c' }],
    skipped: ['.env', '.env.large', '.env.local'],
  });
});
