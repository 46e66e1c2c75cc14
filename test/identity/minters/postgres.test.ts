import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';

import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { HallpassError } from '../../../src/core/errors.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { Secret } from '../../../src/core/secret.ts';
import { MemoryStore } from '../../../src/identity/memory-store.ts';
import type { Minted } from '../../../src/identity/minters/minter.ts';
import {
  endRole,
  postgresMinter,
  type PostgresSource,
  type RoleDeps,
} from '../../../src/identity/minters/postgres.ts';
import { extendRole } from '../../../src/identity/postgres/create-role.ts';
import type { Connect } from '../../../src/identity/postgres/database.ts';
import { quoteName, quoteText } from '../../../src/identity/postgres/quote.ts';
import { SecretBook } from '../../../src/identity/secret-book.ts';
import { connectPostgres } from '../../../src/platform/postgres-client.ts';
import { random } from '../../helpers/canaries.ts';
import { makeCertificate } from '../../helpers/certificate.ts';
import { type Postgres, postgresIsMissing, startPostgres } from '../../helpers/postgres.ts';
import { temporaryDirectory } from '../../helpers/recorded-session.ts';

const missing = await postgresIsMissing();
let server: Postgres;

beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});

beforeAll(async () => {
  if (missing !== undefined) return;
  server = await startPostgres();
  await server.query('CREATE DATABASE elsewhere');
  await server.query(`
    CREATE TABLE orders (id serial PRIMARY KEY, item text);
    CREATE TABLE refunds (id int GENERATED ALWAYS AS IDENTITY, amount int);
    CREATE TABLE people (name text);
    CREATE VIEW items AS SELECT item FROM orders;
    CREATE SCHEMA stock; CREATE TABLE stock.shelf (id int);
    CREATE ROLE clerk; GRANT SELECT ON people TO clerk;
    INSERT INTO orders (item) VALUES ('tea'); INSERT INTO people VALUES ('me')`);
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

/** What a minter did, in order. */
function setUp({
  opens = connectPostgres,
  origin = originOf(server),
}: { opens?: Connect; origin?: string } = {}) {
  const book = new SecretBook(new MemoryStore());
  book.add({ name: 'ADMIN', origins: [origin], addedAt: 0 }, new Secret(server.password));
  const log: string[] = [];
  const deps: RoleDeps = {
    book,
    now: Date.now,
    session: '0123456789ab',
    makeKnown: (value) => void log.push(`known ${value.length}`),
    connect: async (to) => {
      const database = await opens(to);
      const query: typeof database.query = (sql, values) => (log.push(sql), database.query(sql, values));
      return { ...database, query };
    },
    beforeRole: (role) => {
      log.push(`before ${role}`);
      return () => void log.push(`gone ${role}`);
    },
  };
  return { deps, log };
}

const originOf = ({ port }: { port: number }): string => `postgres://127.0.0.1:${port}`;
const sourceOf = (user = 'postgres'): PostgresSource => ({
  url: `postgres://${user}@127.0.0.1:${server.port}/postgres`,
  password: 'ADMIN',
});
const mint = (grants: readonly string[], { deps }: { deps: RoleDeps }, scopes: readonly string[] = []) =>
  postgresMinter({ ...sourceOf(), grants }, deps).mint({ connection: 'orders', scopes });
const roleOf = ({ login }: Minted): string => login?.user ?? '';
const signal = new AbortController().signal;

async function connectAs({ credential }: Minted, database?: string): Promise<pg.Client> {
  const url = new URL(credential.reveal());
  if (database !== undefined) url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** What a role may do: each statement, and whether it is let. */
async function tried(minted: Minted, statements: readonly string[]): Promise<Record<string, boolean>> {
  const client = await connectAs(minted);
  const outcome: Record<string, boolean> = {};
  try {
    for (const sql of statements) {
      outcome[sql] = await client.query(sql).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
          return false;
        },
      );
    }
  } finally {
    await client.end();
  }
  return outcome;
}

const roles = async (): Promise<string[]> =>
  (await server.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'hallpass%'")).map(({ rolname }) =>
    String(rolname),
  );

const READ = 'SELECT * FROM orders';
const READ_OTHER = 'SELECT * FROM people';
const READ_FAR = 'SELECT * FROM stock.shelf';
const INSERT = "INSERT INTO orders (item) VALUES ('x')";
const UPDATE = "UPDATE orders SET item = 'y' WHERE item = 'x'";
const DELETE = "DELETE FROM orders WHERE item = 'y'";
const INSERT_OTHER = 'INSERT INTO refunds (amount) VALUES (1)';
const TRUNCATE = 'TRUNCATE orders';
const CREATE = 'CREATE TABLE mine (id int)';
const ALL = [READ, READ_OTHER, READ_FAR, INSERT, UPDATE, DELETE, INSERT_OTHER, TRUNCATE, CREATE];

describe('a role for a command', () => {
  test.each([
    ['reads one table', ['read:public.orders'], [READ]],
    ['reads a view', ['read:public.items'], []],
    ['reads a schema', ['read:public.*'], [READ, READ_OTHER]],
    ['reads a schema of another name', ['read:stock.*'], [READ_FAR]],
    ['writes a table with a serial column', ['write:public.orders'], [READ, INSERT, UPDATE, DELETE]],
    ['inserts, and does not read', ['insert:public.orders', 'insert:public.refunds'], [INSERT, INSERT_OTHER]],
    ['is a member of a role', ['role:clerk'], [READ_OTHER]],
  ])('%s, and nothing else', async (_, grants, may) => {
    const set = setUp();
    const minted = await mint(grants, set);
    const outcome = await tried(minted, ALL);
    expect(ALL.filter((sql) => outcome[sql])).toEqual(may);
    await minted.revoke(signal);
    expect(await roles()).toEqual([]);
  });

  test('has what is asked for of what is granted, and is refused what is not', async () => {
    const set = setUp();
    const granted = ['write:public.orders', 'read:public.*', 'role:clerk'];
    const minted = await mint(granted, set, ['read:public.orders']);
    expect(await tried(minted, [READ, INSERT, READ_OTHER])).toEqual({
      [READ]: true,
      [INSERT]: false,
      [READ_OTHER]: false,
    });
    await minted.revoke(signal);
    for (const asked of ['write:public.*', 'write:public.people', 'read:stock.shelf', 'role:postgres'])
      await expect(mint(granted, set, [asked])).rejects.toThrowWithCode('ERR_DENIED');
  });

  test('is known, and written down, before it is; its password is in no statement', async () => {
    const set = setUp();
    const minted = await mint(['read:public.orders'], set);
    const role = roleOf(minted);
    expect(set.log.slice(0, 2)).toEqual(['known 32', `before ${role}`]);
    const password = minted.login?.password.reveal() ?? '';
    expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(set.log.join('\n')).not.toContain(password);
    expect(set.log.join('\n')).toContain('SCRAM-SHA-256$4096:');
    await minted.revoke(signal);
    expect(set.log.at(-1)).toBe(`gone ${role}`);
  });

  test('is nobody special, says what it is for, and lets nobody in after a quarter of an hour', async () => {
    const set = setUp();
    const minted = await mint(['read:public.orders'], set);
    const [role] = await server.query(
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin,
        extract(epoch FROM rolvaliduntil - now())::int AS rest, shobj_description(oid, 'pg_authid') AS says
       FROM pg_roles WHERE rolname = $1`,
      [roleOf(minted)],
    );
    const { rest, says, rolcanlogin, ...special } = role ?? {};
    expect(Object.values(special)).toEqual([false, false, false, false, false]);
    expect(rolcanlogin).toBe(true);
    expect(says).toBe('hallpass run --with orders, session 0123456789ab');
    expect(Number(rest)).toBeGreaterThan(LIMITS.roleMs / 1000 - 60);
    expect(Number(rest)).toBeLessThanOrEqual(LIMITS.roleMs / 1000);
    const database = await set.deps.connect({ ...opening(), ca: undefined, signal });
    await extendRole({ name: roleOf(minted), milliseconds: -1000 }, database);
    await expect(connectAs(minted)).rejects.toMatchObject({ code: '28P01' });
    await minted.extend?.();
    await (await connectAs(minted)).end();
    await database.close();
    await minted.revoke(signal);
  });

  test('is not there when something of it could not be granted', async () => {
    const set = setUp();
    const grants = ['read:public.orders', 'read:public.no_such_table'];
    await expect(mint(grants, set)).rejects.toThrowWithCode('ERR_DATABASE');
    await expect(mint(['role:nobody'], set)).rejects.toThrow('role "nobody" does not exist');
    await expect(mint(['read:no_such_schema.*'], set)).rejects.toThrow('there is no schema "no_such_schema"');
    expect(await roles()).toEqual([]);
    expect(set.log.at(-1)).toMatch(/^gone hallpass_/);
  });

  test.each(['x"; DROP TABLE people; --', "x'; DROP TABLE people; --", 'x\\', 'Ünï cödé', 'a.b', '$1', '%I'])(
    'has a table by its very name: %j',
    async (table) => {
      const set = setUp();
      await server.query(`CREATE TABLE ${quoteName(table)} (id int)`);
      try {
        const minted = await mint([`read:public.${table}`], set);
        const sql = `SELECT * FROM ${quoteName(table)}`;
        expect(await tried(minted, [sql, READ_OTHER])).toEqual({ [sql]: true, [READ_OTHER]: false });
        await minted.revoke(signal);
      } finally {
        await server.query(`DROP TABLE ${quoteName(table)}`);
      }
    },
  );
});

test('whatever is quoted is one name, and one text, to the server', async () => {
  const unit = fc.constantFrom(...Array.from('\'"\\$%-;/*E&U:xé😀\n\r\t \u0001'));
  const text = fc.string({ unit, maxLength: 15 });
  const client = await connectPostgres({ ...opening(), ca: undefined, signal });
  await client.query('SET standard_conforming_strings = off; SET backslash_quote = on');
  await fc.assert(
    fc.asyncProperty(text, text, async (one, other) => {
      const name = `c${other}`;
      const rows = await client.query(`SELECT ${quoteText(one)} AS ${quoteName(name)}`);
      expect(rows).toEqual([{ [name]: one }]);
    }),
    { numRuns: 200 },
  );
  await client.close();
  expect(() => quoteName('a\0b')).toThrow('NUL');
});

test('many at once are made and ended, of the same tables', async () => {
  const made = await Promise.all(
    Array.from({ length: 12 }, () => mint(['write:public.orders', 'read:public.*', 'role:clerk'], setUp())),
  );
  expect(await roles()).toHaveLength(12);
  await Promise.all(made.map((minted) => minted.revoke(signal)));
  expect(await roles()).toEqual([]);
});

describe('the end of a role', () => {
  test('comes also while it is connected, even in the middle of something', async () => {
    const set = setUp();
    const minted = await mint(['write:public.orders'], set);
    const client = await connectAs(minted);
    await client.query('BEGIN; LOCK TABLE orders');
    const cut = new Promise((resolve) => client.once('end', resolve));
    await minted.revoke(signal);
    await cut;
    expect(await roles()).toEqual([]);
    await expect(connectAs(minted)).rejects.toMatchObject({ code: '28P01' });
    // Once more, as the next start of a hallpass would that was killed here.
    const deps = { ...set.deps, signal };
    expect(await endRole(sourceOf(), roleOf(minted), deps)).toBe(false);
  });

  test('leaves what it has made to the role that it was a member of, in other databases too', async () => {
    const set = setUp();
    await server.query(`GRANT CREATE ON SCHEMA public TO clerk; GRANT CREATE ON DATABASE elsewhere TO clerk`);
    const minted = await mint(['role:clerk'], set);
    const here = await connectAs(minted);
    await here.query('CREATE TABLE made_here (id int); CREATE TEMP TABLE passing (id int)');
    const there = await connectAs(minted, 'elsewhere');
    await there.query('CREATE SCHEMA made_there');
    await minted.revoke(signal);
    expect(await roles()).toEqual([]);
    const made = "SELECT tableowner AS owner FROM pg_tables WHERE tablename = 'made_here'";
    expect(await server.query(made)).toEqual([{ owner: 'clerk' }]);
    await server.query('DROP TABLE made_here; REVOKE CREATE ON SCHEMA public FROM clerk');
  });

  test("takes what it has made with it where that would get the administrator's rights", async () => {
    const set = setUp();
    await server.query('GRANT CREATE ON SCHEMA public TO PUBLIC');
    const minted = await mint(['read:public.orders'], set);
    const client = await connectAs(minted);
    // Whoever owns a view is who reads by it.
    await client.query('CREATE VIEW trap AS SELECT * FROM people; GRANT SELECT ON trap TO PUBLIC');
    await client.query(
      "CREATE FUNCTION trap_too() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT current_user::text'",
    );
    await minted.revoke(signal);
    expect(await roles()).toEqual([]);
    expect(await server.query("SELECT 1 FROM pg_class WHERE relname = 'trap'")).toEqual([]);
    expect(await server.query("SELECT 1 FROM pg_proc WHERE proname = 'trap_too'")).toEqual([]);
    await server.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  });

  test.each(['postgres', 'clerk', 'hallpass_x', 'hallpass_0123456789ab_00000000"; DROP TABLE people; --'])(
    'is not that of %j, which hallpass did not make',
    async (role) => {
      const { deps } = setUp();
      await expect(endRole(sourceOf(), role, { ...deps, signal })).rejects.toThrowWithCode('ERR_DATABASE');
    },
  );
});

describe('an administrator that is no superuser', () => {
  beforeAll(async () => {
    if (missing !== undefined) return;
    await server.query(`
      CREATE ROLE keeper LOGIN CREATEROLE PASSWORD '${server.password}';
      CREATE SCHEMA kept AUTHORIZATION keeper; CREATE TABLE kept.mine (id serial); ALTER TABLE kept.mine OWNER TO keeper;
      CREATE TABLE kept.others (id int); GRANT SELECT ON kept.others TO keeper; GRANT clerk TO keeper WITH ADMIN OPTION`);
  });

  const keepers = (grants: readonly string[], { deps }: { deps: RoleDeps }) =>
    postgresMinter({ ...sourceOf('keeper'), grants }, deps).mint({ connection: 'orders', scopes: [] });

  test('makes roles for what is its own, and ends them while they are connected', async () => {
    const minted = await keepers(['write:kept.mine', 'role:clerk'], setUp());
    expect(await tried(minted, ['INSERT INTO kept.mine DEFAULT VALUES', READ_OTHER, READ])).toMatchObject({
      [READ_OTHER]: true,
      [READ]: false,
    });
    const client = await connectAs(minted);
    const cut = new Promise((resolve) => client.once('end', resolve));
    await minted.revoke(signal);
    await cut;
    expect(await roles()).toEqual([]);
  });

  test.each([
    [['read:kept.others'], 'may not grant SELECT on "others"'],
    [['read:kept.*'], /permission denied|may not grant/],
    [['read:public.people'], /permission denied|may not grant/],
    [['role:postgres'], 'permission denied'],
  ])('is told of %j, which it may not grant', async (grants, why) => {
    await expect(keepers(grants, setUp())).rejects.toThrow(why);
    expect(await roles()).toEqual([]);
  });
});

const opening = () => ({
  address: { host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres', tls: false },
  password: new Secret(server.password),
});

describe("the administrator's password", () => {
  test.each(['postgres://127.0.0.1:1', 'https://127.0.0.1', 'postgres://db.example.com:5432'])(
    'that is for %s is not sent here',
    async (origin) => {
      const never: Connect = () => Promise.reject(new Error('it was sent'));
      const set = setUp({ origin, opens: never });
      await expect(mint(['read:public.orders'], set)).rejects.toThrowWithCode('ERR_SECRET_ORIGIN');
    },
  );

  test('that is not stored is told of, and how to store it', async () => {
    const { deps } = setUp();
    const source = { ...sourceOf(), password: 'OTHER', grants: ['read:public.orders'] };
    const asked = postgresMinter(source, deps).mint({ connection: 'orders', scopes: [] });
    await expect(asked).rejects.toMatchObject({
      code: 'ERR_NO_SUCH_SECRET',
      hint: `hallpass secret add OTHER --origin ${originOf(server)}`,
    });
  });

  test('that is wrong is in no message', async () => {
    const wrong = new Secret(random(20));
    const opened = connectPostgres({ ...opening(), password: wrong, ca: undefined, signal });
    const error: unknown = await opened.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(HallpassError);
    expect(String(error)).toContain('does not know postgres by this password');
    expect(String(error)).not.toContain(wrong.reveal());
  });
});

/** Speaks TLS before a server that does not, as PostgreSQL's protocol begins it (manual, SSL Session Encryption). */
async function tlsProxy(target: number, { key, cert }: { key: string; cert: string }) {
  const proxy = createServer((socket) => {
    socket.once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, key, cert });
      const behind = connect(target, '127.0.0.1');
      secure.on('error', () => behind.destroy());
      behind.on('error', () => secure.destroy());
      secure.pipe(behind).pipe(secure);
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { port: (proxy.address() as AddressInfo).port, close: () => void proxy.close() };
}

describe('a server', () => {
  test('that says nothing is not waited for longer than it may take', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const address = { ...opening().address, port };
    const stopped = new AbortController();
    silent.once('connection', () => stopped.abort());
    const opened = connectPostgres({ ...opening(), address, ca: undefined, signal: stopped.signal });
    await expect(opened).rejects.toThrow('it takes too long');
    silent.close();
  });

  test('that is not there is told of', async () => {
    const address = { ...opening().address, port: 1 };
    const opened = connectPostgres({ ...opening(), address, ca: undefined, signal });
    await expect(opened).rejects.toThrowWithCode('ERR_DATABASE');
  });

  test('without TLS, or of an unknown authority, is told nothing where TLS is asked for', async () => {
    using directory = temporaryDirectory();
    const address = { ...opening().address, tls: true };
    await expect(connectPostgres({ ...opening(), address, ca: undefined, signal })).rejects.toThrow('SSL');
    const { key, cert } = makeCertificate();
    const files = { key: join(directory.path, 'key'), cert: join(directory.path, 'cert') };
    writeFileSync(files.cert, cert);
    const proxy = await tlsProxy(server.port, { key, cert });
    const there = { ...address, port: proxy.port };
    await expect(connectPostgres({ ...opening(), address: there, ca: undefined, signal })).rejects.toThrow(
      /self-signed|unable to verify/,
    );
    const database = await connectPostgres({ ...opening(), address: there, ca: files.cert, signal });
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await database.close();
    proxy.close();
  });
});
