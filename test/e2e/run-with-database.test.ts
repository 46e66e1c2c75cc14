import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { plant, random } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type Sandbox, sandbox } from '../helpers/hallpass.ts';
import { type Postgres, postgresIsMissing, startPostgres } from '../helpers/postgres.ts';
import { TeamHub } from '../helpers/team.ts';

const missing = await postgresIsMissing();
let server: Postgres;

beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});

beforeAll(async () => {
  if (missing !== undefined) return;
  server = await startPostgres();
  plant('the password of the database administrator', server.password);
  await server.query(`
    CREATE TABLE orders (item text); INSERT INTO orders VALUES ('tea');
    CREATE TABLE people (name text); INSERT INTO people VALUES ('me')`);
});

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

/** Stores the administrator's password, and names the database. */
async function withDatabase(hallpass: Sandbox, more: Record<string, unknown> = {}): Promise<void> {
  const origin = `postgres://127.0.0.1:${server.port}`;
  await hallpass.run(['secret', 'add', 'ORDERS_ADMIN', '--origin', origin], { stdin: server.password });
  const url = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
  const orders = {
    auth: { postgres: { url, password: 'secret:ORDERS_ADMIN', grants: ['read:public.orders'] } },
  };
  await hallpass.configure({ connections: { orders, ...more } });
}

/** A command that has a client by the variables of libpq. */
async function asking(hallpass: Sandbox, code: string): Promise<string[]> {
  const pg = createRequire(import.meta.url).resolve('pg');
  const begin = `
    const { Client } = require(${JSON.stringify(pg)});
    const client = new Client();
    client.on('error', () => undefined);
    const ask = (sql) => client.query(sql).then(({ rows }) => JSON.stringify(rows), (error) => error.message);
    (async () => { await client.connect(); ${code} })();`;
  await writeFile(join(hallpass.project, 'ask.cjs'), begin);
  return ['--', 'node', 'ask.cjs'];
}

const roles = async (): Promise<string[]> =>
  (await server.query("SELECT rolname FROM pg_roles WHERE rolname LIKE 'hallpass%'")).map(({ rolname }) =>
    String(rolname),
  );

/** Connections that roles of hallpass have. */
async function connections(): Promise<number> {
  const [row] = await server.query(
    "SELECT count(*)::int FROM pg_stat_activity WHERE usename LIKE 'hallpass%'",
  );
  return Number(row?.['count']);
}

describe('a role of a database', () => {
  test(
    'reads what it was granted, and nothing else; it is gone afterwards',
    cites('run.with-database'),
    async () => {
      await using hallpass = await sandbox();
      await withDatabase(hallpass);
      const code = `
      for (const sql of ['SELECT * FROM orders', 'SELECT * FROM people', "INSERT INTO orders VALUES ('x')"])
        console.log(await ask(sql));
      console.log(process.env.PGUSER, process.env.PGPASSWORD);
      await client.end();`;
      const ran = await hallpass.run(['run', '--with', 'orders', ...(await asking(hallpass, code))]);
      expect(ran.stdout).toMatch(
        /^\[\{"item":"tea"\}\]\npermission denied for table people\npermission denied for table orders\nhallpass_\w{12}_\w{8} hpm_known_\w+\n$/,
      );
      expect(ran.stderr).toMatch(/^1 secret masked, 0 exposed, sealed\./);
      expect(await roles()).toEqual([]);
      const more = await hallpass.run([
        'run',
        '--json',
        '--with',
        'orders:write:public.orders',
        '--',
        'true',
      ]);
      expect(JSON.parse(more.stderr)).toMatchObject({ error: { code: 'ERR_DENIED' } });
      const minted = await hallpass.run(['mint', 'orders', '--json']);
      expect(minted.stdout).toBe('');
      hallpass.assertNoCanary();
    },
  );

  test(
    'is gone also where the command has left somebody who is connected',
    cites('run.with-database'),
    async () => {
      await using hallpass = await sandbox();
      await withDatabase(hallpass);
      const code = `
      const { spawn } = require('node:child_process');
      if (process.argv[2] === 'stay') { process.send('connected'); process.disconnect(); return; }
      const stdio = ['ignore', 'ignore', 'ignore', 'ipc'];
      const child = spawn(process.execPath, [__filename, 'stay'], { detached: true, stdio });
      child.once('message', async () => { child.unref(); await client.end(); console.log('left'); });`;
      const ran = await hallpass.run(['run', '--with', 'orders', ...(await asking(hallpass, code))]);
      expect(ran).toMatchObject({ code: 0, stdout: 'left\n' });
      expect(await roles()).toEqual([]);
      expect(await connections()).toBe(0);
      hallpass.assertNoCanary();
    },
  );
});

