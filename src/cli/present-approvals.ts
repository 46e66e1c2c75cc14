import { stateOf } from '../core/approvals/approval.ts';
import { describe, standing } from '../core/approvals/describe.ts';
import { TAKE_TO_HUB } from '../core/approvals/lack.ts';
import type { ListedApproval } from '../core/approvals/source.ts';
import { visible } from '../core/visible.ts';
import { printTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const COLUMNS = ['APPROVAL', 'LEFT', 'RISK', 'CONNECTION', 'TOOL', 'SUBJECT', 'WHERE'];

/** Approvals as a table, the oldest first as they come, and what can't be done about them here. */
export function presentApprovals(listed: readonly ListedApproval[], now: number, terminal: Terminal): void {
  if (listed.length === 0) {
    terminal.note('Nothing waits for approval.');
    return;
  }
  printTable(
    COLUMNS,
    listed.map((one) => row(one, now)),
    terminal,
  );
  for (const line of remarks(listed, now)) terminal.note(visible(line, { oneLine: true }));
}

function remarks(listed: readonly ListedApproval[], now: number): string[] {
  const open = listed.filter(({ approval }) => stateOf(approval, now) === 'pending');
  const lacking = open.flatMap(({ approval: { id }, lack }) =>
    lack === undefined ? [] : [`${id} can only be denied here: it takes ${lack}. ${TAKE_TO_HUB}`],
  );
  const hubs = new Set(open.flatMap(({ at, url }) => (url === undefined ? [] : [at])));
  return [
    ...lacking,
    ...[...hubs].map((hub) => `Those at the hub are decided in a browser: ${hub}/approvals`),
  ];
}

/** One approval with all there is to know of it. */
export function presentApproval(
  { approval, url, lack }: ListedApproval,
  now: number,
  terminal: Terminal,
): void {
  const facts = [
    { label: 'Approval', text: `${approval.id}, ${standing(approval, now)}` },
    ...describe(approval, lack),
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
  terminal.result(`${id} ${stateOf(approval, now)}: ${what}`);
}

function row({ approval, at, url }: ListedApproval, now: number): string[] {
  const { id, risk, connection, tool, method, subject } = approval;
  const where = url === undefined ? at : new URL(url).host;
  const cells = [id, standing(approval, now), risk, connection, tool || method, subject, where];
  return cells.map((value) => visible(value, { oneLine: true }));
}
