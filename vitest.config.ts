import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

import { defineConfig } from 'vitest/config';

import { ClosingReporter } from './test/reporter.ts';

// What a person keeps for hallpass may be written by nobody else: that is so of what tests write, too, whoever runs them.
process.umask(0o022);

export default defineConfig({
  test: {
    reporters: ['default', new ClosingReporter()],
    setupFiles: ['test/helpers/to-throw-with-code.ts', 'test/helpers/seed.ts'],
    allowOnly: false,
    // Of the programs that tests start, code is compiled once for all, as hallpass in its sandboxes has it.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    // For what hangs; no test is to fail because the machine is busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Of one second else, which a process takes to start where others start beside it.
    expect: { poll: { timeout: 60_000 } },
    // Half of the time a test waits for processes that it started: with one for each core, cores would idle.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // Of modules that keep nothing between two uses, so that they are loaded once for all: a third of the time.
      {
        extends: true,
        test: { name: 'core', include: ['test/core/**/*.test.ts'], pool: 'threads', isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{app,hub,identity,proxy,tui}/**/*.test.{ts,tsx}'],
          pool: 'threads',
          isolate: false,
        },
      },
      // What is about processes, and whatever is one for its whole process.
      {
        extends: true,
        test: {
          name: 'apart',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/{app,core,e2e,hub,identity,proxy,tui}/**'],
        },
      },
      // The built command line in processes of its own; `npm test` builds it first.
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          setupFiles: ['test/helpers/must-search.ts'],
        },
      },
    ],
  },
});
