import { hash } from 'node:crypto';

import type { Context } from 'hono';

import { HttpError, OAuthError } from './errors.ts';
import type { HubConfig } from '../config.ts';
import { isNamed } from '../config.ts';
import type { Caller } from '../sessions/uploads.ts';
import type { HubScope, TokenService } from '../tokens/token-service.ts';

export interface AuthDeps {
  readonly config: HubConfig;
  readonly hub: string;
  readonly issuer: string;
  readonly tokens: TokenService;
}

/** Somebody with a token for the hub itself. */
export interface Authenticated extends Caller {
  readonly scopes: readonly string[];
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string;
  readonly isAdmin: boolean;
  /** May read everybody's sessions. */
  readonly isAuditor: boolean;
}

/** Who is asking; with `scope`, somebody whose token has it. Throws 401 and 403. */
export async function authenticate(
  context: Context,
  deps: AuthDeps,
  scope?: HubScope,
): Promise<Authenticated> {
  const token = /^Bearer ([\w.~+/-]+=*)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  if (token === undefined) throw unauthenticated('a bearer token is needed');
  const claims = await deps.tokens.inspect(token);
  // A token for somebody else's ears opens nothing here (RFC 9068 section 4).
  if (claims?.audience !== deps.hub) throw unauthenticated('the token is not valid here, or no longer');
  if (scope !== undefined && !claims.scopes.includes(scope))
    throw new HttpError(403, { code: 'ERR_DENIED', message: `the token lacks the scope ${scope}` });
  const { config, issuer } = deps;
  const isAdmin = isNamed(config.admins, claims);
  return {
    subject: claims.subject,
    groups: claims.groups,
    job: claims.job,
    owner: `${claims.job?.issuer ?? issuer}|${claims.subject}`,
    scopes: claims.scopes,
    tokenHash: hash('sha256', token),
    isAdmin,
    isAuditor: isAdmin || isNamed(config.auditors, claims),
  };
}

/** As `authenticate`, with the errors of an OAuth endpoint. */
export async function authenticateOAuth(context: Context, deps: AuthDeps): Promise<Authenticated> {
  try {
    return await authenticate(context, deps);
  } catch (error) {
    if (error instanceof HttpError) throw new OAuthError('invalid_token', error.message, { status: 401 });
    throw error;
  }
}

function unauthenticated(message: string): HttpError {
  return new HttpError(401, { code: 'ERR_AUTH', message });
}
