import { type Checks, type Difference, differences } from './compare.ts';
import { EXCUSED } from './excused.ts';
import type { Outcome, Revision } from './suite.ts';

interface Findings {
  readonly title: string;
  readonly revision: Revision;
  readonly direct: Outcome;
  /** By the name of the way. */
  readonly others: ReadonlyMap<string, Outcome>;
}

export interface Report {
  readonly text: string;
  readonly isClean: boolean;
}

/** A table of how many checks came out how by each way, every difference, and what failed that is required. */
export function report({ title, revision, direct, others }: Findings): Report {
  const found = [...others].map(([way, { checks }]) => {
    const all = differences(direct.checks, checks);
    const excuses = EXCUSED.filter((one) => one.revision === revision && way.endsWith(one.way));
    const excused = excuses.filter(({ check }) => all.some((difference) => difference.check === check));
    const stale = excuses.filter((one) => direct.checks.has(one.check) && !excused.includes(one));
    const differing = all.filter(({ check }) => !excused.some((one) => one.check === check));
    return { way, checks, differing, excused, stale };
  });
  const lines = [
    `\n${title}`,
    row('', 'passed', 'failed', 'other', 'differ', 'excused'),
    row('direct', ...counts(direct.checks), '-', '-'),
    ...found.map(({ way, checks, differing, excused }) =>
      row(way, ...counts(checks), String(differing.length), String(excused.length)),
    ),
    ...found.flatMap(({ way, differing }) => differing.map((difference) => describe(way, difference))),
    ...found.flatMap(({ way, stale }) => stale.map(({ check }) => `  NO LONGER DIFFERS ${check}: ${way}`)),
    ...new Set(found.flatMap(({ excused }) => excused.map(({ check, why }) => `  excused ${check}: ${why}`))),
    ...direct.faults.flatMap((fault) => ['  FAILED directly, though required:', indent(fault)]),
  ];
  const isClean = found.every(({ differing, stale }) => differing.length + stale.length === 0);
  return { text: `${lines.join('\n')}\n`, isClean: isClean && direct.faults.length === 0 };
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
