import { lstatSync } from 'node:fs';

import { HallpassError } from '../core/errors.ts';
import { replaceFile } from './files.ts';

/**
 * Writes a file that belongs to a project, as a whole and with the permissions it had. A link in its place is refused: whoever
 * made the project may have pointed it at any file of this user.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function writeProjectText(path: string, text: string): void {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() === true) throw new Error('it is a link');
    // Who opens a pipe to write waits until somebody reads it.
    if (found !== undefined && !found.isFile()) throw new Error('it is not a file');
    // A link that is put there now is replaced, not followed.
    replaceFile(path, text, found === undefined ? 'shared' : found.mode & 0o777);
  } catch (cause) {
    const why = cause instanceof Error && cause.message;
    throw new HallpassError('ERR_CONFIG', `${path} can not be written: ${why || 'unknown'}`, {
      hint: 'Put a file in its place, or name another path.',
      cause,
    });
  }
}
