import { changedLines, type FileChange } from '../app/allow.ts';
import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

/** What is about to be written, on stderr. */
export function showChange(change: FileChange, terminal: Terminal): void {
  terminal.note(change.file);
  for (const line of changedLines(change)) terminal.note(`  ${visible(line, { oneLine: true })}`);
}
