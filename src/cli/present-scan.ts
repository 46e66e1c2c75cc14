import type { Excuse } from '../app/excuse.ts';
import type { AgentContext } from '../app/agents.ts';
import type { ScanFinding } from '../app/scan.ts';
import { visible } from '../core/visible.ts';
import { explainLines, explainObject } from './explain-finding.ts';
import type { Terminal } from './terminal.ts';

/** How a scan ended. */
export interface ScanTotals {
  findings: number;
  /** Of these, what already went to a model; undefined unless agents were asked about. */
  sent: number | undefined;
  files: number;
  binary: number;
  unreadable: number;
  readonly excused: Record<Excuse['by'], number>;
}

/** How findings are told on stdout. */
export interface ScanView {
  begin?(): void;
  finding(finding: ScanFinding): void;
  /** One that somebody has allowed. */
  excused?(finding: ScanFinding, excuse: Excuse): void;
  end?(): void;
}

/** Longest part of a line shown on each side of a secret, in characters. */
const SIDE = 60;

/** For people. */
export function textView(terminal: Terminal, { explain }: { explain: boolean }): ScanView {
  const show = (lines: readonly string[]): void => {
    for (const line of lines) terminal.result(line);
  };
  return {
    finding(finding) {
      show([...findingLines(finding), ...(explain ? explainLines(finding) : [])]);
    },
    ...(explain && {
      excused: (finding, excuse) => show([...findingLines(finding), ...explainLines(finding, excuse)]),
    }),
  };
}

/** One JSON object a line. */
export function jsonView(terminal: Terminal, { explain }: { explain: boolean }): ScanView {
  return {
    finding(finding) {
      terminal.json({ ...machineFinding(finding), ...(explain && { explain: explainObject(finding) }) });
    },
    ...(explain && {
      excused: (finding, excuse) =>
        terminal.json({ ...machineFinding(finding), explain: explainObject(finding), excused: excuse }),
    }),
  };
}

/** The last line of a scan, for stderr. */
export function scanSummary(totals: ScanTotals): string {
  const { findings, files, binary, unreadable, excused, sent } = totals;
  const parts = [
    `${count(files, 'file')} scanned`,
    ...(binary === 0 ? [] : [`${count(binary, 'binary file')} skipped`]),
    ...(unreadable === 0 ? [] : [`${unreadable} could not be read`]),
    ...(excused.comment + excused.exception === 0 ? [] : [`${excused.comment + excused.exception} allowed`]),
    ...(excused.baseline === 0 ? [] : [`${excused.baseline} in the baseline`]),
  ].join(', ');
  if (findings === 0) return `No secrets found. ${parts}.`;
  const gone = sent === undefined ? '' : `, ${sent} of them went to a model`;
  return `${count(findings, 'secret')} found${gone}. ${parts}. Rotate what was found, then remove it.`;
}

/** The contract of `--json`. */
function machineFinding(finding: ScanFinding): object {
  const { rule, file, line, column, start, end, fingerprint, why, commit, agent } = finding;
  return {
    rule,
    file,
    line,
    column,
    start,
    end,
    fingerprint,
    why,
    ...(commit !== undefined && { commit }),
    ...agent,
  };
}

/** file:line:column, rule, why; the line with the rule in the secret's place, a caret under it; the fingerprint. */
export function findingLines(finding: ScanFinding): string[] {
  const before = tail(visible(finding.before.replaceAll('\t', ' '), { oneLine: true }));
  const mask = `[${finding.rule}]`;
  const after = head(visible(finding.after.replaceAll('\t', ' '), { oneLine: true }));
  const place = `${visible(finding.file, { oneLine: true })}:${finding.line}:${finding.column}`;
  const commit = finding.commit === undefined ? '' : `  in commit ${finding.commit.slice(0, 12)}`;
  return [
    `${place}  ${finding.rule}  ${finding.why}`,
    `    ${before}${mask}${after}`,
    `    ${' '.repeat(Array.from(before).length)}${'^'.repeat(mask.length)}`,
    `    fingerprint ${finding.fingerprint}${commit}`,
    ...(finding.agent === undefined ? [] : agentLines(finding.agent)),
  ];
}

// What has gone to a model is out; what stands in a configuration is so far only lying about.
function agentLines({ agent, place, sent, when, rotate }: AgentContext): string[] {
  const what = { transcript: 'a transcript', prompts: 'prompts', config: 'a configuration' }[place];
  const told = sent ? 'went to a model' : 'not sent by this';
  return [
    `    ${told}: in ${what} of ${agent}, ${when}`,
    ...(rotate === undefined ? [] : [`    rotate: ${rotate}`]),
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
