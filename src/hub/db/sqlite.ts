import { DatabaseSync } from 'node:sqlite';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Database } from './database.ts';
import { MIGRATIONS } from './schema.ts';
import { Sqlite } from './sqlite-connection.ts';
import { sqliteApprovals } from './sqlite-approvals.ts';
import { sqliteBrowsers } from './sqlite-browsers.ts';
import { sqliteCheckpoints } from './sqlite-checkpoints.ts';
import { sqliteLog } from './sqlite-log.ts';
import { sqliteOutbox } from './sqlite-outbox.ts';
import { sqliteSessions } from './sqlite-sessions.ts';

/**
 * Opens the hub's database, making or upgrading it. One process at a time: whoever calls holds the data directory's lock.
 *
 * @throws {HallpassError} ERR_HUB_DATA for a database of a newer hub, or one that is damaged
 */
export function openSqlite(path: string): Database {
  const sqlite = new Sqlite(connect(path));
  return {
    revocations: {
      add: async (jti, expires) =>
        sqlite.run('INSERT OR IGNORE INTO revocations (jti, expires) VALUES (?, ?)', jti, expires),
      has: async (jti) => sqlite.rows('SELECT 1 FROM revocations WHERE jti = ?', jti).length > 0,
      sweep: async (now) => sqlite.run('DELETE FROM revocations WHERE expires < ?', now),
    },
    proofs: {
      use: async (digest, expires, now) =>
        sqlite.transaction(() => useProof(sqlite, { digest, expires, now })),
    },
    sessions: sqliteSessions(sqlite),
    checkpoints: sqliteCheckpoints(sqlite),
    log: sqliteLog(sqlite),
    approvals: sqliteApprovals(sqlite),
    outbox: sqliteOutbox(sqlite),
    browsers: sqliteBrowsers(sqlite),
    settle: async (name, value) => settle(sqlite, name, value),
    close: async () => sqlite.close(),
  };
}

function connect(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: LIMITS.databaseBusyMs });
  try {
    // FULL: an acknowledged chunk, revocation or leaf survives a power cut. Deleted rows leave no trace of themselves.
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;');
    migrate(connection, path);
    return connection;
  } catch (cause) {
    connection.close();
    if (cause instanceof HallpassError) throw cause;
    throw new HallpassError('ERR_HUB_DATA', `cannot use ${path}: ${String(cause)}`, { cause });
  }
}

function migrate(connection: DatabaseSync, path: string): void {
  const version = Number(connection.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version > MIGRATIONS.length)
    throw new HallpassError('ERR_HUB_DATA', `${path} was written by a newer hallpass (schema ${version})`);
  for (let next = version; next < MIGRATIONS.length; next += 1) {
    connection.exec(`BEGIN IMMEDIATE; ${MIGRATIONS[next]} PRAGMA user_version = ${next + 1}; COMMIT;`);
  }
}

function useProof(sqlite: Sqlite, proof: { digest: string; expires: number; now: number }): boolean {
  sqlite.run('DELETE FROM used_proofs WHERE expires < ?', proof.now);
  const insert = 'INSERT OR IGNORE INTO used_proofs (digest, expires) VALUES (?, ?) RETURNING digest';
  return sqlite.rows(insert, proof.digest, proof.expires).length > 0;
}

function settle(sqlite: Sqlite, name: string, value: string): string {
  sqlite.run('INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)', name, value);
  const [settled] = sqlite.rows<{ value: string }>('SELECT value FROM facts WHERE name = ?', name);
  return settled?.value ?? value;
}
