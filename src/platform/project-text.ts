import { closeSync, constants, openSync } from 'node:fs';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { writeFully } from './files.ts';

const { O_CREAT, O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;

/**
 * Writes a file that belongs to a project. A link in its place is refused: whoever made the project may have pointed it at
 * any file of this user.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function writeProjectText(path: string, text: string): void {
  const fd = openOwn(path);
  try {
    writeFully(fd, Buffer.from(text));
  } finally {
    closeSync(fd);
  }
}

function openOwn(path: string): number {
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644);
  } catch (cause) {
    const why = isSystemError(cause, 'ELOOP') ? 'it is a link' : cause instanceof Error && cause.message;
    throw new HallpassError('ERR_CONFIG', `${path} can not be written: ${why || 'unknown'}`, {
      hint: 'Put a file in its place, or name another path.',
      cause,
    });
  }
}
