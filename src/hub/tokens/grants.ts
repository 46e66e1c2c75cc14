import { type Grant, type HubConfig, type HubConnection, isNamed } from '../config.ts';
import { OAuthError } from '../http/errors.ts';
import { areOfCircumstance, misfits, textOf } from './claims.ts';
import type { Person, ProvenJob } from './issuer.ts';

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

/** Who asks for a token: a person, or a job with all that its token says. */
export type Asker = Person & { readonly job?: ProvenJob | undefined };

/**
 * What the grants give this person or job. Throws `invalid_target` for a connection that isn't there or isn't theirs, in
 * the same words; `access_denied` for exporting what only the proxy may see; `invalid_scope`.
 */
export function decide(config: HubConfig, asker: Asker, request: GrantRequest): Granted {
  const connection = config.connections.find(({ name }) => name === request.connection);
  const grants = config.grants.filter((grant) => grant.connection === request.connection);
  const theirs = grants.filter(({ who }) => isFor(who, asker));
  if (connection === undefined || theirs.length === 0)
    throw new OAuthError('invalid_target', whyNone(grants, asker.job));
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

function isFor(who: Grant['who'], { job, ...person }: Asker): boolean {
  if (job === undefined) return isNamed(who, person);
  const { ci } = who;
  return ci !== undefined && job.names.includes(ci.issuer) && misfits(ci.claims, job.claims).length === 0;
}

const NONE = 'there is no such connection for you here';

// Which others a grant is for is none of a job's business: it is told what it would have to be only by grants that it
// misses by what it does alone.
function whyNone(grants: readonly Grant[], job: ProvenJob | undefined): string {
  const missed = grants.flatMap(({ who: { ci } }) =>
    job !== undefined && ci !== undefined && job.names.includes(ci.issuer)
      ? [misfits(ci.claims, job.claims)]
      : [],
  );
  const [nearest] = missed.filter(areOfCircumstance).toSorted((a, b) => a.length - b.length);
  return nearest === undefined ? NONE : `${NONE}: ${textOf(nearest)}`;
}

function scopesOf(grants: readonly Grant[], wanted: readonly string[] | undefined): string[] {
  const given = [...new Set(grants.flatMap(({ scopes }) => scopes))];
  const scopes = wanted ?? given;
  const beyond = scopes.filter((scope) => !given.includes(scope));
  if (scopes.length === 0 || beyond.length > 0)
    throw new OAuthError('invalid_scope', `no grant gives you ${beyond.join(' ') || 'an empty scope'}`);
  return [...new Set(scopes)];
}
