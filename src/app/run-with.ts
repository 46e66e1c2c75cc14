import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { visible } from '../core/visible.ts';
import type { MintRequest } from '../identity/minters/minter.ts';
import { libpqNames, parseDatabaseAddress } from '../identity/postgres/database-address.ts';
import type { CredentialSource, DatabaseSource, Inject, Named } from './project-file.ts';

/** A credential that a command is to have, and how; nothing is minted yet. */
export interface PlannedCredential {
  /** As it was asked for. */
  readonly connection: string;
  readonly source: CredentialSource | DatabaseSource;
  readonly request: MintRequest;
  readonly inject: Inject;
  /** Whose credential it is in a netrc file; undefined: what it is minted by says so. */
  readonly machine?: string | undefined;
  /** A file says so; else it is the hub's. */
  readonly isNamed: boolean;
}

// As in hallpass.yaml; it becomes the name of a file.
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;
// RFC 6749, 3.3, but for the comma, which is for listing them.
const SCOPE = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/;

/**
 * What `--with CONNECTION[:SCOPES]` asks for. `find` says what a name stands for, of what is trusted; undefined: it is the
 * hub's to know.
 *
 * @throws {HallpassError} ERR_USAGE, ERR_DENIED, and what `find` throws
 */
export function planCredentials(
  words: readonly string[],
  find: (connection: string) => Named | undefined,
): PlannedCredential[] {
  const plans = words.map((word) => {
    const request = requestIn(word);
    return planOf(request, find(request.connection));
  });
  const taken = new Map<string, string>();
  for (const [variable, connection] of plans.flatMap(withVariables)) {
    const other = taken.get(variable);
    if (other !== undefined) throw twice(variable, [other, connection]);
    taken.set(variable, connection);
  }
  if (plans.filter(({ inject }) => 'fd' in inject).length > LIMITS.injectedDescriptors)
    throw new HallpassError('ERR_USAGE', `a command gets at most ${LIMITS.injectedDescriptors} descriptors`);
  return plans;
}

function withVariables(plan: PlannedCredential): [variable: string, connection: string][] {
  return variablesOf(plan).map((variable) => [variable, plan.connection]);
}

/** The variables that a command finds it by. */
export function variablesOf({
  inject,
  source,
}: Pick<PlannedCredential, 'inject' | 'source'>): readonly string[] {
  if ('env' in inject) return [inject.env];
  if ('file' in inject) return [inject.file];
  if ('netrc' in inject) return [inject.netrc];
  if ('fd' in inject) return [inject.fd];
  return isDatabase(source) ? libpqNames(parseDatabaseAddress(source.postgres.url).tls) : [];
}

/** What they are called in few words. */
export function placeOf(plan: Pick<PlannedCredential, 'inject' | 'source'>): string {
  return 'libpq' in plan.inject ? 'PGPASSWORD' : (variablesOf(plan)[0] ?? '');
}

export function isDatabase(source: PlannedCredential['source']): source is DatabaseSource {
  return typeof source === 'object' && 'postgres' in source;
}

function requestIn(word: string): MintRequest {
  const colon = word.indexOf(':');
  const connection = colon === -1 ? word : word.slice(0, colon);
  const scopes = colon === -1 ? [] : word.slice(colon + 1).split(/[\s,]+/);
  if (!NAME.test(connection)) throw wrong(word, 'a connection is letters, digits, dots, dashes, underscores');
  if (!scopes.every((scope) => SCOPE.test(scope)))
    throw wrong(word, 'after the colon stand scopes, with commas between them');
  return { connection, scopes };
}

function wrong(word: string, why: string): HallpassError {
  return new HallpassError('ERR_USAGE', `--with ${visible(word, { oneLine: true })}: ${why}`, {
    hint: 'hallpass run --with tickets:read,write -- COMMAND',
  });
}

function planOf(asked: MintRequest, named: Named | undefined): PlannedCredential {
  const { connection } = asked;
  if (named === undefined)
    return { connection, source: 'hub-jwt', request: asked, inject: usual(connection), isNamed: false };
  const auth = 'auth' in named ? named.auth : undefined;
  if (auth === undefined) throw noCredential(connection);
  const injected = 'inject' in named ? named.inject : undefined;
  const source = auth.bearer;
  const isHub = source === 'hub-jwt';
  const hasScopes = isHub || isDatabase(source);
  // The hub has grants of its own for what may leave the proxy; of all else the file says it. A role is for a command anyway.
  if (!hasScopes && injected === undefined && auth.use !== 'export') throw proxyOnly(connection);
  if (!hasScopes && asked.scopes.length > 0) throw unscoped(connection);
  const scopes = asked.scopes.length > 0 ? asked.scopes : auth.scopes;
  return {
    connection,
    source,
    request: { connection: auth.connection ?? connection, scopes },
    inject: injected ?? (isDatabase(source) ? { libpq: true } : usual(connection)),
    machine: machineOf(named, injected, source),
    isNamed: true,
  };
}

// That of the server, unless the file names another.
function machineOf(named: Named, injected: Inject | undefined, source: PlannedCredential['source']) {
  if (injected === undefined || !('netrc' in injected)) return undefined;
  const machine = injected.machine ?? ('url' in named ? new URL(named.url).hostname : undefined);
  if (machine !== undefined || isDatabase(source)) return machine;
  throw new HallpassError('ERR_CONFIG', `a netrc file says for which machine "${injected.netrc}" is`, {
    hint: 'inject: { netrc: NETRC, machine: api.example.com } in hallpass.yaml',
  });
}

function usual(connection: string): Inject {
  const name = `${connection}_TOKEN`.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
  return { env: /^[0-9]/.test(name) ? `_${name}` : name };
}

function noCredential(connection: string): HallpassError {
  return new HallpassError('ERR_USAGE', `"${connection}" has no auth, so there is nothing to inject`, {
    hint: 'auth: in hallpass.yaml says where a credential comes from.',
  });
}

function proxyOnly(connection: string): HallpassError {
  return new HallpassError('ERR_DENIED', `the credential of "${connection}" is for the proxy alone`, {
    hint: '"inject" beside its auth in hallpass.yaml, { env: NAME }, { file: NAME }…, lets run hand it to a command.',
  });
}

function unscoped(connection: string): HallpassError {
  return new HallpassError(
    'ERR_USAGE',
    `the credential of "${connection}" can not be had with fewer scopes`,
    {
      hint: `Only a hub and a database give scopes. Ask for all of it: --with ${connection}`,
    },
  );
}

function twice(variable: string, connections: readonly [string, string]): HallpassError {
  const who = connections[0] === connections[1] ? `${connections[0]} twice` : connections.join(' and ');
  return new HallpassError('ERR_USAGE', `${variable} can not be for ${who}`, {
    hint: 'inject: { env: NAME } in hallpass.yaml gives one of them another variable.',
  });
}
