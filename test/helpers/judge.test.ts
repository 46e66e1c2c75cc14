import { describe, expect, test } from 'vitest';

import { judge, type TestOutcome, type TestRun } from './judge.ts';

const green: TestOutcome = {
  name: 'a.test.ts > works',
  state: 'passed',
  milliseconds: 5,
  skipReason: undefined,
  cites: ['r.1'],
};

function run(change: Partial<TestRun> = {}): TestRun {
  return {
    outcomes: [green],
    brokenFiles: [],
    strayErrors: 0,
    requirements: ['r.1'],
    complete: true,
    ci: false,
    ...change,
  };
}

const lastLine = (input: TestRun) => judge(input).lines.at(-1);

describe('the verdict over a run', () => {
  test('ends with the counts alone on the last line', () => {
    expect(judge(run()).problems).toEqual([]);
    expect(lastLine(run())).toBe('1 passed, 0 failed');
  });

  test('counts a failed test', () => {
    expect(lastLine(run({ outcomes: [green, { ...green, state: 'failed' }] }))).toBe('1 passed, 1 failed');
  });

  test.each<[string, Partial<TestRun>, string]>([
    [
      'a requirement without a test',
      { requirements: ['r.1', 'r.2'] },
      'no passing test cites the requirement r.2',
    ],
    [
      'a requirement cited only by a failing test',
      { outcomes: [{ ...green, state: 'failed' }] },
      'cites the requirement r.1',
    ],
    ['an unknown citation', { outcomes: [{ ...green, cites: ['r.1', 'r.x'] }] }, 'unknown requirement r.x'],
    ['a file that does not load', { brokenFiles: ['b.test.ts'] }, 'b.test.ts failed outside of its tests'],
    ['an error that no test caught', { strayErrors: 1 }, '1 errors that no test caught'],
    ['a test that never ran', { outcomes: [green, { ...green, state: 'pending' }] }, 'never ran'],
    [
      'a skip nobody allowed',
      { outcomes: [green, { ...green, state: 'skipped', skipReason: 'tired' }] },
      'was skipped',
    ],
  ])('calls %s a problem, which counts as a failure', (_, change, problem) => {
    const { problems } = judge(run(change));
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(lastLine(run(change))).toMatch(/ [1-9]\d* failed/);
  });

  test('prints an allowed skip with its reason, and does not call it a problem', () => {
    const skipped: TestOutcome = {
      ...green,
      name: 'b.test.ts > needs a lamp',
      state: 'skipped',
      skipReason: 'no lamp',
    };
    const input = run({
      outcomes: [green, skipped],
      expectedSkips: [{ test: 'b.test.ts', reason: 'no lamp' }],
    });
    expect(judge(input).problems).toEqual([]);
    expect(judge(input).lines).toContain('SKIPPED b.test.ts > needs a lamp: no lamp');
    expect(lastLine(input)).toBe('1 passed, 0 failed, 1 skipped');
  });

  test('takes a requirement that is skipped for an expected reason for told, but on CI', () => {
    const skipped: TestOutcome = { ...green, state: 'skipped', skipReason: 'no lamp' };
    const expectedSkips = [{ test: skipped.name, reason: 'no lamp', notInCi: true }];
    expect(judge(run({ outcomes: [skipped], expectedSkips })).problems).toEqual([]);
    expect(judge(run({ outcomes: [skipped], expectedSkips, ci: true })).problems).toContain(
      'no passing test cites the requirement r.1',
    );
  });

  test('calls a skip a problem on CI when CI installs what it needs', () => {
    const skipped: TestOutcome = { ...green, name: 'b.test.ts > x', state: 'skipped', skipReason: 'no lamp' };
    const expectedSkips = [{ test: 'b.test.ts', reason: 'no lamp', notInCi: true }];
    expect(judge(run({ outcomes: [green, skipped], expectedSkips })).problems).toEqual([]);
    expect(judge(run({ outcomes: [green, skipped], expectedSkips, ci: true })).problems).toHaveLength(1);
  });

  test('does not take the reason of one skip for that of another', () => {
    const skipped: TestOutcome = { ...green, name: 'b.test.ts > x', state: 'skipped', skipReason: 'other' };
    const input = run({
      outcomes: [green, skipped],
      expectedSkips: [{ test: 'b.test.ts', reason: 'no lamp' }],
    });
    expect(judge(input).problems).toHaveLength(1);
  });

  test('leaves requirements and skips alone when only some tests ran', () => {
    const skipped: TestOutcome = { ...green, state: 'skipped', cites: [] };
    expect(judge(run({ outcomes: [skipped], complete: false })).problems).toEqual([]);
  });

  test('shows the ten slowest, slowest first', () => {
    const outcomes = Array.from({ length: 12 }, (_, index) => ({
      ...green,
      name: `t${index}`,
      milliseconds: index,
    }));
    const shown = judge(run({ outcomes })).lines.filter((line) => line.includes(' ms '));
    expect(shown).toHaveLength(10);
    expect(shown[0]).toContain('t11');
  });
});
