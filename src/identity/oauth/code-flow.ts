import {
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomState,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi';

import { Secret } from '../../core/secret.ts';
import type { Fetch } from '../ask.ts';
import { asking, type ClientChoice, proofOf } from './client.ts';
import type { Issuer } from './discovery.ts';
import type { OAuthClient } from './grants.ts';
import { oauthError } from './oauth-error.ts';
import { type Tokens, tokensFrom } from './tokens.ts';

/** What is asked for, of whom and as whom. */
export interface Request {
  readonly issuer: Issuer;
  readonly client: OAuthClient;
  readonly resource: string;
  readonly redirectUri: string;
  /** Undefined: what the server gives to who names none. */
  readonly scopes: readonly string[] | undefined;
}

/** One authorization under way. What it expects was fixed before the browser was sent off. */
export interface Attempt extends Request {
  readonly url: URL;
  readonly state: string;
  readonly verifier: string;
}

/** Begins an authorization (OAuth 2.1 section 4.1, RFC 7636, RFC 8707). */
export async function beginAuthorization(request: Request): Promise<Attempt> {
  const { issuer, client, resource, redirectUri, scopes } = request;
  const state = generateRandomState();
  const verifier = generateRandomCodeVerifier();
  const url = new URL(issuer.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: redirectUri,
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    resource,
    ...(scopes && { scope: scopes.join(' ') }),
    // OpenID Connect Core section 11: without it what lasts is not given.
    ...(scopes?.includes('offline_access') && { prompt: 'consent' }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { ...request, url, state, verifier };
}

/**
 * Takes what came back. Who says it (`iss`, RFC 9207) and that it was asked for (`state`) are checked before anything else
 * of it counts, its errors included. Throws ERR_OAUTH.
 */
export async function finishAuthorization(
  attempt: Attempt,
  answer: URLSearchParams,
  { choice, ask, onSecret }: { choice: ClientChoice; ask: Fetch; onSecret: (secret: Secret) => void },
): Promise<Tokens> {
  const { issuer, client, resource, redirectUri, state, verifier } = attempt;
  const code = answer.get('code');
  if (code !== null) onSecret(new Secret(code));
  const library = { client_id: client.id };
  try {
    const valid = validateAuthResponse(issuer, library, answer, state);
    const proof = proofOf(client, issuer, choice);
    const options = { ...asking(ask), additionalParameters: { resource } };
    const response = await authorizationCodeGrantRequest(
      issuer,
      library,
      proof,
      valid,
      redirectUri,
      verifier,
      options,
    );
    return tokensFrom(await processAuthorizationCodeResponse(issuer, library, response), onSecret);
  } catch (error) {
    throw oauthError('does not let us in', error);
  }
}
