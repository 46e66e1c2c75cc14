import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Secret } from '../core/secret.ts';
import { visible } from '../core/visible.ts';
import { readError } from './files.ts';

interface Target {
  readonly address: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
    readonly tls: boolean;
  };
  readonly password: Secret;
  /** A file of authorities to believe instead of the usual ones. */
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

type Row = Readonly<Record<string, unknown>>;

/** Connects to a PostgreSQL server. Throws ERR_DATABASE. */
export async function connectPostgres({ address, password, ca, signal }: Target) {
  const { host, port, user } = address;
  const socket = new Socket();
  const client = await clientFor({ address, password, ca }, socket);
  const stopped = aborted(signal);
  // A server that does not answer does not say goodbye either.
  const close = async (): Promise<void> => {
    const ended = client.end().catch(() => undefined);
    await Promise.race([ended, delay(LIMITS.databaseEndMs)]);
    socket.destroy();
  };
  const conflicts = new WeakSet<HallpassError>();
  const fault = (error: unknown): HallpassError => {
    const told = faultOf(error, { host, port, user, password });
    if (CONFLICTS.has(codeOf(error))) conflicts.add(told);
    return told;
  };
  const isConflict = (error: unknown): boolean => error instanceof HallpassError && conflicts.has(error);
  const query = async (sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> => {
    const asked = client.query<Record<string, unknown>>(sql, [...values]);
    const { rows } = await Promise.race([asked, stopped]).catch((error: unknown) => {
      throw fault(error);
    });
    return rows;
  };
  try {
    await Promise.race([client.connect(), stopped]);
    // Nobody else's function is taken for one of the server's own, as with pg_dump (CVE-2018-1058).
    await client.query("SELECT pg_catalog.set_config('search_path', '', false)");
  } catch (error) {
    await close();
    throw fault(error);
  }
  return { query, isConflict, close };
}

async function clientFor({ address, password, ca }: Omit<Target, 'signal'>, socket: Socket) {
  const { Client } = (await import('pg')).default;
  const { host, port, user, database, tls } = address;
  // Never what the environment says at the start (PGOPTIONS, PGREPLICATION): an administrator's session could be told to load
  // somebody's library.
  class PlainClient extends Client {
    getStartupConf(): Readonly<Record<string, string>> {
      return { user, database, application_name: 'hallpass' };
    }
  }
  const client = new PlainClient({
    stream: () => socket,
    host,
    port,
    user,
    database,
    password: password.reveal(),
    connectionTimeoutMillis: LIMITS.databaseMs,
    // Never what the environment says of it (PGSSLMODE, PGSSLNEGOTIATION).
    ssl: tls && { rejectUnauthorized: true, ...(ca !== undefined && { ca: authorities(ca) }) },
    sslnegotiation: 'postgres',
  });
  // What ends the connection fails the question that is under way.
  client.on('error', () => undefined);
  // Any user of this machine may answer at a port of it, while the server or its tunnel is down.
  if (!tls)
    client.connection.prependListener('authenticationCleartextPassword', () => {
      socket.destroy(new Error('it wants the password in clear, which needs TLS'));
    });
  return client;
}

function authorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw readError(file, error);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(new Error('it takes too long'));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  // Also where nobody waits any more.
  promise.catch(() => undefined);
  return promise;
}

interface Where {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: Secret;
}

// The server has its say in it, and may know the password.
function faultOf(error: unknown, { host, port, user, password }: Where): HallpassError {
  const said = error instanceof Error ? error.message : String(error);
  const why = said.includes(password.reveal()) ? 'it says what it should not' : said;
  const place = `${host}:${port}`;
  if (codeOf(error) === '28P01')
    return new HallpassError('ERR_DATABASE', `${place} does not know ${user} by this password`);
  return new HallpassError('ERR_DATABASE', `${place}: ${visible(why, { oneLine: true })}`);
}

// internal_error, as which "tuple concurrently updated" is reported; serialization_failure; deadlock_detected.
const CONFLICTS = new Set(['XX000', '40001', '40P01']);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
