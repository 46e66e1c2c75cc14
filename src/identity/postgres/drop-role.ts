import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Database } from './database.ts';
import { quoteName } from './quote.ts';

/**
 * Ends a role, if it is there: nobody gets in with it any more, who is in is thrown out, what it has made is the
 * administrator's from then on. False: it was not there. Throws ERR_DATABASE.
 */
export async function dropRole(
  name: string,
  database: Database,
  connectTo: (database: string) => Promise<Database>,
): Promise<boolean> {
  const [role] = await database.query('SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1', [name]);
  if (role === undefined) return false;
  const quoted = quoteName(name);
  await database.query(`ALTER ROLE ${quoted} NOLOGIN`);
  await throwOut(role['oid'], database);
  for (const other of await databasesWith(role['oid'], database)) {
    const there = await connectTo(other);
    try {
      await takeOver(quoted, there);
    } finally {
      await there.close();
    }
  }
  await takeOver(quoted, database);
  await database.query(`DROP ROLE ${quoted}`);
  return true;
}

// A role can be dropped while it is in use, and whoever uses it would go on.
async function throwOut(oid: unknown, database: Database): Promise<void> {
  const end = performance.now() + LIMITS.backendEndMs;
  const ending = 'SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE usesysid = $1::oid';
  while ((await database.query(ending, [oid])).length > 0) {
    if (performance.now() > end)
      throw new HallpassError('ERR_DATABASE', 'connections of its role are still open');
    await delay(LIMITS.backendLookMs);
  }
}

// In each database for itself (PostgreSQL's manual, 21.4); what is shared by all goes with any of them.
async function databasesWith(oid: unknown, database: Database): Promise<string[]> {
  const rows = await database.query(
    `SELECT DISTINCT d.datname AS name FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.refobjid = $1::oid AND d.datname <> current_database()`,
    [oid],
  );
  return rows.map(({ name }) => String(name));
}

// DROP OWNED takes the privileges back that it was granted; by then it owns nothing.
async function takeOver(quoted: string, database: Database): Promise<void> {
  await database.query(`REASSIGN OWNED BY ${quoted} TO CURRENT_USER`);
  await database.query(`DROP OWNED BY ${quoted}`);
}
