import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { run } from '@oclif/core/run';

import { readEnvironment } from '../platform/environment.ts';
import { reportError } from './report-error.ts';

/** Runs one command line and sets the exit code. `root` is the package's own directory. */
export async function main(argv: string[], root: URL): Promise<void> {
  try {
    await run(argv, fileURLToPath(root));
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
