import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';

import { LIMITS } from '../../core/limits.ts';
import type { IssuerConfig } from '../config.ts';
import { OAuthError } from '../http/errors.ts';

/** Who somebody is, by the word of the issuer. */
export interface Person {
  /** The issuer's `sub`. */
  readonly subject: string;
  readonly groups: readonly string[];
}

export type Fetch = (url: string, options?: RequestInit) => Promise<Response>;

// Asymmetric only: with a public client there is no secret that could key an HMAC.
const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
];
const SKEW_SECONDS = LIMITS.clockSkewMs / 1000;

/** Checks ID tokens of one OpenID provider. Its keys are fetched when first needed, and kept. */
export class Issuer {
  readonly #config: IssuerConfig;
  readonly #deps: { readonly fetch: Fetch; readonly now: () => number };
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(config: IssuerConfig, deps: { fetch: Fetch; now: () => number }) {
    this.#config = config;
    this.#deps = deps;
  }

  /** Who `idToken` is about. Throws `invalid_grant`, or `temporarily_unavailable` when the issuer can't be asked. */
  async identify(idToken: string): Promise<Person> {
    const { issuer, clientId, groupsClaim } = this.#config;
    const keys = await this.#findKeys();
    const { payload } = await this.#verify(idToken, keys);
    const { sub, iat = 0, aud, azp } = payload;
    if (iat > this.#deps.now() / 1000 + SKEW_SECONDS) throw invalid('it was issued in the future');
    // OpenID Connect Core section 3.1.3.7: with several audiences, the one it was issued to has to be us.
    if (Array.isArray(aud) && aud.length > 1 && azp !== clientId)
      throw invalid('it was issued to another client');
    if (typeof sub !== 'string' || sub === '') throw invalid(`${issuer} names no subject in it`);
    return { subject: sub, groups: groupsOf(payload[groupsClaim]) };
  }

  async #verify(idToken: string, keys: JWTVerifyGetKey): ReturnType<typeof jwtVerify> {
    try {
      return await jwtVerify(idToken, keys, {
        algorithms: ALGORITHMS,
        issuer: this.#config.issuer,
        audience: this.#config.clientId,
        requiredClaims: ['sub', 'iat', 'exp'],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(this.#deps.now()),
      });
    } catch (error) {
      if (error instanceof errors.JWKSTimeout) throw unavailable(this.#config, error);
      if (error instanceof errors.JOSEError) throw invalid(error.message, error);
      throw unavailable(this.#config, error);
    }
  }

  async #findKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover();
    try {
      return await this.#keys;
    } catch (error) {
      // Asked again next time.
      this.#keys = undefined;
      throw unavailable(this.#config, error);
    }
  }

  // OpenID Connect Discovery section 4.3: the document must name the very issuer that was asked.
  async #discover(): Promise<JWTVerifyGetKey> {
    const { issuer } = this.#config;
    const { fetch } = this.#deps;
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMITS.hubRequestMs) });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (document.issuer !== issuer) throw new Error(`${url} belongs to another issuer`);
    if (typeof document.jwks_uri !== 'string') throw new Error(`${url} names no keys`);
    return createRemoteJWKSet(new URL(document.jwks_uri), { [customFetch]: fetch });
  }
}

// Written by the issuer, but by whoever configured it: one group, several, or something else.
export function groupsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : [];
}

function invalid(why: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_grant', `the subject token does not hold: ${why}`, { cause });
}

function unavailable({ issuer }: IssuerConfig, cause: unknown): OAuthError {
  const description = `the issuer ${issuer} cannot be asked for its keys`;
  return new OAuthError('temporarily_unavailable', description, { status: 503, cause });
}
