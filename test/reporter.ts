import process from 'node:process';

import type { Reporter, TestModule, TestSpecification, Vitest } from 'vitest/node';

import { REQUIREMENTS } from './e2e/requirements.ts';
import { judge, type TestOutcome } from './helpers/judge.ts';

/** Vitest's last words: slowest tests, skips, uncited requirements, and `N passed, N failed` alone on the last line. */
export class ClosingReporter implements Reporter {
  #vitest: Vitest | undefined;
  #complete = false;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  /** Only a run of everything can say that a requirement has no test, or that a skip was not asked for. */
  async onTestRunStart(specifications: readonly TestSpecification[]): Promise<void> {
    const everything = (await this.#vitest?.globTestSpecifications()) ?? [];
    this.#complete = specifications.length >= everything.length && !this.#vitest?.config.testNamePattern;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const verdict = judge({
      outcomes: modules.flatMap((module) => [...module.children.allTests()].map(outcomeOf)),
      brokenFiles: modules.filter(failedOutsideTests).map((module) => module.relativeModuleId),
      strayErrors: errors.length,
      requirements: Object.keys(REQUIREMENTS),
      complete: this.#complete,
      ci: Boolean(process.env['CI']),
    });
    if (verdict.problems.length > 0) process.exitCode = 1;
    process.stdout.write(`${verdict.lines.join('\n')}\n`);
  }
}

function outcomeOf(test: import('vitest/node').TestCase): TestOutcome {
  const result = test.result();
  return {
    name: `${test.module.relativeModuleId} > ${test.fullName}`,
    state: result.state,
    milliseconds: test.diagnostic()?.duration ?? 0,
    skipReason: result.state === 'skipped' ? result.note : undefined,
    cites: test.meta().cites ?? [],
  };
}

// A file that does not load, or a hook that throws, fails no test of its own.
function failedOutsideTests(module: TestModule): boolean {
  const suites = [module, ...module.children.allSuites()];
  return suites.some((suite) => suite.errors().length > 0);
}
