import { EXPECTED_SKIPS, type ExpectedSkip } from './expected-skips.ts';

export interface TestOutcome {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  readonly milliseconds: number;
  readonly skipReason: string | undefined;
  /** Requirement ids this test says it covers. */
  readonly cites: readonly string[];
}

export interface TestRun {
  readonly outcomes: readonly TestOutcome[];
  /** Files that failed outside of any test: an import, a hook. */
  readonly brokenFiles: readonly string[];
  /** Errors that no test caught. */
  readonly strayErrors: number;
  readonly requirements: readonly string[];
  /** False when the run was narrowed to some files or names. */
  readonly complete: boolean;
  /** True on CI, where less may be skipped. */
  readonly ci: boolean;
  readonly expectedSkips?: readonly ExpectedSkip[];
}

const SLOWEST = 10;

/** What a finished run comes to: the lines to print, and the problems that no single test failed for. */
export function judge(run: TestRun): { lines: string[]; problems: string[] } {
  const problems = [
    ...run.brokenFiles.map((file) => `${file} failed outside of its tests`),
    ...(run.strayErrors > 0 ? [`${run.strayErrors} errors that no test caught`] : []),
    ...unknownCitations(run),
    ...(run.complete ? [...neverRan(run), ...unexpectedSkips(run), ...uncited(run)] : []),
  ];
  const lines = [
    ...slowest(run),
    ...skips(run),
    ...problems.map((problem) => `PROBLEM ${problem}`),
    closing(run, problems),
  ];
  return { lines, problems };
}

function unknownCitations({ outcomes, requirements }: TestRun): string[] {
  return outcomes.flatMap(({ name, cites }) =>
    cites
      .filter((id) => !requirements.includes(id))
      .map((id) => `${name} cites the unknown requirement ${id}`),
  );
}

function neverRan({ outcomes }: TestRun): string[] {
  return outcomes.filter((test) => test.state === 'pending').map((test) => `${test.name} never ran`);
}

function unexpectedSkips(run: TestRun): string[] {
  return run.outcomes
    .filter((test) => test.state === 'skipped' && !mayBeSkipped(test, run))
    .map((test) => `${test.name} was skipped, which test/helpers/expected-skips.ts does not allow`);
}

function mayBeSkipped(test: TestOutcome, { ci, expectedSkips = EXPECTED_SKIPS }: TestRun): boolean {
  const allowed = expectedSkips.filter((expected) => !(ci && expected.notInCi));
  return allowed.some((expected) => isExpected(test, expected));
}

function isExpected(test: TestOutcome, expected: ExpectedSkip): boolean {
  return test.name.startsWith(expected.test) && test.skipReason === expected.reason;
}

// What can't be tested here is said where it is skipped; `.ci/run` lets none of that pass.
function uncited(run: TestRun): string[] {
  const told = run.outcomes.filter(
    (test) => test.state === 'passed' || (test.state === 'skipped' && mayBeSkipped(test, run)),
  );
  const covered = new Set(told.flatMap((test) => test.cites));
  return run.requirements
    .filter((id) => !covered.has(id))
    .map((id) => `no passing test cites the requirement ${id}`);
}

function slowest({ outcomes }: TestRun): string[] {
  const ranked = outcomes.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST);
  return [
    'slowest:',
    ...ranked.map((test) => `${test.milliseconds.toFixed(0).padStart(7)} ms  ${test.name}`),
  ];
}

function skips({ outcomes }: TestRun): string[] {
  return outcomes
    .filter((test) => test.state === 'skipped')
    .map((test) => `SKIPPED ${test.name}: ${test.skipReason ?? 'no reason given'}`);
}

// A problem counts as one failure: whoever reads only the last line must not take a broken run for a green one.
function closing({ outcomes }: TestRun, problems: string[]): string {
  const count = (state: TestOutcome['state']) => outcomes.filter((test) => test.state === state).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed') + problems.length} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
