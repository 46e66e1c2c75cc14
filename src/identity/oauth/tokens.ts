import {
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  revocationRequest,
  type TokenEndpointResponse,
} from 'oauth4webapi';

import { HallpassError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import type { Fetch } from '../ask.ts';
import { asking, type ClientChoice, proofOf } from './client.ts';
import type { Issuer } from './discovery.ts';
import type { Grant } from './grants.ts';
import { isOver, oauthError } from './oauth-error.ts';

/** What an authorization server gave. */
export interface Tokens {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
  /** Seconds; undefined: it was not said. */
  readonly expiresIn: number | undefined;
}

export interface TokenDeps {
  readonly choice: ClientChoice;
  readonly ask: Fetch;
  /** Called with each secret before anybody uses it: it has to be known. */
  readonly onSecret: (secret: Secret) => void;
}

/**
 * RFC 6749 section 6, with the resource (RFC 8707 section 2.2). Undefined: the authorization server ends it, and only a
 * new authorization helps. Throws ERR_OAUTH for what may pass.
 */
export async function refreshTokens(
  { client, refreshToken, resource }: Grant,
  issuer: Issuer,
  { choice, ask, onSecret }: TokenDeps,
): Promise<Tokens | undefined> {
  if (refreshToken === undefined) return undefined;
  const library = { client_id: client.id };
  const proof = proofOf(client, issuer, choice);
  const options = { ...asking(ask), additionalParameters: { resource } };
  try {
    const shown = refreshToken.reveal();
    const response = await refreshTokenGrantRequest(issuer, library, proof, shown, options);
    return tokensFrom(await processRefreshTokenResponse(issuer, library, response), onSecret);
  } catch (error) {
    if (isOver(error)) return undefined;
    throw oauthError('does not renew the authorization', error);
  }
}

/** RFC 7009, where there is an endpoint for it. Throws ERR_OAUTH. */
export async function revokeTokens(
  { client, accessToken, refreshToken }: Grant,
  issuer: Issuer,
  { choice, ask }: Pick<TokenDeps, 'choice' | 'ask'>,
): Promise<void> {
  if (issuer.revocation_endpoint === undefined)
    throw new HallpassError('ERR_OAUTH', 'the authorization server revokes nothing');
  const library = { client_id: client.id };
  const proof = proofOf(client, issuer, choice);
  try {
    for (const token of [refreshToken, accessToken]) {
      if (token === undefined) continue;
      await processRevocationResponse(
        await revocationRequest(issuer, library, proof, token.reveal(), asking(ask)),
      );
    }
  } catch (error) {
    throw oauthError('does not revoke the authorization', error);
  }
}

/** The tokens of an answer, made known first. Only those that whoever holds them may use (RFC 6750). */
export function tokensFrom(answer: TokenEndpointResponse, onSecret: (secret: Secret) => void): Tokens {
  const { access_token: access, refresh_token: refresh, expires_in: expiresIn, token_type: type } = answer;
  const [accessToken, refreshToken] = [
    new Secret(access),
    refresh === undefined ? undefined : new Secret(refresh),
  ];
  for (const secret of [accessToken, refreshToken]) if (secret !== undefined) onSecret(secret);
  if (type !== 'bearer')
    throw new HallpassError(
      'ERR_OAUTH',
      'the authorization server gives tokens of a kind that hallpass can not use',
    );
  return { accessToken, refreshToken, expiresIn };
}
