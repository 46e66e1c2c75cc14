import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, relative, isAbsolute } from 'node:path';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { readError, readSmallFile, replaceFile } from './files.ts';

/** A text file of somebody else's, as it is to be written back. */
export interface TextFile {
  /** Where it is, links followed. */
  readonly path: string;
  readonly text: string;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly digest: string;
  /** Permission bits. */
  readonly mode: number;
}

/**
 * Reads a text file, or undefined if there is none. `within`: a directory that it may not lead out of by a link.
 *
 * @throws {HallpassError} ERR_CONFIG for what is not UTF-8, ERR_UNREADABLE_FILE
 */
export function readTextFile(path: string, within?: string): TextFile | undefined {
  const target = followed(path);
  if (target === undefined) return undefined;
  if (within !== undefined && leadsOut(target, realpathSync(within)))
    throw new HallpassError('ERR_CONFIG', `${path} is a link that leads out of the project`);
  try {
    const bytes = readSmallFile(target, LIMITS.clientConfigBytes);
    if (bytes === undefined) return undefined;
    const text = bytes.toString('utf8');
    if (!Buffer.from(text).equals(bytes)) throw new HallpassError('ERR_CONFIG', `${path} is not UTF-8`);
    return { path: target, text, digest: digestOf(text), mode: statSync(target).mode & 0o777 };
  } catch (error) {
    throw readError(path, error);
  }
}

/** Writes it as a whole, with the permissions it had. */
export function writeTextFile({ path, mode }: Pick<TextFile, 'path' | 'mode'>, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replaceFile(path, text, mode);
}

export function removeTextFile(path: string): void {
  rmSync(path, { force: true });
}

/** SHA-256 of a text's bytes, lower-case hex. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function followed(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw readError(path, error);
  }
}

function leadsOut(target: string, directory: string): boolean {
  const way = relative(directory, target);
  return isAbsolute(way) || way.split(/[/\\]/)[0] === '..';
}
