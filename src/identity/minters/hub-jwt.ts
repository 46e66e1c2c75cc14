import { HallpassError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { askHub, type Fetch } from '../ask.ts';
import { freshLogin, type IdTokenDeps, requireLogin } from '../id-token.ts';
import { exchangeToken, type HubToken, type TokenRequest } from '../token-exchange.ts';
import type { Minter } from './minter.ts';

export interface HubDeps extends IdTokenDeps {
  readonly ask: Fetch;
  /** A token for the hub itself that is at hand; of a job whose own may end before it does. */
  readonly held?: HubToken | undefined;
}

/** A token of the hub's for the login of this profile; renews the login when that is due. */
export async function hubToken(request: TokenRequest, deps: HubDeps): Promise<HubToken> {
  const { held, state, now } = deps;
  const isHeld = held !== undefined && request.audience === state.hub?.hub && request.scopes.length === 0;
  if (isHeld && held.expiresAt - now() > LIMITS.clockSkewMs) return held;
  return exchangeToken(request, await freshLogin(deps), deps);
}

/** Mints at the hub, by the grants that the person has there. */
export function hubMinter(use: TokenRequest['use'], deps: HubDeps): Minter {
  return {
    mint: async ({ connection, scopes }) => {
      const minted = await hubToken({ audience: connection, scopes, use }, deps);
      const { token, ...rest } = minted;
      return { ...rest, credential: token, renewable: true, revoke: (signal) => revoke(token, deps, signal) };
    },
  };
}

// RFC 7009, as the bearer of a token for the hub itself.
async function revoke(token: Secret, deps: HubDeps, signal: AbortSignal): Promise<void> {
  const ask: Fetch = (input, init) => deps.ask(input, { ...init, signal });
  const loggedIn = requireLogin(deps.state);
  const { hub } = loggedIn.hub;
  const request = { audience: hub, scopes: [], use: 'proxy' } as const;
  // A person's login is not renewed for that; a job's may have ended while its command ran, and is asked for again.
  const own =
    loggedIn.login.job === undefined
      ? await exchangeToken(request, loggedIn, { ask, now: deps.now })
      : await hubToken(request, { ...deps, ask });
  const body = new URLSearchParams({ token: token.reveal() });
  const headers = { authorization: `Bearer ${own.token.reveal()}` };
  const { status } = await askHub(new URL('/revoke', hub), { method: 'POST', headers, body }, ask);
  if (status !== 200)
    throw new HallpassError('ERR_HUB', `the hub does not revoke a token (HTTP status ${status})`);
}
