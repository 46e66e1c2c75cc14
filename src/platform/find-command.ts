import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { visible } from '../core/visible.ts';

/** Where `execvp` looks without a PATH. */
const USUAL_PATH = '/bin:/usr/bin';

/**
 * Makes sure that there is something of this name to run, as `execvp` would find it: later nobody could tell why it did not
 * start.
 *
 * @throws {HallpassError} ERR_COMMAND_NOT_FOUND, ERR_CANNOT_RUN
 */
export function requireCommand(command: string, path: string | undefined): void {
  const places = command.includes('/')
    ? [resolve(command)]
    : (path ?? USUAL_PATH).split(delimiter).map((directory) => join(resolve(directory), command));
  const found = command === '' ? [] : places.map(look);
  if (found.includes('runs')) return;
  const name = visible(command, { oneLine: true });
  if (found.includes('does not run'))
    throw new HallpassError('ERR_CANNOT_RUN', `"${name}" is there, and can not be run`);
  throw new HallpassError('ERR_COMMAND_NOT_FOUND', `"${name}" was not found`);
}

function look(path: string): 'runs' | 'does not run' | 'absent' {
  try {
    if (!statSync(path).isFile()) return 'does not run';
    accessSync(path, constants.X_OK);
    return 'runs';
  } catch (error) {
    return isSystemError(error, 'EACCES', 'EPERM') ? 'does not run' : 'absent';
  }
}
