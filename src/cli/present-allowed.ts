import type { AllowedEntry } from '../app/allowed.ts';
import { visible } from '../core/visible.ts';
import { printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const COLUMNS = ['EXCEPTION', 'WHERE', 'RULE', 'SINCE', 'HERE', 'REASON'];

/** What has been allowed as a table. All of it may be anybody's words: a project has a file of it, too. */
export function presentAllowed(entries: readonly AllowedEntry[], terminal: Terminal): void {
  if (entries.length === 0) {
    terminal.note('Nothing has been allowed. hallpass allow FINDING lets one stand.');
    return;
  }
  printTable(COLUMNS, entries.map(row), terminal);
}

function row({ of, exception, connection, path, rule, reason, date, here }: AllowedEntry): string[] {
  const where = of === 'scan' ? `scan: ${path ?? 'all of it'}` : (connection ?? 'all connections');
  const cells = [exception, where, rule, date, here === null ? null : here ? 'yes' : 'no', reason];
  return cells.map((text) => (text === null ? '-' : visible(text, { oneLine: true })));
}
