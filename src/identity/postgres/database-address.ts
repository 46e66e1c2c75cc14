import { HallpassError } from '../../core/errors.ts';
import { isLoopback } from '../address.ts';

/** A PostgreSQL server, one of its databases, and who we are there. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** Certificate and name are checked. Without, nothing leaves this machine. */
  readonly tls: boolean;
}

const PORT = 5432;

/**
 * `postgres://USER@HOST[:PORT]/DATABASE`. TLS that is verified is a matter of course, but on this machine, where
 * `?sslmode=verify-full` asks for it. Throws ERR_CONFIG.
 */
export function parseDatabaseAddress(text: string): DatabaseAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(?:ql)?:$/.test(url.protocol)) throw wrong('it is no such address');
  const { username, password, pathname, searchParams, hash } = url;
  if (password !== '') throw wrong('a password does not belong into it');
  if (url.hostname === '' || username === '' || !/^\/[^/]+$/.test(pathname) || hash !== '')
    throw wrong('user, host and database stand in it');
  const { sslmode, ...others } = Object.fromEntries(searchParams);
  // Others let a network read along, or trust whoever answers.
  if (Object.keys(others).length > 0 || (sslmode !== undefined && sslmode !== 'verify-full'))
    throw wrong('the only setting in it is sslmode=verify-full');
  return {
    host: url.hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? PORT : Number(url.port),
    user: decoded(username),
    database: decoded(pathname.slice(1)),
    tls: sslmode !== undefined || !isLoopback(url),
  };
}

/** Where a password for it may be sent, as `secret add --origin` has it. */
export function databaseOrigin({ host, port }: Pick<DatabaseAddress, 'host' | 'port'>): string {
  return `postgres://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** `postgres://HOST[:PORT]`, the port always written; undefined: this is none. */
export function parseDatabaseOrigin(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(?:ql)?:$/.test(url.protocol)) return undefined;
  const { hostname, port, username, password, pathname, search, hash } = url;
  if (hostname === '' || [username, password, search, hash].join('') !== '' || !/^\/?$/.test(pathname))
    return undefined;
  const host = hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return databaseOrigin({ host, port: port === '' ? PORT : Number(port) });
}

/** The address as programs take it, with `login` in it. */
export function databaseUrl(
  { host, port, database, tls }: DatabaseAddress,
  { user, password, ca }: { user: string; password: string; ca: string | undefined },
): string {
  const origin = databaseOrigin({ host, port });
  const url = new URL(`${origin}/${encodeURIComponent(database)}`);
  url.username = encodeURIComponent(user);
  url.password = encodeURIComponent(password);
  if (tls) url.searchParams.set('sslmode', 'verify-full');
  if (tls && ca !== undefined) url.searchParams.set('sslrootcert', ca);
  return url.href;
}

/** The same as the variables that libpq, and with it nearly every driver, goes by (PostgreSQL's manual, Environment Variables). */
export function libpqVariables(
  { host, port, database, tls }: DatabaseAddress,
  { user, password, ca }: { user: string; password: string; ca: string | undefined },
): Record<string, string> {
  return {
    PGHOST: host,
    PGPORT: String(port),
    PGDATABASE: database,
    PGUSER: user,
    PGPASSWORD: password,
    PGSSLMODE: tls ? 'verify-full' : 'disable',
    ...(tls && { PGSSLROOTCERT: ca ?? 'system' }),
  };
}

/** Their names. */
export function libpqNames(tls: boolean): readonly string[] {
  const names = ['PGHOST', 'PGPORT', 'PGDATABASE', 'PGUSER', 'PGPASSWORD', 'PGSSLMODE'];
  return tls ? [...names, 'PGSSLROOTCERT'] : names;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('what is written with % in it is no text');
  }
}

function wrong(why: string): HallpassError {
  return new HallpassError('ERR_CONFIG', `the address of a database is not right: ${why}`, {
    hint: 'postgres://USER@HOST:PORT/DATABASE; the password is stored with hallpass secret add.',
  });
}
