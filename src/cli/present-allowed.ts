import type { AllowedEntry } from '../app/allowed.ts';
import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

const COLUMNS = ['EXCEPTION', 'WHERE', 'RULE', 'SINCE', 'HERE', 'REASON'];

/** What has been allowed as a table. All of it may be anybody's words: a project has a file of it, too. */
export function presentAllowed(entries: readonly AllowedEntry[], terminal: Terminal): void {
  if (entries.length === 0) {
    terminal.note('Nothing has been allowed. hallpass allow FINDING lets one stand.');
    return;
  }
  const rows = [COLUMNS, ...entries.map(row)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  for (const cells of rows) {
    const padded = cells.map((value, column) => value.padEnd(widths[column] ?? 0));
    terminal.result(padded.join('  ').trimEnd());
  }
}

function row({ of, exception, connection, path, rule, reason, date, here }: AllowedEntry): string[] {
  const where = of === 'scan' ? `scan: ${path ?? 'all of it'}` : (connection ?? 'all connections');
  const cells = [exception, where, rule, date, here === null ? null : here ? 'yes' : 'no', reason];
  return cells.map((text) => (text === null ? '-' : visible(text, { oneLine: true })));
}
