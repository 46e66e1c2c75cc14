import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { PagedFile } from '../../src/platform/paged-file.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

const PAGE = 16 * 1024;

function numbers(length: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: length / 4 }, (_, at) => at).buffer);
}

test('reads anywhere what reading all of it says is there', () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'file');
  // More pages than are kept.
  const bytes = numbers(80 * PAGE + 20);
  writeFileSync(path, bytes);
  const file = new PagedFile(path);
  const offset = fc.oneof(
    fc.nat(bytes.length + 10),
    fc.nat(80).map((page) => page * PAGE),
  );
  const length = fc.oneof(fc.nat(100), fc.nat(3 * PAGE));
  fc.assert(
    fc.property(fc.array(fc.tuple(offset, length), { maxLength: 100 }), (reads) => {
      for (const [from, count] of reads)
        expect(file.read(from, count).equals(bytes.subarray(from, from + count))).toBe(true);
    }),
  );
  expect(file.read(0, bytes.length + 1).equals(bytes)).toBe(true);
  file.close();
});

test('what is written on is read, also where a page was read before it was full', () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'file');
  writeFileSync(path, 'one ');
  const file = new PagedFile(path);
  expect(String(file.read(0, 100))).toBe('one ');
  appendFileSync(path, 'two');
  expect([file.size(), String(file.read(0, 100)), file.reopen()]).toEqual([7, 'one two', false]);
  expect(String(file.read(4, 2))).toBe('tw');
  file.close();
});

test('what takes its place is read when it is opened anew, and not before', () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'file');
  writeFileSync(path, 'the first');
  const file = new PagedFile(path);
  writeFileSync(`${path}.new`, 'the other');
  renameSync(`${path}.new`, path);
  expect(String(file.read(0, 9))).toBe('the first');
  expect(file.reopen()).toBe(true);
  expect(String(file.read(0, 9))).toBe('the other');
  expect(file.reopen()).toBe(false);
  file.close();
});

test('a file that was cut is another one', () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'file');
  writeFileSync(path, 'torn off here');
  const file = new PagedFile(path);
  expect(String(file.read(0, 4))).toBe('torn');
  truncateSync(path, 2);
  expect(file.reopen()).toBe(true);
  expect(String(file.read(0, 4))).toBe('to');
  file.close();
});

test('one that is not there is empty, and may come; one that was deleted is read to its end', () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'file');
  const file = new PagedFile(path);
  expect([file.size(), file.read(0, 9).length, file.reopen()]).toEqual([0, 0, false]);
  writeFileSync(path, 'here');
  expect(file.reopen()).toBe(true);
  expect(String(file.read(0, 9))).toBe('here');
  rmSync(path);
  expect(file.reopen()).toBe(false);
  expect(String(file.read(0, 9))).toBe('here');
  file.close();
});
