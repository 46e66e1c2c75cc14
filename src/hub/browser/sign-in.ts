import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientError,
  clockTolerance,
  ClientSecretBasic,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { IssuerConfig } from '../config.ts';
import { HttpError } from '../http/errors.ts';
import { isLoopback } from '../http/server.ts';
import { type Fetch, groupsOf, type Person } from '../tokens/issuer.ts';

export interface SignInDeps {
  readonly identity: IssuerConfig;
  /** The hub's origin. */
  readonly hub: string;
  /** Of the web client, where it has one. */
  readonly secret: string | undefined;
  readonly fetch: Fetch;
}

/** What has to be kept while somebody signs in, by who began it. */
export interface Begun {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who somebody has just proved to be, and when they last did so (milliseconds since 1970). */
export interface SignedIn extends Person {
  readonly authTime: number;
}

const FRESH_SECONDS = LIMITS.freshLoginMs / 1000;

/**
 * Signs people in to the hub's own pages: OpenID Connect, authorization code flow with PKCE. The issuer is asked to let
 * them prove anew who they are (`prompt=login`, `max_age`; OpenID Connect Core section 3.1.2.1), and its word for when they
 * did (`auth_time`) is what decisions hang on.
 */
export class SignIn {
  readonly #deps: SignInDeps;
  #config: Promise<Configuration> | undefined;

  constructor(deps: SignInDeps) {
    this.#deps = deps;
  }

  /** Where to send the browser, and what to keep until it comes back. */
  async begin(): Promise<{ url: URL; begun: Begun }> {
    const config = await this.#find();
    const begun = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(config, {
      redirect_uri: this.#redirectUri,
      scope: this.#deps.identity.scopes.filter((scope) => scope !== 'offline_access').join(' '),
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await calculatePKCECodeChallenge(begun.verifier),
      code_challenge_method: 'S256',
      prompt: 'login',
      max_age: String(FRESH_SECONDS),
    });
    return { url, begun };
  }

  /** Who has come back. `url`: as the browser asked for it. Throws 403 when nobody has signed in. */
  async finish(url: URL, { state, nonce, verifier }: Begun): Promise<SignedIn> {
    const config = await this.#find();
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      maxAge: FRESH_SECONDS,
    };
    const answer = await authorizationCodeGrant(config, url, checks).catch((error: unknown) => {
      throw notSignedIn(error);
    });
    const claims = answer.claims();
    if (typeof claims?.auth_time !== 'number') throw notSignedIn(undefined);
    const groups = groupsOf(claims[this.#deps.identity.groupsClaim]);
    return { subject: claims.sub, groups, authTime: claims.auth_time * 1000 };
  }

  get #redirectUri(): string {
    return `${this.#deps.hub}/login/callback`;
  }

  async #find(): Promise<Configuration> {
    this.#config ??= this.#discover();
    try {
      return await this.#config;
    } catch (error) {
      // Asked again next time.
      this.#config = undefined;
      if (error instanceof HallpassError) throw error;
      const message = `the issuer ${this.#deps.identity.issuer} can not be asked`;
      throw new HttpError(503, { code: 'ERR_ISSUER_UNREACHABLE', message });
    }
  }

  async #discover(): Promise<Configuration> {
    const { identity, secret, fetch } = this.#deps;
    const url = new URL(identity.issuer);
    const isHere = isLoopback(url.hostname.replaceAll(/[[\]]/g, ''));
    const metadata = { [clockTolerance]: LIMITS.clockSkewMs / 1000 };
    const authentication = secret === undefined ? None() : ClientSecretBasic(secret);
    const config = await discovery(url, clientIdOf(identity), metadata, authentication, {
      [customFetch]: fetch as never,
      timeout: LIMITS.hubRequestMs / 1000,
      // oxlint-disable-next-line typescript/no-deprecated -- marked so only to stand out
      execute: isHere ? [allowInsecureRequests] : [],
    });
    // Signatures are checked, too, though the ID token comes straight from the issuer.
    enableNonRepudiationChecks(config);
    requireSameSubjects(identity, config.serverMetadata().subject_types_supported);
    return config;
  }
}

function clientIdOf({ web, clientId }: IssuerConfig): string {
  return web?.clientId ?? clientId;
}

// OpenID Connect Core section 8: with pairwise subjects one person is somebody else at each client, and could approve
// here what they have asked for there.
function requireSameSubjects(identity: IssuerConfig, types: readonly string[] | undefined): void {
  if (clientIdOf(identity) === identity.clientId || types?.includes('public') !== false) return;
  const message = `${identity.issuer} gives each client other subjects: the hub's pages have to use the client ${identity.clientId}`;
  throw new HttpError(500, { code: 'ERR_CONFIG', message });
}

function notSignedIn(error: unknown): HttpError {
  const isRefused = error instanceof Error && 'error' in error && error.error === 'access_denied';
  const isStale = error instanceof ClientError && /auth_time/.test(causesOf(error));
  const why = isRefused
    ? 'the sign-in was cancelled'
    : isStale
      ? 'the issuer says that you last signed in too long ago'
      : 'the issuer did not prove who you are';
  return new HttpError(403, { code: 'ERR_AUTH', message: why });
}

// Only to say it better; nothing hangs on it.
function causesOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${causesOf(error.cause)}` : '';
}
