import type { Checks, Difference } from './compare.ts';
import type { Outcome } from './suite.ts';

interface Through {
  readonly way: string;
  readonly outcome: Outcome;
  readonly differences: readonly Difference[];
}

interface Findings {
  readonly title: string;
  readonly direct: Outcome;
  readonly others: readonly Through[];
}

/** A table of how many checks came out how by each way, and every difference. */
export function report({ title, direct, others }: Findings): string {
  const lines = [
    `\n${title}`,
    row('', 'passed', 'failed', 'other', 'differ'),
    row('direct', ...counts(direct.checks), '-'),
    ...others.map(({ way, outcome, differences }) =>
      row(way, ...counts(outcome.checks), String(differences.length)),
    ),
    ...others.flatMap(({ way, differences }) =>
      differences.map(
        ({ check, direct: was, through }) =>
          `  DIFFERS ${check}: direct ${said(was)}, ${way} ${said(through)}`,
      ),
    ),
    ...(direct.failed ? ['  FAILED directly:', indent(direct.said)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function row(way: string, ...cells: string[]): string {
  return `  ${way.padEnd(14)}${cells.map((cell) => cell.padStart(8)).join('')}`;
}

function counts(checks: Checks): string[] {
  const statuses = [...checks.values()];
  const passed = statuses.filter((status) => status === 'SUCCESS').length;
  const failed = statuses.filter((status) => status === 'FAILURE').length;
  return [passed, failed, statuses.length - passed - failed].map(String);
}

function said(status: string | undefined): string {
  return status ?? 'did not happen';
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
