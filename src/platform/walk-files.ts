import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { IgnoreFiles } from './ignore-files.ts';

/** A file found by `walkFiles`, or what could not be opened and why. */
export type Walked = { readonly path: string } | { readonly path: string; readonly reason: string };

/** Directories that hold what others wrote or git keeps; skipped unless named. */
const SKIPPED = new Set(['.git', 'node_modules']);

export interface WalkOptions {
  /** What is left out; undefined: nothing but `.git`. */
  readonly ignored: IgnoreFiles | undefined;
}

/**
 * The file at `root`, or all files under it in a stable order. Links inside are not followed: what they point to is either in
 * the tree anyway or none of its business. Throws ERR_NO_SUCH_FILE.
 */
export function* walkFiles(root: string, { ignored }: WalkOptions): Generator<Walked> {
  const kind = pathKind(root);
  if (kind === 'missing')
    throw new HallpassError('ERR_NO_SUCH_FILE', `there is no file or directory ${root}`);
  if (kind === 'directory') yield* walkDirectory(root, ignored?.within(root));
  else yield kind === 'file' ? { path: root } : { path: root, reason: kind.reason };
}

/** The bytes of a file, piece by piece. A piece is good until the next is asked for. */
export function* readPieces(path: string): Generator<Uint8Array> {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(LIMITS.scanChunkBytes);
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer))
      yield buffer.subarray(0, size);
  } finally {
    closeSync(fd);
  }
}

/** Why a file could not be read, in words; undefined when `error` is about something else. */
export function fileProblem(error: unknown): string | undefined {
  if (isSystemError(error, 'EACCES', 'EPERM')) return 'permission denied';
  if (isSystemError(error, 'ENOENT')) return 'it is gone';
  if (isSystemError(error, 'ELOOP')) return 'a link that leads to itself';
  if (isSystemError(error, 'EISDIR', 'ENOTDIR', 'EIO', 'ENXIO', 'EBUSY', 'EMFILE', 'EINVAL'))
    return error.message;
  return undefined;
}

/** What is at a path; a reason where that can't be told. */
export function pathKind(path: string): 'file' | 'directory' | 'missing' | { readonly reason: string } {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'missing';
    return stats.isDirectory() ? 'directory' : 'file';
  } catch (error) {
    const reason = fileProblem(error);
    if (reason === undefined) throw error;
    return { reason };
  }
}

function* walkDirectory(directory: string, ignored: IgnoreFiles | undefined): Generator<Walked> {
  for (const entry of entriesOf(directory, ignored)) {
    if ('reason' in entry) yield entry;
    else if (entry.isDirectory) yield* walkDirectory(entry.path, ignored?.within(entry.path));
    else yield { path: entry.path };
  }
}

type Entry =
  | { readonly path: string; readonly isDirectory: boolean }
  | { readonly path: string; readonly reason: string };

function entriesOf(directory: string, ignored: IgnoreFiles | undefined): Entry[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() ? !isSkipped(entry.name, ignored) : entry.isFile()))
      .map((entry) => ({ path: join(directory, entry.name), isDirectory: entry.isDirectory() }))
      .filter((entry) => ignored?.ignores(entry.path, entry) !== true)
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  } catch (error) {
    const reason = fileProblem(error);
    if (reason === undefined) throw error;
    return [{ path: directory, reason }];
  }
}

function isSkipped(name: string, ignored: IgnoreFiles | undefined): boolean {
  return ignored === undefined ? name === '.git' : SKIPPED.has(name);
}