test('what a killed hallpass has left is ended by the next', cites('run.with-killed'), async () => {
  await using hub = await TeamHub.start();
  await using hallpass = await hub.machineOf('developer');
  await withDatabase(hallpass, {
    demo: { auth: { bearer: 'hub-jwt' }, inject: { file: 'TOKEN_FILE' } },
  });
  const code = `console.log(process.env.TOKEN_FILE); setInterval(() => undefined, 1000);`;
  const words = ['run', '--with', 'orders', '--with', 'demo', ...(await asking(hallpass, code))];
  const running = hallpass.spawn(words);
  const [, file = ''] = await running.saying('stdout', /^(\/.*)\n/);
  const [role = ''] = await roles();
  const token = plant('an injected credential', readFileSync(file, 'utf8')).value;
  expect(await isActive(hallpass, { hub: hub.url, token })).toBe(true);
  running.child.kill('SIGKILL');
  await running.finished;
  expect(existsSync(file)).toBe(true);
  const next = await hallpass.run(['run', '--', 'echo', 'next']);
  expect(next.stdout).toBe('next\n');
  expect(next.stderr.split('\n')[0]).toBe(
    'hallpass: left by an earlier hallpass, ended: 1 directory of credentials, 1 database role, 1 token',
  );
  expect(existsSync(file)).toBe(false);
  expect(await isActive(hallpass, { hub: hub.url, token })).toBe(false);
  expect(role).toMatch(/^hallpass_/);
  expect(await roles()).toEqual([]);
  expect(readdirSync(join(hallpass.stateDir, 'leftovers'))).toEqual([]);
  const after = await hallpass.run(['run', '--', 'echo', 'again']);
  expect(after.stderr).not.toContain('earlier');
  hallpass.assertNoCanary();
});

test('what a killed hallpass has left is ended by connect, too', cites('run.with-killed'), async () => {
  await using hallpass = await sandbox();
  const directory = join(hallpass.stateDir, 'run', 'credentials-0123456789ab-7');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'demo'), plant('left behind', random(30)).value);
  const journal = join(hallpass.stateDir, 'leftovers', '0123456789ab.jsonl');
  await mkdir(dirname(journal));
  await writeFile(journal, `${JSON.stringify({ number: 1, kind: 'files', directory })}\n`);
  const { stderr } = await hallpass.run(['connect', '--', 'cat']);
  expect(stderr).toContain('left by an earlier hallpass, ended: 1 directory of credentials\n');
  expect(existsSync(directory)).toBe(false);
  hallpass.assertNoCanary();
});

/** Whether the hub says that the token is good. */
async function isActive(hallpass: Sandbox, { hub, token }: { hub: string; token: string }): Promise<boolean> {
  const own = await hallpass.run(['mint', hub]);
  const response = await fetch(new URL('/introspect', hub), {
    method: 'POST',
    headers: { authorization: `Bearer ${own.stdout.trim()}` },
    body: new URLSearchParams({ token }),
  });
  return ((await response.json()) as { active: boolean }).active;
}
