import { closeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { createForAppend } from './files.ts';

/** A lock on a file, held until `release` or the end of the process, however that comes. */
export interface Lock {
  release(): void;
}

const SQLITE_BUSY = 5;
const RETRY_MS = 20;

/**
 * Takes the lock that belongs to `path` (created empty if missing), or returns undefined when another process or
 * another part of this one holds it. The kernel drops it when its holder dies, so there is no stale lock to judge by
 * process ids: SQLite is used for nothing but its portable file locks (fcntl, LockFileEx). Nothing else may open
 * `path`: closing any descriptor of the file would drop the lock. Throws ERR_STATE_DIR when locking is impossible.
 */
export function tryLock(path: string): Lock | undefined {
  return take(path, 0);
}

/** Waits for the lock, at most `timeout` milliseconds. Throws ERR_STATE_DIR when it is not to be had. */
export async function lock(path: string, timeout: number = LIMITS.lockMs): Promise<Lock> {
  for (const end = Date.now() + timeout; Date.now() < end; await delay(RETRY_MS)) {
    const taken = tryLock(path);
    if (taken !== undefined) return taken;
  }
  throw held(path);
}

/** As `lock`, but blocking: for a few milliseconds of work between processes. */
export function lockSync(path: string): Lock {
  const taken = take(path, LIMITS.lockMs);
  if (taken === undefined) throw held(path);
  return taken;
}

function take(path: string, timeout: number): Lock | undefined {
  let database: DatabaseSync | undefined;
  try {
    createPrivate(path);
    database = new DatabaseSync(path, { timeout });
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    if (isBusy(cause)) return undefined;
    throw new HallpassError('ERR_STATE_DIR', `cannot lock ${path}: ${String(cause)}`, { cause });
  }
  const taken = database;
  return { release: () => taken.close() };
}

// Exclusive, so that only a file nobody can have locked yet is closed again here.
function createPrivate(path: string): void {
  try {
    closeSync(createForAppend(path));
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}

function held(path: string): HallpassError {
  return new HallpassError('ERR_STATE_DIR', `another process holds ${path}`);
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
