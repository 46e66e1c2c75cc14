import { z } from 'zod';

import { HallpassError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { visible } from '../core/visible.ts';
import { type Answer, askHub, type Fetch } from './ask.ts';
import type { LoggedIn } from './id-token.ts';

/** What a token is wanted for. */
export interface TokenRequest {
  /** A connection's name, or the hub's origin for the hub itself. */
  readonly audience: string;
  /** None: all that the grants give. */
  readonly scopes: readonly string[];
  /** `export`: a person or program gets to see it. */
  readonly use: 'proxy' | 'export';
}

export interface HubToken {
  readonly token: Secret;
  readonly tokenType: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  /** The only origins it may be sent to, where the hub names any. */
  readonly origins: readonly string[] | undefined;
}

const answer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().int().positive(),
  scope: z.string().default(''),
  origins: z.array(z.url()).optional(),
});

/**
 * Exchanges the login's ID token for a token of the hub (RFC 8693, docs/hub-api.md). Throws ERR_AUTH when the hub does not
 * accept the login, ERR_DENIED when no grant allows it, ERR_HUB_UNREACHABLE, ERR_HUB.
 */
export async function exchangeToken(
  request: TokenRequest,
  { hub, login }: LoggedIn,
  deps: { ask: Fetch; now: () => number },
): Promise<HubToken> {
  const asked = deps.now();
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: login.idToken.reveal(),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    audience: request.audience,
    use: request.use,
    ...(request.scopes.length > 0 && { scope: request.scopes.join(' ') }),
  });
  const answered = await askHub(new URL('/token', hub.hub), { method: 'POST', body }, deps.ask);
  if (answered.status !== 200) throw refusal(request, answered, { hub: hub.hub, job: login.job });
  return tokenFrom(answered, asked, hub.hub);
}

function tokenFrom({ body }: Answer, asked: number, hub: string): HubToken {
  const parsed = answer.safeParse(body);
  if (!parsed.success)
    throw new HallpassError('ERR_HUB', `the hub ${hub} answers with something that is no token`);
  const { access_token, expires_in, scope, origins } = parsed.data;
  return {
    token: new Secret(access_token),
    tokenType: 'Bearer',
    expiresAt: asked + expires_in * 1000,
    scopes: scope.split(' ').filter((word) => word !== ''),
    origins: origins?.map((origin) => new URL(origin).origin),
  };
}

function refusal(
  { audience, scopes }: TokenRequest,
  { status, body }: Answer,
  { hub, job }: { hub: string; job: string | undefined },
): HallpassError {
  const error = typeof body['error'] === 'string' ? body['error'] : `HTTP status ${status}`;
  switch (error) {
    case 'invalid_grant':
      if (job !== undefined)
        return new HallpassError(
          'ERR_AUTH',
          `the hub ${hub} does not accept this job of ${job}${whyOf(body)}`,
          {
            hint: 'issuers in hub.yaml says which jobs it accepts; hallpass whoami shows the claims of this one.',
          },
        );
      return new HallpassError('ERR_AUTH', `the hub ${hub} does not accept this login`);
    case 'invalid_target':
      if (job !== undefined)
        return new HallpassError(
          'ERR_DENIED',
          `the hub has no connection "${audience}" for this job${whyOf(body)}`,
          {
            hint: 'grants in hub.yaml say what jobs may have; hallpass whoami shows the claims of this one.',
          },
        );
      return new HallpassError('ERR_DENIED', `the hub has no connection "${audience}" for you`);
    case 'invalid_scope':
      return new HallpassError(
        'ERR_DENIED',
        `no grant gives you ${scopes.join(' ') || 'any scope'} on "${audience}"`,
      );
    case 'access_denied':
      return new HallpassError('ERR_DENIED', `the credential of "${audience}" is for the proxy alone`, {
        hint: `hallpass connect ${audience} uses it for you. A grant with "use: export" lets mint print it.`,
      });
    default:
      return new HallpassError('ERR_HUB', `the hub ${hub} gives no token (${error})`);
  }
}

// A job can be told what of it does not fit: names and values are its own, and what it has to be is the hub's to tell.
function whyOf({ error_description: why }: Answer['body']): string {
  return typeof why === 'string' ? `: ${visible(why, { oneLine: true })}` : '';
}
