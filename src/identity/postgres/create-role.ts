import { HallpassError } from '../../core/errors.ts';
import type { Database } from './database.ts';
import type { Grant } from './grants.ts';
import { quoteName, quoteText } from './quote.ts';
import { retried } from './retried.ts';

export interface NewRole {
  readonly name: string;
  /** What the server is to keep of its password. */
  readonly verifier: string;
  readonly milliseconds: number;
  readonly grants: readonly Grant[];
  /** What people who look at the server's roles see. */
  readonly comment: string;
}

/**
 * Makes a role that can log in for so long and do what is granted, and nothing else but what everybody may there; or
 * nothing at all. Throws ERR_DATABASE.
 */
export async function createRole(role: NewRole, database: Database): Promise<void> {
  await retried(database, async () => {
    await makeRole(role, database);
    for (const grant of role.grants) await give(grant, role.name, database);
  });
}

/** It can log in for so long from now on, by the server's clock. Throws ERR_DATABASE. */
export async function extendRole(
  { name, milliseconds }: Pick<NewRole, 'name' | 'milliseconds'>,
  database: Database,
): Promise<void> {
  await database.query(`ALTER ROLE ${quoteName(name)} VALID UNTIL ${await until(milliseconds, database)}`);
}

async function makeRole(
  { name, verifier, milliseconds, comment }: NewRole,
  database: Database,
): Promise<void> {
  const quoted = quoteName(name);
  const end = await until(milliseconds, database);
  await database.query(
    `CREATE ROLE ${quoted} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION INHERIT ` +
      `PASSWORD ${quoteText(verifier)} VALID UNTIL ${end}`,
  );
  await database.query(`COMMENT ON ROLE ${quoted} IS ${quoteText(comment)}`);
  // Who is no superuser ends the role's connections and takes what it leaves only as a member of it.
  const [self] = await database.query(
    'SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user',
  );
  if (self?.['rolsuper'] !== true) await database.query(`GRANT ${quoted} TO CURRENT_USER`);
  await giveConnect(name, database);
}

// By the server's clock, which is what judges it.
async function until(milliseconds: number, database: Database): Promise<string> {
  const [row] = await database.query("SELECT (now() + $1 * interval '1 millisecond')::text AS until", [
    milliseconds,
  ]);
  return quoteText(String(row?.['until']));
}

async function giveConnect(name: string, database: Database): Promise<void> {
  const may =
    'SELECT current_database() AS database, has_database_privilege($1, current_database(), $2) AS may';
  const [row] = await database.query(may, [name, 'CONNECT']);
  if (row?.['may'] === true) return;
  const where = String(row?.['database']);
  await database.query(`GRANT CONNECT ON DATABASE ${quoteName(where)} TO ${quoteName(name)}`);
  const [then] = await database.query(may, [name, 'CONNECT']);
  if (then?.['may'] !== true) throw notGiven(`the database "${where}"`);
}

async function give(grant: Grant, name: string, database: Database): Promise<void> {
  if ('role' in grant) {
    await database.query(`GRANT ${quoteName(grant.role)} TO ${quoteName(name)}`);
    return;
  }
  const { schema, table, privileges } = grant;
  const tables = await tablesOf(grant, database);
  const to = `TO ${quoteName(name)}`;
  await database.query(`GRANT USAGE ON SCHEMA ${quoteName(schema)} ${to}`);
  const target =
    table === undefined
      ? `ALL TABLES IN SCHEMA ${quoteName(schema)}`
      : `TABLE ${quoteName(schema)}.${quoteName(table)}`;
  await database.query(`GRANT ${privileges.join(', ')} ON ${target} ${to}`);
  if (privileges.includes('INSERT')) await giveSequences(tables, to, database);
  await checkGiven({ grant, tables, name }, database);
}

type TableGrant = Extract<Grant, { readonly schema: string }>;

/** Their object identifiers. */
async function tablesOf({ schema, table }: TableGrant, database: Database): Promise<readonly unknown[]> {
  const rows = await database.query(
    `SELECT n.oid AS schema, c.oid AS table FROM pg_catalog.pg_namespace n
     LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND ($2::text IS NULL OR c.relname = $2) WHERE n.nspname = $1`,
    [schema, table ?? null],
  );
  if (rows.length === 0) throw missing(`no schema "${schema}"`);
  const tables = rows.map((row) => row['table']).filter((oid) => oid !== null);
  if (table !== undefined && tables.length === 0) throw missing(`no table "${table}" in schema "${schema}"`);
  return tables;
}

// The numbers of `serial` columns, without which nothing could be inserted. Those of identity columns need no grant.
async function giveSequences(tables: readonly unknown[], to: string, database: Database): Promise<void> {
  const sequences = await database.query(
    `SELECT n.nspname AS schema, s.relname AS sequence FROM pg_catalog.pg_class s
     JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
     JOIN pg_catalog.pg_depend d ON d.objid = s.oid AND d.deptype = 'a'
       AND d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
     WHERE s.relkind = 'S' AND d.refobjid = ANY($1::oid[])`,
    [tables],
  );
  for (const { schema, sequence } of sequences) {
    const name = `${quoteName(String(schema))}.${quoteName(String(sequence))}`;
    await database.query(`GRANT USAGE ON SEQUENCE ${name} ${to}`);
  }
}

// To grant what one may not grant is no error but a warning (PostgreSQL's manual, GRANT): so it is looked at what came of it.
async function checkGiven(
  { grant, tables, name }: { grant: TableGrant; tables: readonly unknown[]; name: string },
  database: Database,
): Promise<void> {
  const { schema, privileges } = grant;
  const [reached] = await database.query('SELECT has_schema_privilege($1, $2, $3) AS may', [
    name,
    schema,
    'USAGE',
  ]);
  if (reached?.['may'] !== true) throw notGiven(`the schema "${schema}"`);
  const [lacking] = await database.query(
    `SELECT c.relname AS table FROM pg_catalog.pg_class c, unnest($3::text[]) AS p(privilege)
     WHERE c.oid = ANY($2::oid[]) AND NOT has_table_privilege($1, c.oid, p.privilege) LIMIT 1`,
    [name, tables, privileges],
  );
  if (lacking !== undefined) throw notGiven(`${privileges.join(', ')} on "${String(lacking['table'])}"`);
}

function missing(what: string): HallpassError {
  return new HallpassError('ERR_DATABASE', `there is ${what}`, {
    hint: 'Names are as the database has them, capital letters included: read:SCHEMA.TABLE, read:SCHEMA.*',
  });
}

function notGiven(what: string): HallpassError {
  return new HallpassError('ERR_DATABASE', `the administrator's role may not grant ${what}`, {
    hint: 'It has to own it, or to have it WITH GRANT OPTION.',
  });
}
