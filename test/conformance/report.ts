import { type Checks, type Difference, differences } from './compare.ts';
import type { Outcome } from './suite.ts';

interface Findings {
  readonly title: string;
  readonly direct: Outcome;
  /** By the name of the way. */
  readonly others: ReadonlyMap<string, Outcome>;
}

export interface Report {
  readonly text: string;
  readonly isClean: boolean;
}

/** A table of how many checks came out how by each way, every difference, and what failed that is required. */
export function report({ title, direct, others }: Findings): Report {
  const found = [...others].map(([way, { checks }]) => ({
    way,
    checks,
    differing: differences(direct.checks, checks),
  }));
  const lines = [
    `\n${title}`,
    row('', 'passed', 'failed', 'other', 'differ'),
    row('direct', ...counts(direct.checks), '-'),
    ...found.map(({ way, checks, differing }) => row(way, ...counts(checks), String(differing.length))),
    ...found.flatMap(({ way, differing }) => differing.map((difference) => describe(way, difference))),
    ...direct.faults.flatMap((fault) => ['  FAILED directly, though required:', indent(fault)]),
  ];
  return {
    text: `${lines.join('\n')}\n`,
    isClean: direct.faults.length === 0 && found.every(({ differing }) => differing.length === 0),
  };
}

function row(way: string, ...cells: string[]): string {
  return `  ${way.padEnd(26)}${cells.map((cell) => cell.padStart(8)).join('')}`;
}

function counts(checks: Checks): string[] {
  const statuses = [...checks.values()];
  const passed = statuses.filter((status) => status === 'SUCCESS').length;
  const failed = statuses.filter((status) => status === 'FAILURE').length;
  return [passed, failed, statuses.length - passed - failed].map(String);
}

function describe(way: string, { check, direct, through }: Difference): string {
  return `  DIFFERS ${check}: direct ${said(direct)}, ${way} ${said(through)}`;
}

function said(status: string | undefined): string {
  return status ?? 'did not happen';
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
