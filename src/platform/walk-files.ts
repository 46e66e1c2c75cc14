import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import process from 'node:process';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';

/** A file found by `walkFiles`, or what could not be opened and why. */
export type Walked = { readonly path: string } | { readonly path: string; readonly reason: string };

/** Directories that hold what others wrote or git keeps; skipped unless named. */
const SKIPPED = new Set(['.git', 'node_modules']);
const PROBE_BYTES = 8 * 1024;

/**
 * The file at `root`, or all files under it in a stable order. Links inside are not followed: what they point to is either in
 * the tree anyway or none of its business. Throws ERR_NO_SUCH_FILE.
 */
export function* walkFiles(root: string): Generator<Walked> {
  const kind = kindOf(root);
  if (kind === 'missing')
    throw new HallpassError('ERR_NO_SUCH_FILE', `there is no file or directory ${root}`);
  if (kind === 'directory') yield* walkDirectory(root);
  else yield kind === 'file' ? { path: root } : { path: root, reason: kind.reason };
}

/** The path from the working directory, with `/` on every system. */
export function relativePath(path: string): string {
  return relative(process.cwd(), path).split(sep).join('/');
}

/** The bytes of a file, piece by piece; nothing for a binary file. A piece is good until the next is asked for. */
export function* readText(path: string): Generator<Uint8Array> {
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(LIMITS.scanChunkBytes);
    let isFirst = true;
    for (let size = readSync(fd, buffer); size > 0; size = readSync(fd, buffer)) {
      const chunk = buffer.subarray(0, size);
      if (isFirst && isBinary(chunk)) return;
      isFirst = false;
      yield chunk;
    }
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

function kindOf(path: string): 'file' | 'directory' | 'missing' | { readonly reason: string } {
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

function* walkDirectory(directory: string): Generator<Walked> {
  for (const entry of entriesOf(directory)) {
    if ('reason' in entry) yield entry;
    else if (entry.isDirectory) yield* walkDirectory(entry.path);
    else yield { path: entry.path };
  }
}

type Entry =
  | { readonly path: string; readonly isDirectory: boolean }
  | { readonly path: string; readonly reason: string };

function entriesOf(directory: string): Entry[] {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries
      .filter((entry) => (entry.isDirectory() ? !SKIPPED.has(entry.name) : entry.isFile()))
      .map((entry) => ({ path: join(directory, entry.name), isDirectory: entry.isDirectory() }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  } catch (error) {
    const reason = fileProblem(error);
    if (reason === undefined) throw error;
    return [{ path: directory, reason }];
  }
}

// As git tells it: a NUL early on.
function isBinary(chunk: Uint8Array): boolean {
  return chunk.subarray(0, PROBE_BYTES).includes(0);
}
