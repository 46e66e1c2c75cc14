import { constants, statSync } from 'node:fs';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import process from 'node:process';

import { HallpassError, isSystemError } from '../core/errors.ts';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Makes the directory if it is missing (0700). Throws ERR_STATE_DIR with the reason when it can't. */
export function ensureDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw stateDirError(path, cause);
  }
}

/** Makes `path` a directory that only this user can enter. Throws ERR_STATE_DIR with the reason when it can't. */
export function privateDirectory(path: string): void {
  ensureDirectory(path);
  try {
    const found = lstatSync(path);
    if (!found.isDirectory()) throw new Error('it is not a directory');
    // Windows has neither.
    if (process.geteuid === undefined) return;
    if (found.uid !== process.geteuid()) throw new Error('it belongs to another user');
    if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
  } catch (cause) {
    throw stateDirError(path, cause);
  }
}

/** Opens a new file for appending: it must not exist, and no link is followed. Mode 0600 unless another is given. */
export function createForAppend(path: string, mode = 0o600): number {
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, mode);
}

/** Opens an existing file for appending, following no link. */
export function openForAppend(path: string): number {
  return openSync(path, O_WRONLY | O_APPEND | O_NOFOLLOW);
}

/** Opens a regular file for reading; a pipe or device that stands in its place is refused rather than waited for. */
export function openForReading(path: string): number {
  const fd = openSync(path, O_RDONLY | O_NONBLOCK);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new HallpassError('ERR_NO_SUCH_FILE', `${path} is not a file`);
}

/** What to tell of an error in opening or reading `path`. A file that is missing stays ENOENT, which callers know. */
export function readError(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'errno' in error) || isSystemError(error, 'ENOENT')) return error;
  if (isSystemError(error, 'ENOTDIR'))
    return new HallpassError('ERR_NO_SUCH_FILE', `there is no file ${path}`, { cause: error });
  // "EIO: i/o error, read": who reads it knows what was tried.
  const why = error.message.split(',', 1)[0] ?? '';
  const hint = 'Check the path, and that you may read what is there.';
  return new HallpassError('ERR_UNREADABLE_FILE', `cannot read ${path}: ${why}`, { hint, cause: error });
}

/** Writes all of `bytes`, however many calls that takes. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

/**
 * Replaces a file as a whole: a reader sees the old content or the new, also after a power cut. Mode 0600 unless another
 * is given; `shared`: others may read it as far as the umask has it. Temporary file, fsync, rename, fsync of the directory.
 */
export function replaceFile(
  path: string,
  content: Uint8Array | string,
  mode: number | 'shared' = 0o600,
): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const fd = createForAppend(temporary, mode === 'shared' ? 0o644 : 0o600);
    try {
      writeFully(fd, Buffer.from(content));
      if (mode !== 'shared' && mode !== 0o600) fchmodSync(fd, mode);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** Makes new names in a directory durable. */
export function syncDirectory(path: string): void {
  // Windows has no handle for this and needs none.
  if (process.platform === 'win32') return;
  const fd = openSync(path, O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The content of a small file, or undefined if there is none. Larger than `limit` bytes is an error. */
export function readSmallFile(path: string, limit: number): Buffer | undefined {
  try {
    const fd = openForReading(path);
    try {
      const { size } = fstatSync(fd);
      if (size > limit)
        throw new HallpassError('ERR_CONFIG', `${path} has ${size} bytes, more than it may have`);
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

export function fileExists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Bytes in the file, 0 if there is none. */
export function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The error for a state directory that can't be used, whatever the reason. */
export function stateDirError(path: string, cause: unknown): HallpassError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HallpassError('ERR_STATE_DIR', `cannot record in ${path}: ${why}`, { cause });
}
