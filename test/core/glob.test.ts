import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { compileGlob } from '../../src/core/glob.ts';
import { isIgnored, parseIgnoreFile } from '../../src/core/ignore-rules.ts';
import { initRepository } from '../helpers/repository.ts';

describe('a glob', () => {
  test.each([
    ['a.txt', 'a.txt', true],
    ['a.txt', 'b.txt', false],
    ['*.txt', 'a.txt', true],
    ['*.txt', 'd/a.txt', false],
    ['**/*.txt', 'a.txt', true],
    ['**/*.txt', 'd/e/a.txt', true],
    ['d/**', 'd/e/f', true],
    ['d/**', 'd', false],
    ['d/**/f', 'd/f', true],
    ['d/**/f', 'd/x/y/f', true],
    ['d/**/f', 'dx/f', false],
    ['a**b', 'axyb', true],
    ['a**b', 'ax/yb', false],
    ['?', '/', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]', ']', true],
    ['[[:digit:]]', '7', true],
    ['[a', '[a', false],
    ['\\*', '*', true],
    ['\\*', 'a', false],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(compileGlob(pattern)(path)).toBe(expected);
  });

  test.each([
    ['**/a/'.repeat(12) + 'b', `${'a/'.repeat(2_000)}c`],
    ['*a'.repeat(30) + 'b', 'a'.repeat(4_000)],
    ['*[ab]?'.repeat(20) + 'c', 'a'.repeat(4_000)],
  ])('is done with the pattern %s', (pattern, path) => {
    // A matcher that tries one way after the other would take longer than the universe has had.
    expect(compileGlob(pattern)(path)).toBe(false);
  });
});

describe('a gitignore file', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'hallpass-ignore-'));
    initRepository(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each([
    ['# comment\n\n \n', 'a', undefined],
    ['a', 'd/a', true],
    ['/a', 'd/a', undefined],
    ['d/a', 'd/a', true],
    ['d/a', 'e/d/a', undefined],
    ['a/', 'a', undefined],
    ['*\n!a', 'a', false],
    ['\\#a', '#a', true],
    ['\\!a', '!a', true],
    ['a  ', 'a', true],
    ['a\\ ', 'a ', true],
    ['a\r\n', 'a', true],
    ['\ufeffa', 'a', true],
  ])('%j says of %s: %s', (text, path, expected) => {
    expect(isIgnored(parseIgnoreFile(text), path, { isDirectory: false })).toBe(expected);
  });

  test('of directories alone is about directories alone', () => {
    expect(isIgnored(parseIgnoreFile('a/'), 'd/a', { isDirectory: true })).toBe(true);
  });

  test('means what git means by it', () => {
    const piece = fc.constantFrom('a', 'b', '*', '**', '?', '/', '/', '[ab]', '[!a]', '[a', '\\a', ' ', '!');
    // Git takes `x**/y` for `x` and then `**/y`, where its manual says that such asterisks are usual ones, as here.
    const line = fc
      .array(piece, { minLength: 1, maxLength: 7 })
      .map((pieces) => pieces.join(''))
      .filter((text) => !/[^/]\*\*/.test(text));
    const file = fc.array(line, { minLength: 1, maxLength: 3 });
    const path = fc.array(fc.stringMatching(/^[ab]{1,2}$/), { minLength: 1, maxLength: 4 });
    const cases = fc
      .sample(fc.tuple(file, path), { numRuns: 250, seed: 11 })
      .map(([lines, parts]) => ({ text: `${lines.join('\n')}\n`, parts }));
    const byGit = ignoredByGit(directory, cases);
    const here = cases.map(({ text, parts }) => [text, parts.join('/'), ignoredHere(text, parts)]);
    expect(here).toEqual(cases.map(({ text, parts }, at) => [text, parts.join('/'), byGit[at]]));
    expect(new Set(byGit)).toEqual(new Set([true, false]));
  });
});

interface Case {
  /** The ignore file. */
  readonly text: string;
  readonly parts: readonly string[];
}

// As a walk finds out: what is in an ignored directory is never looked at.
function ignoredHere(text: string, parts: readonly string[]): boolean {
  const rules = parseIgnoreFile(text);
  return parts.some((_, at) => {
    const path = parts.slice(0, at + 1).join('/');
    return isIgnored(rules, path, { isDirectory: at < parts.length - 1 }) === true;
  });
}

// Each in a directory of its own, whose ignore file is about what lies in it: so one process can tell of all.
function ignoredByGit(directory: string, cases: readonly Case[]): boolean[] {
  const paths = cases.map(({ parts }, at) => `${at}/${parts.join('/')}`);
  for (const [at, { text }] of cases.entries()) {
    mkdirSync(join(directory, String(at)));
    writeFileSync(join(directory, String(at), '.gitignore'), text);
  }
  const env = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1' };
  const args = ['check-ignore', '--no-index', '--stdin', '-z'];
  const options = { cwd: directory, env, input: paths.join('\0'), encoding: 'utf8' } as const;
  const ignored = new Set(execFileSync('git', args, options).split('\0'));
  return paths.map((path) => ignored.has(path));
}
