import { expect, test } from 'vitest';

import { printTable } from '../../src/cli/table.ts';

function printed(rows: readonly (readonly string[])[]): string[] {
  const lines: string[] = [];
  printTable(['A', 'LAST'], rows, { result: (line) => lines.push(line) });
  return lines;
}

test('columns are as wide as what stands in them', () => {
  expect(
    printed([
      ['one', 'x'],
      ['three', ''],
    ]),
  ).toEqual(['A      LAST', 'one    x', 'three']);
});

test('a cell that is very long makes no other line longer', () => {
  const long = 'x'.repeat(100_000);
  expect(
    printed([
      [long, 'y'],
      ['one', 'x'],
    ]),
  ).toEqual(['A    LAST', `${long}  y`, 'one  x']);
});

test('rows may be very many', () => {
  const rows = Array.from({ length: 200_000 }, () => ['a', 'b']);
  expect(printed(rows)).toHaveLength(rows.length + 1);
});
