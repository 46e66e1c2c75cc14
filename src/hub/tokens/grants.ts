import { type Grant, type HubConfig, type HubConnection, isNamed } from '../config.ts';
import { OAuthError } from '../http/errors.ts';
import type { Person } from './issuer.ts';

export interface GrantRequest {
  /** Name of a connection. */
  readonly connection: string;
  /** Undefined: all there are. */
  readonly scopes: readonly string[] | undefined;
  readonly use: Grant['use'];
}

export interface Granted {
  readonly connection: HubConnection;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly ttl: number;
}

/**
 * What the grants give this person. Throws `invalid_target` for a connection that isn't there or isn't theirs, in the
 * same words; `access_denied` for exporting what only the proxy may see; `invalid_scope`.
 */
export function decide(config: HubConfig, person: Person, request: GrantRequest): Granted {
  const connection = config.connections.find(({ name }) => name === request.connection);
  const theirs = config.grants.filter(
    (grant) => grant.connection === request.connection && isNamed(grant.who, person),
  );
  if (connection === undefined || theirs.length === 0)
    throw new OAuthError('invalid_target', 'there is no such connection for you here');
  const usable = request.use === 'proxy' ? theirs : theirs.filter(({ use }) => use === 'export');
  if (usable.length === 0)
    throw new OAuthError(
      'access_denied',
      'this connection is for the proxy alone: its tokens are not handed out',
    );
  const scopes = scopesOf(usable, request.scopes);
  const used = usable.filter((grant) => grant.scopes.some((scope) => scopes.includes(scope)));
  return { connection, scopes, ttl: Math.min(...used.map(({ ttl }) => ttl)) };
}

function scopesOf(grants: readonly Grant[], wanted: readonly string[] | undefined): string[] {
  const given = [...new Set(grants.flatMap(({ scopes }) => scopes))];
  const scopes = wanted ?? given;
  const beyond = scopes.filter((scope) => !given.includes(scope));
  if (scopes.length === 0 || beyond.length > 0)
    throw new OAuthError('invalid_scope', `no grant gives you ${beyond.join(' ') || 'an empty scope'}`);
  return [...new Set(scopes)];
}
