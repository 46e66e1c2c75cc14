import { randomUUID } from 'node:crypto';

import { errors, jwtVerify, SignJWT } from 'jose';

import type { HubConfig } from '../config.ts';
import type { Revocations } from '../db/database.ts';
import type { TokenKey } from '../hub-keys.ts';
import { OAuthError } from '../http/errors.ts';
import { type Asker, decide, type GrantRequest } from './grants.ts';
import { type Issuer, nameOf, type Person } from './issuer.ts';
import type { JobIssuers } from './job-issuers.ts';

export const HUB_SCOPES = ['sessions:read', 'sessions:write', 'approvals:read', 'approvals:write'] as const;
export type HubScope = (typeof HUB_SCOPES)[number];

export interface TokenServiceDeps {
  readonly config: HubConfig;
  /** The hub's origin. */
  readonly hub: string;
  readonly clientId: string;
  readonly key: TokenKey;
  readonly issuer: Issuer;
  readonly jobs: JobIssuers;
  /** Whoever runs the hub is to see why a job got nothing. */
  readonly onRefusedJob: (why: string) => void;
  readonly revocations: Revocations;
  readonly now: () => number;
}

export interface Minted {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly scopes: readonly string[];
  readonly origins: readonly string[] | undefined;
}

/** What one of our own tokens says. */
export interface TokenClaims extends Person {
  readonly jti: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expires: number;
}

// For itself the hub needs no grant, and looks at each token anyway.
const HUB_TOKEN_SECONDS = 600;
const TYPE = 'at+jwt';

/** The RFC 8693 token service: who somebody is goes in, what they may do comes out. */
export class TokenService {
  readonly #deps: TokenServiceDeps;

  constructor(deps: TokenServiceDeps) {
    this.#deps = deps;
  }

  /** Exchanges an ID token, of a person or of a job. `connection` may be the hub's own origin. */
  async exchange(idToken: string, request: GrantRequest): Promise<Minted> {
    const job = await this.#told(() => this.#deps.jobs.identify(idToken));
    if (job !== undefined) return this.#told(() => this.#mintFor(job, request));
    return this.#mintFor(await this.#deps.issuer.identify(idToken), request);
  }

  async #mintFor(person: Asker, request: GrantRequest): Promise<Minted> {
    const { config, hub } = this.#deps;
    if (request.connection === hub) return this.#mintForHub(person, request.scopes ?? HUB_SCOPES);
    const { connection, scopes, ttl } = decide(config, person, request);
    const token = await this.#sign(person, { audience: connection.audience, scopes, ttl });
    return { token, expiresIn: ttl, scopes, origins: connection.origins };
  }

  /** What a token of ours says; undefined when it isn't ours, has expired or was revoked. */
  async inspect(token: string): Promise<TokenClaims | undefined> {
    const claims = await this.#verify(token);
    if (claims === undefined || (await this.#deps.revocations.has(claims.jti))) return undefined;
    return claims;
  }

  async revoke({ jti, expires }: TokenClaims): Promise<void> {
    await this.#deps.revocations.add(jti, expires);
  }

  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OAuthError) this.#deps.onRefusedJob(`a CI job was refused: ${error.message}`);
      throw error;
    }
  }

  async #mintForHub(person: Person, scopes: readonly string[]): Promise<Minted> {
    const beyond = scopes.filter((scope) => !(HUB_SCOPES as readonly string[]).includes(scope));
    if (beyond.length > 0 || scopes.length === 0)
      throw new OAuthError('invalid_scope', `the hub has the scopes ${HUB_SCOPES.join(' ')}`);
    const token = await this.#sign(person, { audience: this.#deps.hub, scopes, ttl: HUB_TOKEN_SECONDS });
    return { token, expiresIn: HUB_TOKEN_SECONDS, scopes, origins: undefined };
  }

  // RFC 9068 section 2.
  #sign(
    person: Person,
    token: { audience: string; scopes: readonly string[]; ttl: number },
  ): Promise<string> {
    const { hub, clientId, key, now } = this.#deps;
    const issuedAt = Math.floor(now() / 1000);
    const { subject, groups, job } = person;
    const ci = job && { iss: job.issuer, sub: subject };
    return new SignJWT({ client_id: clientId, scope: token.scopes.join(' '), groups, ...(ci && { ci }) })
      .setProtectedHeader({ alg: 'ES256', typ: TYPE, kid: key.kid })
      .setIssuer(hub)
      .setSubject(nameOf(person))
      .setAudience(token.audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + token.ttl)
      .setJti(randomUUID())
      .sign(key.private);
  }

  async #verify(token: string): Promise<TokenClaims | undefined> {
    const { hub, key, now } = this.#deps;
    try {
      const { payload } = await jwtVerify(token, key.public, {
        algorithms: ['ES256'],
        typ: TYPE,
        issuer: hub,
        requiredClaims: ['sub', 'aud', 'exp', 'iat', 'jti'],
        currentDate: new Date(now()),
      });
      // Signed by this hub: it has the shape that #sign gave it.
      const { sub, aud, scope, groups, ci, iat, exp, jti } = payload as unknown as SignedClaims;
      return {
        jti,
        subject: ci?.sub ?? sub,
        audience: aud,
        scopes: scope.split(' '),
        groups,
        ...(ci && { job: { issuer: ci.iss } }),
        issuedAt: iat,
        expires: exp,
      };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

interface SignedClaims {
  readonly sub: string;
  readonly aud: string;
  readonly scope: string;
  readonly groups: readonly string[];
  /** Of a job: what its own issuer calls it. */
  readonly ci?: { readonly iss: string; readonly sub: string };
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
}
