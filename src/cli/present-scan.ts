import type { ScanEvent, ScanFinding } from '../app/scan.ts';
import { visible } from '../core/visible.ts';
import type { Terminal } from './terminal.ts';

/** How a scan ended. */
export interface ScanTotals {
  readonly findings: number;
  readonly files: number;
  readonly unreadable: number;
}

/** Longest part of a line shown on each side of a secret, in characters. */
const SIDE = 60;

/** Prints a scan as it goes: findings as JSON lines or for reading, what can't be read on stderr. Returns the totals. */
export async function presentScan(
  events: AsyncIterable<ScanEvent>,
  options: { json: boolean },
  terminal: Terminal,
): Promise<ScanTotals> {
  let findings = 0;
  let files = 0;
  let unreadable = 0;
  for await (const event of events) {
    if (event.kind === 'scanned') files++;
    if (event.kind === 'unreadable') {
      unreadable++;
      terminal.note(
        `hallpass: ${visible(event.file, { oneLine: true })}: ${visible(event.reason)}, not scanned`,
      );
    }
    if (event.kind !== 'finding') continue;
    findings++;
    if (options.json) terminal.json(machineFinding(event.finding));
    else for (const line of findingLines(event.finding)) terminal.result(line);
  }
  return { findings, files, unreadable };
}

/** The last line of a scan, for stderr. */
export function scanSummary({ findings, files, unreadable }: ScanTotals): string {
  const scanned = `${count(files, 'file')} scanned`;
  const skipped = unreadable === 0 ? '' : `, ${unreadable} could not be read`;
  if (findings === 0) return `No secrets found. ${scanned}${skipped}.`;
  return `${count(findings, 'secret')} found. ${scanned}${skipped}. Rotate what was found, then remove it.`;
}

function machineFinding({ rule, file, line, column, start, end, fingerprint, why }: ScanFinding): object {
  return { rule, file, line, column, start, end, fingerprint, why };
}

// file:line:column  rule  why, the line with the rule in the secret's place, and a caret under it.
function findingLines(finding: ScanFinding): string[] {
  const before = tail(visible(finding.before.replaceAll('\t', ' '), { oneLine: true }));
  const mask = `[${finding.rule}]`;
  const after = head(visible(finding.after.replaceAll('\t', ' '), { oneLine: true }));
  const place = `${visible(finding.file, { oneLine: true })}:${finding.line}:${finding.column}`;
  return [
    `${place}  ${finding.rule}  ${finding.why}`,
    `    ${before}${mask}${after}`,
    `    ${' '.repeat(Array.from(before).length)}${'^'.repeat(mask.length)}`,
  ];
}

function tail(text: string): string {
  const characters = Array.from(text.trimStart());
  return characters.length <= SIDE ? characters.join('') : `…${characters.slice(-SIDE).join('')}`;
}

function head(text: string): string {
  const characters = Array.from(text.trimEnd());
  return characters.length <= SIDE ? characters.join('') : `${characters.slice(0, SIDE).join('')}…`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
