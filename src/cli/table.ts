import { LIMITS } from '../core/limits.ts';
import type { Terminal } from './terminal.ts';

/**
 * Prints rows as columns, the first row as their names. A cell may be anybody's words, and there may be very many: one that is
 * long makes its own line longer, and no other.
 */
export function printTable(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: Pick<Terminal, 'result'>,
): void {
  const widths = names.map(({ length }) => length);
  for (const cells of rows)
    for (const [column, { length }] of cells.entries())
      if (length <= LIMITS.tableCellChars) widths[column] = Math.max(widths[column] ?? 0, length);
  for (const cells of [names, ...rows]) {
    const padded = cells.map((value, column) => value.padEnd(widths[column] ?? 0));
    terminal.result(padded.join('  ').trimEnd());
  }
}
