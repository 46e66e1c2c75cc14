import type { Decision, VerdictName } from '../../core/policy/decision.ts';
import type { Policy } from '../../core/policy/evaluate.ts';
import { traceRestores, withRestores } from '../../core/policy/planned-restores.ts';
import { secretText } from '../../core/policy/restore-rule.ts';
import { callOf } from './call-facts.ts';
import type { TestFile, TestRow } from './test-file.ts';

/** One row of a table, and what the policy said. */
export interface TestResult {
  readonly test: string;
  readonly ok: boolean;
  readonly expected: VerdictName;
  /** Undefined: any. */
  readonly expectedRule: string | undefined;
  readonly decision: Decision;
  /** What would be put back, `SECRET at POINTER`; and what should be, undefined: whatever. */
  readonly restores: readonly string[];
  readonly expectedRestores: readonly string[] | undefined;
}

/** What a policy says of each call of a table. */
export function runTests({ tests }: Pick<TestFile, 'tests'>, policy: Policy): readonly TestResult[] {
  return tests.map((row, at) => runTest(row, at, policy));
}

function runTest(row: TestRow, at: number, policy: Policy): TestResult {
  const { name, expect, rule } = row;
  const call = callOf(row.call);
  const said = policy.decide(call);
  const planned = traceRestores(said.outcome === 'deny' ? [] : policy.restores, call).flatMap(
    (one) => one.planned,
  );
  const decision = withRestores(said, planned) ?? said;
  const restores = planned.map((one) => restoreLine(secretText(one.rule.secret), one.at));
  const expectedRestores = row.restores?.map((one) => restoreLine(one.secret, one.at));
  return {
    test: name ?? `row ${at + 1}`,
    ok:
      decision.outcome === expect &&
      (rule === undefined || isRule(decision.rule, rule)) &&
      (expectedRestores === undefined || areSame(restores, expectedRestores)),
    expected: expect,
    expectedRule: rule,
    decision,
    restores,
    expectedRestores,
  };
}

function restoreLine(secret: string, at: string): string {
  return `${secret} at ${at}`;
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return JSON.stringify(some.toSorted()) === JSON.stringify(others.toSorted());
}

// `team/no-shell` may be called `no-shell`.
function isRule(full: string, wanted: string): boolean {
  return full === wanted || full.endsWith(`/${wanted}`);
}
