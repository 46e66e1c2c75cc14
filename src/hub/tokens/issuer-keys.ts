import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
  type JWTVerifyOptions,
} from 'jose';

import { LIMITS } from '../../core/limits.ts';
import { OAuthError } from '../http/errors.ts';

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

/** Checks the signatures of one OpenID provider. Its keys are fetched when first needed, and kept. */
export class IssuerKeys {
  readonly #issuer: string;
  readonly #deps: { readonly fetch: Fetch; readonly now: () => number };
  #keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(issuer: string, deps: { fetch: Fetch; now: () => number }) {
    this.#issuer = issuer;
    this.#deps = deps;
  }

  /** What a token says that the issuer signed, and that is good now. Throws `invalid_grant`, `temporarily_unavailable`. */
  async verify(token: string, options: Pick<JWTVerifyOptions, 'audience'>): Promise<JWTPayload> {
    const { payload } = await this.#verify(token, await this.#findKeys(), options);
    if ((payload.iat ?? 0) > this.#deps.now() / 1000 + SKEW_SECONDS)
      throw invalid('it was issued in the future');
    return payload;
  }

  async #verify(
    token: string,
    keys: JWTVerifyGetKey,
    options: Pick<JWTVerifyOptions, 'audience'>,
  ): ReturnType<typeof jwtVerify> {
    try {
      return await jwtVerify(token, keys, {
        ...options,
        algorithms: ALGORITHMS,
        issuer: this.#issuer,
        requiredClaims: ['sub', 'iat', 'exp'],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(this.#deps.now()),
      });
    } catch (error) {
      if (error instanceof errors.JWKSTimeout) throw unavailable(this.#issuer, error);
      if (error instanceof errors.JOSEError) throw invalid(error.message, error);
      throw unavailable(this.#issuer, error);
    }
  }

  async #findKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover();
    try {
      return await this.#keys;
    } catch (error) {
      // Asked again next time.
      this.#keys = undefined;
      throw unavailable(this.#issuer, error);
    }
  }

  // OpenID Connect Discovery section 4.3: the document must name the very issuer that was asked.
  async #discover(): Promise<JWTVerifyGetKey> {
    const { fetch } = this.#deps;
    const url = `${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMITS.hubRequestMs) });
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (document.issuer !== this.#issuer) throw new Error(`${url} belongs to another issuer`);
    if (typeof document.jwks_uri !== 'string') throw new Error(`${url} names no keys`);
    return createRemoteJWKSet(new URL(document.jwks_uri), { [customFetch]: fetch });
  }
}

/** A subject token that is not what it has to be. */
export function invalid(why: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_grant', `the subject token does not hold: ${why}`, { cause });
}

function unavailable(issuer: string, cause: unknown): OAuthError {
  const description = `the issuer ${issuer} cannot be asked for its keys`;
  return new OAuthError('temporarily_unavailable', description, { status: 503, cause });
}
