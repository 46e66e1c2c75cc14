import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { createForAppend, privateDirectory } from './files.ts';

/**
 * Opens the database of approvals in this directory, making it first of all.
 *
 * @throws {HallpassError} ERR_STATE_DIR, also for one that a newer hallpass has written
 */
export async function openApprovalDatabase(directory: string): Promise<DatabaseSync> {
  privateDirectory(directory);
  const [{ DatabaseSync }, { lockSync }] = await Promise.all([import('node:sqlite'), import('./locks.ts')]);
  const file = join(directory, 'approvals.sqlite');
  // Of two that turn a new database to WAL at once one is told that it is locked, without waiting.
  const lock = lockSync(join(directory, 'open.lock'));
  try {
    createPrivate(file);
    return prepared(new DatabaseSync(file, { timeout: LIMITS.databaseBusyMs }), directory);
  } catch (cause) {
    throw unusable(directory, cause);
  } finally {
    lock.release();
  }
}

/** One writer at a time: of two that read the same state, one would overwrite the other's word. */
export function exclusively<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** What to tell of an error of the database: it is full, locked, damaged, newer. */
export function unusable(directory: string, cause: unknown): HallpassError {
  if (cause instanceof HallpassError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new HallpassError('ERR_STATE_DIR', `the approvals in ${directory} can't be kept: ${why}`, { cause });
}

// SQLite would make it for all to read; what it makes beside it takes after it. Exclusive, so that no descriptor of a file
// in use is ever closed here: that would drop the locks of this whole process (https://sqlite.org/howtocorrupt.html, 2.2).
function createPrivate(file: string): void {
  try {
    closeSync(createForAppend(file));
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
}

function prepared(database: DatabaseSync, directory: string): DatabaseSync {
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > VERSION) throw newer(directory);
    if (version < VERSION)
      exclusively(database, () => database.exec(`${SCHEMA} PRAGMA user_version = ${VERSION};`));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function newer(directory: string): HallpassError {
  const message = `the approvals in ${directory} were written by a newer hallpass`;
  return new HallpassError('ERR_STATE_DIR', message, { hint: 'Use the newest hallpass of this machine.' });
}

const VERSION = 1;
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS approvals (
    id TEXT PRIMARY KEY,
    binding TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_binding ON approvals (binding);
  CREATE INDEX IF NOT EXISTS by_expiry ON approvals (expires_at);
`;
