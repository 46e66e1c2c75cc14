import { HallpassError } from '../core/errors.ts';
import { requireSecure } from '../identity/address.ts';
import { readChallenge } from '../identity/oauth/challenge.ts';
import { discoverIssuer, discoverResource } from '../identity/oauth/discovery.ts';
import { secretsOf } from '../identity/oauth/grants.ts';
import { revokeTokens } from '../identity/oauth/tokens.ts';
import { authorize, type OAuthDeps, type Person } from './authorize.ts';

export interface AuthorizeDeps extends OAuthDeps {
  /** Undefined: this is CI, and nobody watches. */
  readonly person: Person | undefined;
  /** Asks the server something small, without a token. */
  readonly probe: (
    server: URL,
  ) => Promise<{ readonly status: number; readonly wwwAuthenticate: readonly string[] }>;
  /** Aborted when the person no longer waits. */
  readonly signal: AbortSignal;
}

/** For people and scripts. */
export interface Authorized {
  readonly connection: string;
  /** False: the server lets everybody in. */
  readonly needed: boolean;
  readonly issuer: string | null;
  readonly scopes: readonly string[];
  /** End of the access token; renewed when needed, while the authorization server allows it. */
  readonly expires_at: string | null;
}

export interface Removed {
  readonly connection: string;
  /** False: there was none. */
  readonly removed: boolean;
  /** The authorization server has ended it too. */
  readonly revoked: boolean;
  /** Why it has not. */
  readonly reason: string | null;
}

/** Has a person authorize hallpass at a server before a client needs it. Throws ERR_OAUTH, ERR_INSECURE_ADDRESS… */
export async function authorizeServer(connection: string, deps: AuthorizeDeps): Promise<Authorized> {
  const { server, book, person, probe, signal } = deps;
  requireSecure(server, 'a server that is shown a token');
  const { status, wwwAuthenticate } = await probe(server);
  // A server may let everybody in and still want to know who does some things.
  if (status !== 401 && book.get(server.href) === undefined)
    return { connection, needed: false, issuer: null, scopes: [], expires_at: null };
  if (person === undefined) throw nobodyThere();
  const { scopes: wanted, metadataUrl } = await readChallenge(wwwAuthenticate);
  const resource = await discoverResource(server, metadataUrl, deps.ask);
  if (resource === undefined)
    throw new HallpassError('ERR_OAUTH', `${server.origin} refuses us and does not say who could let us in`, {
      hint: 'It may want a credential of its own: auth, or headers_from, in hallpass.yaml (docs/login.md).',
    });
  const grant = await authorize({ resource, scopes: wanted }, deps, { person, signal });
  const { issuer, scopes, expiresAt } = grant;
  const end = expiresAt === undefined ? null : new Date(expiresAt).toISOString();
  return { connection, needed: true, issuer, scopes, expires_at: end };
}

/** Ends an authorization where it was given, as far as that works, and removes it from this machine in any case. */
export async function removeAuthorization(connection: string, deps: OAuthDeps): Promise<Removed> {
  const { server, book, ask, choice, onSecret } = deps;
  const held = await book.lock(server.href);
  try {
    const grant = book.get(server.href);
    if (grant === undefined) return { connection, removed: false, revoked: false, reason: null };
    for (const secret of secretsOf(grant)) onSecret(secret);
    const reason = await reasonNot(async () =>
      revokeTokens(grant, await discoverIssuer(grant.issuer, ask), { choice, ask }),
    );
    return { connection, removed: true, revoked: reason === null, reason };
  } finally {
    book.remove(server.href);
    held.release();
  }
}

async function reasonNot(task: () => Promise<void>): Promise<string | null> {
  try {
    await task();
    return null;
  } catch (error) {
    if (error instanceof HallpassError) return error.message;
    throw error;
  }
}

function nobodyThere(): HallpassError {
  return new HallpassError(
    'ERR_NOT_AUTHORIZED',
    'a person has to authorize it in a browser, and this is CI',
    {
      hint: 'Authorize on a terminal, or give the connection a credential of its own (auth, headers_from). Where a person does watch, unset CI.',
    },
  );
}
