import { randomBytes, randomInt } from 'node:crypto';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { Secret } from '../../core/secret.ts';
import { createRole, extendRole } from '../postgres/create-role.ts';
import {
  databaseOrigin,
  databaseUrl,
  libpqVariables,
  parseDatabaseAddress,
} from '../postgres/database-address.ts';
import type { Connect, Database } from '../postgres/database.ts';
import { dropRole } from '../postgres/drop-role.ts';
import { covers, type Grant, parseGrant } from '../postgres/grants.ts';
import { scramVerifier } from '../postgres/scram.ts';
import type { SecretBook } from '../secret-book.ts';
import type { Minted, Minter } from './minter.ts';

/** A database in which roles are made, and by whom. */
export interface PostgresSource {
  /** `postgres://ADMINISTRATOR@HOST:PORT/DATABASE` */
  readonly url: string;
  /** The name under which the administrator's password is stored. */
  readonly password: string;
  readonly ca?: string | undefined;
}

export interface PostgresDeps {
  readonly book: SecretBook;
  readonly connect: Connect;
  readonly now: () => number;
}

export interface RoleDeps extends PostgresDeps {
  /** What they are made for, as a server's administrator sees it. */
  readonly session: string;
  /** From now on the value is masked wherever it turns up. */
  readonly makeKnown: (value: string) => void;
  /** Called before a role is made; it returns what to call when there is none any more. */
  readonly beforeRole: (role: string) => () => void;
}

/** Makes a role for each credential, with what is asked for of what is granted. */
export function postgresMinter(
  source: PostgresSource & { readonly grants: readonly string[] },
  deps: RoleDeps,
): Minter {
  return {
    mint: async ({ connection, scopes }) => {
      const grants = grantsFor(scopes, source.grants);
      const role = `hallpass_${deps.session}_${randomBytes(4).toString('hex')}`;
      const password = randomPassword();
      // Before it is anywhere else.
      deps.makeKnown(password);
      const database = await open(source, { ...deps, signal: AbortSignal.timeout(LIMITS.databaseMs) });
      try {
        const isGone = deps.beforeRole(role);
        const started = deps.now();
        const comment = `hallpass run --with ${connection}, session ${deps.session}`;
        const milliseconds = LIMITS.roleMs;
        const wanted = { name: role, verifier: scramVerifier(password), milliseconds, grants, comment };
        await createRole(wanted, database).catch(async (error: unknown) => {
          if (await isMissing(role, database)) isGone();
          throw error;
        });
        return mintedRole({ role, password, source, isGone, expiresAt: started + milliseconds }, deps);
      } finally {
        await database.close();
      }
    },
  };
}

/** Ends a role that was made here, also one that a killed hallpass left. False: it was not there. Throws ERR_DATABASE, ERR_NO_SUCH_SECRET… */
export async function endRole(
  source: PostgresSource,
  role: string,
  deps: PostgresDeps & { readonly signal: AbortSignal },
): Promise<boolean> {
  // It may come from a file that others have written to.
  if (!isOurs(role))
    throw new HallpassError('ERR_DATABASE', 'a role that hallpass did not make is not ended');
  const database = await open(source, deps);
  try {
    return await dropRole(role, database, (other) => open(source, { ...deps, database: other }));
  } finally {
    await database.close();
  }
}

/** A name that only roles made here have. */
export function isOurs(role: string): boolean {
  return /^hallpass_[a-z0-9]{12}_[0-9a-f]{8}$/.test(role);
}

interface MadeRole {
  readonly role: string;
  readonly password: string;
  readonly source: PostgresSource;
  readonly isGone: () => void;
  readonly expiresAt: number;
}

function mintedRole({ role, password, source, isGone, expiresAt }: MadeRole, deps: RoleDeps): Minted {
  const address = parseDatabaseAddress(source.url);
  const login = { user: role, password, ca: source.ca };
  return {
    credential: new Secret(databaseUrl(address, login)),
    secrets: [new Secret(password)],
    login: { machine: address.host, user: role, password: new Secret(password) },
    variables: libpqVariables(address, login),
    tokenType: 'Bearer',
    scopes: [],
    expiresAt,
    origins: undefined,
    renewable: true,
    extend: async () => {
      const signal = AbortSignal.timeout(LIMITS.databaseMs);
      const database = await open(source, { ...deps, signal });
      try {
        const started = deps.now();
        await extendRole({ name: role, milliseconds: LIMITS.roleMs }, database);
        return started + LIMITS.roleMs;
      } finally {
        await database.close();
      }
    },
    revoke: async () => {
      // It takes longer than to tell a hub: connections are ended one by one, and waited for.
      await endRole(source, role, { ...deps, signal: AbortSignal.timeout(LIMITS.databaseMs) });
      isGone();
    },
  };
}

// All that is granted, or what is asked for of it.
function grantsFor(asked: readonly string[], granted: readonly string[]): Grant[] {
  const all = granted.map(grantOf);
  if (asked.length === 0) return all;
  return asked.map((text) => {
    const grant = grantOf(text);
    if (covers(all, grant)) return grant;
    throw new HallpassError('ERR_DENIED', `"${text}" is not granted`, {
      hint: `Granted is ${granted.join(', ')}; hallpass.yaml says so.`,
    });
  });
}

function grantOf(text: string): Grant {
  const grant = parseGrant(text);
  if (grant !== undefined) return grant;
  throw new HallpassError('ERR_USAGE', `"${text}" says nothing of a database`, {
    hint: 'read:SCHEMA.TABLE, write:SCHEMA.TABLE, read:SCHEMA.*, role:NAME',
  });
}

interface Opening extends PostgresDeps {
  readonly signal: AbortSignal;
  readonly database?: string;
}

async function open(
  { url, password: name, ca }: PostgresSource,
  { book, connect, signal, database }: Opening,
): Promise<Database> {
  const address = parseDatabaseAddress(url);
  const origin = databaseOrigin(address);
  const { value: password, origins } = passwordIn(book, name, origin);
  if (!origins.includes(origin)) throw elsewhere(name, origin);
  const to = { ...address, database: database ?? address.database };
  return connect({ address: to, password, ca, signal });
}

function passwordIn(book: SecretBook, name: string, origin: string): ReturnType<SecretBook['get']> {
  if (book.list().some((entry) => entry.name === name)) return book.get(name);
  throw new HallpassError('ERR_NO_SUCH_SECRET', `no secret is stored under "${name}"`, {
    hint: `hallpass secret add ${name} --origin ${origin}`,
  });
}

function elsewhere(name: string, origin: string): HallpassError {
  return new HallpassError('ERR_SECRET_ORIGIN', `the secret ${name} is not for ${origin}`, {
    hint: `If it is, store it as that: hallpass secret add ${name} --origin ${origin}`,
  });
}

async function isMissing(role: string, database: Database): Promise<boolean> {
  const found = database.query('SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1', [role]);
  // Where nobody can tell, it may be there.
  return found.then(
    ({ length }) => length === 0,
    () => false,
  );
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

// Letters and digits, which mean the same in a URL, in a file of passwords and in a shell; 190 bits.
function randomPassword(): string {
  return Array.from({ length: 32 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}
