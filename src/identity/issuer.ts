import {
  allowInsecureRequests,
  clockTolerance,
  type Configuration,
  customFetch,
  discovery,
  genericGrantRequest,
  initiateDeviceAuthorization,
  None,
  refreshTokenGrant,
  ResponseBodyError,
  tokenRevocation,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { Secret } from '../core/secret.ts';
import { isLoopback, requireSecure } from './address.ts';
import type { Fetch } from './ask.ts';
import { type DeviceCode, deviceCodeOf } from './device-code.ts';
import { isPassing, issuerError, loginOver, unreachable } from './issuer-error.ts';
import type { Hub, Login } from './login-state.ts';

/** What the issuer gives; the caller counts the generations. */
export type Issued = Omit<Login, 'generation'>;

export interface DeviceLoginDeps {
  readonly onCode: (code: DeviceCode) => void;
  /** Something that only delays the login. */
  readonly onTrouble: (what: string) => void;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Wall clock, milliseconds: a laptop that slept through the code's life has to notice. */
  readonly now: () => number;
}

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const DEFAULT_INTERVAL_S = 5;

/** An OpenID provider, as far as logging in goes. */
export class Issuer {
  readonly #config: Configuration;
  readonly #hub: Hub;

  private constructor(config: Configuration, hub: Hub) {
    this.#config = config;
    this.#hub = hub;
  }

  /** Reads the issuer's own description. Throws ERR_ISSUER_UNREACHABLE, ERR_AUTH, ERR_INSECURE_ADDRESS. */
  static async of(hub: Hub, ask: Fetch): Promise<Issuer> {
    const url = requireSecure(hub.issuer, 'the issuer');
    const metadata = { [clockTolerance]: LIMITS.clockSkewMs / 1000 };
    const options = {
      [customFetch]: ask as never,
      timeout: LIMITS.hubRequestMs / 1000,
      // Plain http is for an issuer on this machine; `carefulFetch` refuses it for any other address.
      // oxlint-disable-next-line typescript/no-deprecated -- marked so only to stand out
      execute: isLoopback(url) ? [allowInsecureRequests] : [],
    };
    const config = await discovery(url, hub.client_id, metadata, None(), options).catch((error: unknown) => {
      throw issuerError('does not describe itself', error, hub.issuer);
    });
    return new Issuer(config, hub);
  }

  /**
   * RFC 8628: shows a code, and waits until a person has approved it. A network that fails meanwhile only makes it wait
   * longer. Throws ERR_AUTH when the person refuses or the code expires.
   */
  async deviceLogin(deps: DeviceLoginDeps): Promise<Issued> {
    const scope = this.#hub.scopes.join(' ');
    const started = await initiateDeviceAuthorization(this.#config, { scope }).catch((error: unknown) => {
      throw issuerError('gives no device code', error, this.#hub.issuer);
    });
    deps.onCode(deviceCodeOf(started, this.#hub.issuer));
    return this.#poll(started, deps);
  }

  /** RFC 6749 section 6. Throws ERR_AUTH when the login is over, ERR_ISSUER_UNREACHABLE when it may be tried again. */
  async refresh(login: Login): Promise<Issued> {
    if (login.refreshToken === undefined) throw loginOver('the issuer gave nothing to renew it with');
    const token = login.refreshToken.reveal();
    const answer = await refreshTokenGrant(this.#config, token).catch((error: unknown) => {
      throw issuerError('does not renew the login', error, this.#hub.issuer);
    });
    const issued = issuedFrom(answer);
    if (issued.subject !== login.subject) throw loginOver('the issuer renewed it for somebody else');
    // Without rotation the old one stays good.
    return { ...issued, refreshToken: issued.refreshToken ?? login.refreshToken };
  }

  /** RFC 7009. Throws ERR_ISSUER_UNREACHABLE or ERR_AUTH. */
  async revoke(token: Secret): Promise<void> {
    await tokenRevocation(this.#config, token.reveal(), { token_type_hint: 'refresh_token' }).catch(
      (error: unknown) => {
        throw issuerError('does not revoke the login', error, this.#hub.issuer);
      },
    );
  }

  // Not openid-client's own polling: that one ends at the first ECONNREFUSED (measured).
  async #poll(started: Started, { wait, now, onTrouble }: DeviceLoginDeps): Promise<Issued> {
    const end = now() + started.expires_in * 1000;
    let interval = (started.interval ?? DEFAULT_INTERVAL_S) * 1000;
    let delay = interval;
    while (now() < end) {
      await wait(Math.min(delay, end - now()));
      const answer = await this.#pollOnce(started.device_code);
      if (answer.kind === 'issued') return answer.issued;
      if (answer.kind === 'slow_down') interval += 5_000;
      if (answer.kind === 'trouble' && delay === interval) onTrouble(answer.what);
      // RFC 8628 section 3.5: a dead network is asked less and less often.
      delay = answer.kind === 'trouble' ? Math.min(delay * 2, LIMITS.pollBackoffMs) : interval;
    }
    throw new HallpassError('ERR_AUTH', 'nobody approved the login before its code expired');
  }

  async #pollOnce(deviceCode: string): Promise<Polled> {
    try {
      const answer = await genericGrantRequest(this.#config, DEVICE_GRANT, { device_code: deviceCode });
      return { kind: 'issued', issued: issuedFrom(answer) };
    } catch (error) {
      if (error instanceof ResponseBodyError && error.error === 'authorization_pending')
        return { kind: 'pending' };
      if (error instanceof ResponseBodyError && error.error === 'slow_down') return { kind: 'slow_down' };
      if (isPassing(error))
        return { kind: 'trouble', what: `${unreachable(error, this.#hub.issuer).message}; still waiting` };
      throw issuerError('refuses the login', error, this.#hub.issuer);
    }
  }
}

interface Started {
  readonly device_code: string;
  readonly expires_in: number;
  readonly interval?: number;
}

type Polled =
  | { readonly kind: 'issued'; readonly issued: Issued }
  | { readonly kind: 'pending' | 'slow_down' }
  | { readonly kind: 'trouble'; readonly what: string };

function issuedFrom(answer: TokenEndpointResponse & TokenEndpointResponseHelpers): Issued {
  const claims = answer.claims();
  if (answer.id_token === undefined || claims === undefined) throw loginOver('the issuer gave no ID token');
  return {
    idToken: new Secret(answer.id_token),
    refreshToken: answer.refresh_token === undefined ? undefined : new Secret(answer.refresh_token),
    subject: claims.sub,
    groups: groupsIn(claims['groups']),
    expiresAt: claims.exp * 1000,
  };
}

// Only for showing: what counts is what the hub reads from the signed token.
function groupsIn(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : [];
}
