import { existsSync, readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url);
const page = readFileSync(new URL('docs/pitfalls.md', root), 'utf8');

interface Row {
  readonly number: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

const rows: Row[] = page.split('\n').flatMap((line) => {
  const [, number = '', , , tests = ''] = line.split('|').map((cell) => cell.trim());
  if (!/^\d+$/.test(number)) return [];
  const named = [...tests.matchAll(/`([^`]+)` "([^"]+)"/g)];
  return [{ number, tests: named.map(([, file = '', name = '']) => ({ file, name })) }];
});

test('each pitfall of MCP’s transports and of localhost names its tests', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, n) => String(n + 1)));
  for (const { number, tests } of rows) expect(tests, `of pitfall ${number}`).not.toEqual([]);
});

test.each(rows.flatMap(({ tests }) => tests))('$file has "$name"', ({ file, name }) => {
  expect(existsSync(new URL(file, root))).toBe(true);
  const source = readFileSync(new URL(file, root), 'utf8');
  const titles = [
    ...source.matchAll(/\b(?:test|describe)\(\s*'([^']+)'|\]\)\(\s*'([^']+)'|\bMETHODS\)\(\s*'([^']+)'/g),
  ];
  expect(titles.map((title) => title[1] ?? title[2] ?? title[3])).toContain(name);
});
