import process from 'node:process';

import type { Interfaces } from '@oclif/core';
import { run } from '@oclif/core/run';

import { readEnvironment } from '../platform/environment.ts';
import { reportError } from './report-error.ts';

/** Runs one command line and sets the exit code. `program` is the package's own directory, or how oclif is to load it. */
export async function main(argv: string[], program: Interfaces.LoadOptions): Promise<void> {
  try {
    await run(argv, program);
  } catch (error) {
    const debug = Boolean(readEnvironment().variables['HALLPASS_DEBUG']);
    process.exitCode = reportError(error, { json: wantsJson(argv), debug });
  }
}

// What stands after `--` belongs to somebody else's command line.
function wantsJson(argv: string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? undefined : end).includes('--json');
}
