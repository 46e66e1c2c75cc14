import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { beforeEach, expect, test } from 'vitest';

import { writeProjectText } from '../../src/platform/project-text.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hallpass-'));
  file = join(directory, 'hallpass.allow.yaml');
  return () => rmSync(directory, { recursive: true });
});

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('a file of a project is new with what the umask leaves of its permissions, and keeps those it has', () => {
  const umask = process.umask(0o077);
  try {
    writeProjectText(file, 'one');
    expect(modeOf(file)).toBe(0o600);
    rmSync(file);
    process.umask(0o022);
    writeProjectText(file, 'one');
    expect(modeOf(file)).toBe(0o644);
    chmodSync(file, 0o664);
    writeProjectText(file, 'two');
    expect([modeOf(file), readFileSync(file, 'utf8')]).toEqual([0o664, 'two']);
  } finally {
    process.umask(umask);
  }
});

test('it is replaced as a whole: who has the old one open reads that to its end', () => {
  writeProjectText(file, 'one');
  const old = join(directory, 'old');
  linkSync(file, old);
  writeProjectText(file, 'two');
  expect([readFileSync(old, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['one', 'two']);
  expect(readdirSync(directory).toSorted()).toEqual(['hallpass.allow.yaml', 'old']);
});

test('a link, a pipe or a directory in its place is refused, and nothing is left behind', () => {
  const other = join(directory, 'other');
  writeFileSync(other, 'mine');
  symlinkSync(other, file);
  expect(() => writeProjectText(file, 'two')).toThrow('it is a link');
  rmSync(file);
  execFileSync('mkfifo', [file]);
  expect(() => writeProjectText(file, 'two')).toThrow('it is not a file');
  expect(() => writeProjectText(directory, 'two')).toThrowWithCode('ERR_CONFIG');
  expect(() => writeProjectText(join(directory, 'none', 'x'), 'two')).toThrowWithCode('ERR_CONFIG');
  expect([readFileSync(other, 'utf8'), readdirSync(directory).length]).toEqual(['mine', 2]);
});
