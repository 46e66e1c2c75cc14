import type { Decision, VerdictName } from '../../core/policy/decision.ts';
import type { Policy } from '../../core/policy/evaluate.ts';
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
}

/** What a policy says of each call of a table. */
export function runTests({ tests }: Pick<TestFile, 'tests'>, policy: Policy): readonly TestResult[] {
  return tests.map((row, at) => runTest(row, at, policy));
}

function runTest({ name, call, expect, rule }: TestRow, at: number, policy: Policy): TestResult {
  const decision = policy.decide(callOf(call));
  return {
    test: name ?? `row ${at + 1}`,
    ok: decision.outcome === expect && (rule === undefined || isRule(decision.rule, rule)),
    expected: expect,
    expectedRule: rule,
    decision,
  };
}

// `team/no-shell` may be called `no-shell`.
function isRule(full: string, wanted: string): boolean {
  return full === wanted || full.endsWith(`/${wanted}`);
}
