import { type Approval, stateOf } from '../core/approvals/approval.ts';
import { describe, standing } from '../core/approvals/describe.ts';
import type { ListedApproval } from '../core/approvals/source.ts';
import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

const COLUMNS = ['APPROVAL', 'LEFT', 'RISK', 'CONNECTION', 'TOOL', 'SUBJECT'];

/** Approvals as a table, the oldest first as they come. */
export function presentApprovals(listed: readonly ListedApproval[], now: number, terminal: Terminal): void {
  if (listed.length === 0) {
    terminal.note('Nothing waits for approval.');
    return;
  }
  const rows = [COLUMNS, ...listed.map(({ approval }) => row(approval, now))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  for (const cells of rows) {
    const padded = cells.map((value, column) => value.padEnd(widths[column] ?? 0));
    terminal.result(padded.join('  ').trimEnd());
  }
}

/** One approval with all there is to know of it. */
export function presentApproval({ approval, url }: ListedApproval, now: number, terminal: Terminal): void {
  const facts = [
    { label: 'Approval', text: `${approval.id}, ${standing(approval, now)}` },
    ...describe(approval),
  ];
  const width = Math.max(...facts.map(({ label }) => label.length)) + 2;
  for (const { label, text } of facts) {
    const [first = '', ...more] = text.split('\n');
    terminal.result(`${label.padEnd(width)}${first}`);
    for (const line of more) terminal.result(`${' '.repeat(width)}${line}`);
  }
  if (url !== undefined) terminal.result(`${'Decide'.padEnd(width)}${visible(url, { oneLine: true })}`);
}

/** What has come of a word that was said. */
export function presentDecided({ approval }: ListedApproval, now: number, terminal: Terminal): void {
  const { id, tool, method, connection } = approval;
  const what = visible(`${tool || method} on ${connection}`, { oneLine: true });
  const state = stateOf(approval, now);
  terminal.result(state === 'pending' ? `${id} still waits for others: ${what}` : `${id} ${state}: ${what}`);
}

function row(approval: Approval, now: number): string[] {
  const { id, risk, connection, tool, method, subject } = approval;
  const cells = [id, standing(approval, now), risk, connection, tool || method, subject];
  return cells.map((value) => visible(value, { oneLine: true }));
}
