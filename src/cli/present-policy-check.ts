import { type SampleResult, sampleProblem } from '../app/policy/masking-samples.ts';
import type { TestResult } from '../app/policy/run-tests.ts';
import type { FileProblem } from '../app/yaml-problems.ts';
import { LIMITS } from '../core/limits.ts';
import { withoutSecrets } from '../core/mask/without-secrets.ts';
import { visible } from '../core/visible.ts';
import { coloursFor } from './colour.ts';
import { decisionJson } from './present-policy.ts';
import type { Terminal } from './terminal.ts';

/** One thing that is wrong with a file: where, what, the line with a caret under it, and what was perhaps meant. */
export function presentProblem(
  problem: FileProblem,
  { file, text }: { file: string; text: string },
  terminal: Terminal,
): void {
  const { line, column, message, suggestion } = problem;
  terminal.result(visible(`${file}:${line}:${column}: ${message}`, { oneLine: true }));
  for (const shown of quoted(problem, text)) terminal.result(shown);
  if (suggestion !== undefined)
    terminal.result(`  did you mean "${visible(suggestion, { oneLine: true })}"?`);
}

export function problemJson({ line, column, message, suggestion }: FileProblem, file: string): unknown {
  return { file, line, column, message, ...(suggestion !== undefined && { suggestion }) };
}

// A secret in the line moves all that comes after it, and then no caret is better than one in a wrong place.
function quoted({ line, column, width }: FileProblem, text: string): readonly string[] {
  const whole = (text.split('\n')[line - 1] ?? '').replace(/\r$/, '');
  const from = column > LIMITS.checkedLineCharacters ? column - LIMITS.checkedLineCharacters / 2 : 0;
  const part = whole.slice(from, from + LIMITS.checkedLineCharacters);
  const mark = `  ${line} | `;
  if (withoutSecrets(whole) !== whole) return [`${mark}${visible(withoutSecrets(part), { oneLine: true })}`];
  const before = visible(part.slice(0, column - 1 - from), { oneLine: true });
  const meant = part.slice(column - 1 - from, column - 1 - from + width);
  const carets = '^'.repeat(Math.max(1, visible(meant, { oneLine: true }).length));
  return [
    `${mark}${visible(part, { oneLine: true })}`,
    `${' '.repeat(mark.length - 2)}| ${' '.repeat(before.length)}${carets}`,
  ];
}

/** A row of a table, and in what the policy said otherwise; or a sample of a masking rule. */
export function presentTest(result: TestResult | SampleResult, terminal: Terminal): void {
  const colours = coloursFor({ isTty: terminal.stdoutIsTty });
  const mark = result.ok ? colours.good('ok  ') : colours.bad('FAIL');
  const say = (text: string): void => terminal.result(`${mark}  ${visible(text, { oneLine: true })}`);
  if ('kind' in result) return say(result.ok ? sampleName(result) : sampleProblem(result));
  const { test, ok, expected, expectedRule, decision, restores, expectedRestores } = result;
  const { outcome, rule, reason } = decision;
  say(`${outcome.padEnd(5)}  ${test}`);
  if (ok) return;
  const by = expectedRule === undefined ? '' : ` by ${expectedRule}`;
  terminal.result(
    visible(`      expected ${expected}${by}, got ${outcome} by ${rule}: ${reason}`, { oneLine: true }),
  );
  if (expectedRestores === undefined) return;
  const [wanted, got] = [expectedRestores, restores].map((list) => list.join(', ') || 'nothing');
  terminal.result(visible(`      to put back: expected ${wanted}, got ${got}`, { oneLine: true }));
}

function sampleName({ rule, kind, at }: SampleResult): string {
  return `${kind.padEnd(6)} ${rule}, sample ${at}`;
}

export function testJson(result: TestResult | SampleResult): unknown {
  if ('kind' in result) return { test: sampleName(result), ok: result.ok, expected: result.kind };
  const { test, ok, expected, decision, restores } = result;
  return { test, ok, expected, ...decisionJson(decision), restores };
}
