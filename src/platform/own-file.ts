import { closeSync, existsSync, fstatSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import process from 'node:process';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { ensureDirectory, openForReading, replaceFile } from './files.ts';
import { whyNotOwn } from './own-place.ts';

/** A file of this person's own, or why it is not taken for that. */
export type OwnFile = { readonly text: string } | { readonly unusable: string };

/**
 * Reads a file by which a person loosens something. It is theirs only if nobody else can write it or put another in its
 * place, and nobody brought it with the project. Undefined: there is none.
 *
 * @throws {HallpassError} ERR_CONFIG for one of more than `limit` bytes
 */
export function readOwnFile(
  path: string,
  { limit, project }: { readonly limit: number; readonly project: string },
): OwnFile | undefined {
  const fd = openIfThere(path);
  if (fd === undefined) return undefined;
  try {
    const { size, uid, mode } = fstatSync(fd);
    if (size > limit)
      throw new HallpassError('ERR_CONFIG', `${path} has ${size} bytes, more than it may have`);
    if (isWithin(path, project)) return { unusable: 'it lies in the project' };
    const unusable = whyNotWrittenAlone({ uid, mode }) ?? whyNotOwn(path);
    if (unusable !== undefined) return { unusable };
    return { text: readFileSync(fd, 'utf8') };
  } finally {
    closeSync(fd);
  }
}

/**
 * Refuses a file of this person's own by which they say what runs here, and under what rules: to go on without it could be
 * less than they ask for.
 *
 * @throws {HallpassError} ERR_CONFIG
 */
export function requireOwnFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  const why = whyNotWrittenAlone(found) ?? whyNotOwn(path);
  if (why === undefined) return;
  throw new HallpassError('ERR_CONFIG', `${path} is not used: ${why}`, {
    hint: 'It says what may happen here, and has to be yours alone. HALLPASS_CONFIG_DIR names another place for it.',
  });
}

/** Writes such a file, for this user alone. Where a link stands in its place, what that names is written. */
export function writeOwnFile(path: string, text: string): void {
  ensureDirectory(dirname(path));
  replaceFile(existsSync(path) ? realpathSync(path) : path, text);
}

/** Whether a file really lies there, whatever links say. */
export function isWithin(file: string, directory: string): boolean {
  if (!existsSync(directory)) return false;
  const way = relative(realpathSync(directory), realpathSync(file));
  // What begins with two dots may also be the name of a directory in there: `..config`.
  return way.split(sep)[0] !== '..' && !isAbsolute(way);
}

function whyNotWrittenAlone({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  if (uid !== user && uid !== 0) return 'it belongs to another user';
  return (mode & 0o022) === 0 ? undefined : 'others can write it; chmod go-w mends that';
}

function openIfThere(path: string): number | undefined {
  try {
    return openForReading(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}
