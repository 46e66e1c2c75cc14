import process from 'node:process';

import type { TerminalRecord } from '../core/session/event.ts';

/** Of the terminal that stdout is. One that nobody has told its size is as large as terminals were. */
export function sizeOfTerminal(): TerminalRecord {
  const { columns, rows } = process.stdout;
  return { columns: columns || 80, rows: rows || 24 };
}
