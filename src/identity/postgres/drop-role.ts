import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Database } from './database.ts';
import { quoteName } from './quote.ts';
import { retried } from './retried.ts';

/**
 * Ends a role, if it is there: nobody gets in with it any more, who is in is thrown out. What it has made goes to a role that
 * it was a member of, never to the administrator: a view or function would from then on do with an administrator's rights what
 * whoever made it wrote there. Where it was a member of none it is dropped. False: it was not there. Throws ERR_DATABASE.
 */
export async function dropRole(
  name: string,
  database: Database,
  connectTo: (database: string) => Promise<Database>,
): Promise<boolean> {
  const [role] = await database.query('SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1', [name]);
  if (role === undefined) return false;
  const quoted = quoteName(name);
  await retried(database, async () => void (await database.query(`ALTER ROLE ${quoted} NOLOGIN`)));
  await throwOut(role['oid'], database);
  const heir = await heirOf(role['oid'], database);
  for (const other of await databasesWith(role['oid'], database)) {
    const there = await connectTo(other);
    try {
      await retried(there, () => clear({ quoted, heir }, there));
    } finally {
      await there.close();
    }
  }
  await retried(database, async () => {
    await clear({ quoted, heir }, database);
    await database.query(`DROP ROLE ${quoted}`);
  });
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

// In each database for itself (PostgreSQL's manual, Dropping Roles); what is shared by all goes with any of them.
async function databasesWith(oid: unknown, database: Database): Promise<string[]> {
  const rows = await database.query(
    `SELECT DISTINCT d.datname AS name FROM pg_catalog.pg_shdepend s JOIN pg_catalog.pg_database d ON d.oid = s.dbid
     WHERE s.refclassid = 'pg_catalog.pg_authid'::regclass AND s.refobjid = $1::oid AND d.datname <> current_database()`,
    [oid],
  );
  return rows.map(({ name }) => String(name));
}

// Whatever that may do, the command could do as a member of it.
async function heirOf(oid: unknown, database: Database): Promise<string | undefined> {
  const [row] = await database.query(
    `SELECT r.rolname AS name FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
     WHERE m.member = $1::oid ORDER BY m.roleid LIMIT 1`,
    [oid],
  );
  return row === undefined ? undefined : String(row['name']);
}

// DROP OWNED takes the privileges back that it was granted, too.
async function clear(
  { quoted, heir }: { quoted: string; heir: string | undefined },
  database: Database,
): Promise<void> {
  if (heir !== undefined) await database.query(`REASSIGN OWNED BY ${quoted} TO ${quoteName(heir)}`);
  await database.query(`DROP OWNED BY ${quoted}`);
}
