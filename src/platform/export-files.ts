import { closeSync, mkdirSync } from 'node:fs';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { createForAppend, readSmallFile, writeFully } from './files.ts';

const MAX_BYTES = 1024 * 1024;

/** Makes a new directory that only this user can enter. Throws ERR_FILE_EXISTS. */
export function createDirectory(path: string): void {
  refusingToReplace(path, () => mkdirSync(path, { mode: 0o700 }));
}

/** Writes a new file that only this user can read. Throws ERR_FILE_EXISTS. */
export function createTextFile(path: string, content: string): void {
  const file = createTextSink(path);
  file.write(content);
  file.close();
}

/** A new file to be written piece by piece. Throws ERR_FILE_EXISTS. */
export function createTextSink(path: string): { write(text: string): void; close(): void } {
  const fd = refusingToReplace(path, () => createForAppend(path));
  return { write: (text) => writeFully(fd, Buffer.from(text)), close: () => closeSync(fd) };
}

/** The text of a small file, undefined if there is none. */
export function readText(path: string): string | undefined {
  return readSmallFile(path, MAX_BYTES)?.toString();
}

function refusingToReplace<T>(path: string, create: () => T): T {
  try {
    return create();
  } catch (cause) {
    if (isSystemError(cause, 'EEXIST'))
      throw new HallpassError('ERR_FILE_EXISTS', `${path} exists already`, { cause });
    if (isSystemError(cause, 'ENOENT'))
      throw new HallpassError('ERR_NO_SUCH_FILE', `there is no directory for ${path}`, { cause });
    throw cause;
  }
}
