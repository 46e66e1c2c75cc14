import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
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
      return {
        ...rest,
        credential: token,
        renewable: true,
        revoke: (signal) => revokeToken({ token, expiresAt: rest.expiresAt }, deps, signal),
      };
    },
  };
}

/** Keeps tokens as long as they are good, so that they can still be ended if hallpass is killed. */
export interface TokenKeeper {
  /** Called before one is minted. */
  keep(): { put(token: KeptToken): void; isGone(): void };
}

export interface KeptToken {
  readonly token: Secret;
  readonly expiresAt: number | undefined;
}

/** The same minter, whose tokens are in keeping until they are revoked. */
export function keptTokens(minter: Minter, keeper: TokenKeeper): Minter {
  return {
    mint: async (request) => {
      const kept = keeper.keep();
      const minted = await minter.mint(request).catch((error: unknown) => {
        kept.isGone();
        throw error;
      });
      const revoke = async (signal: AbortSignal): Promise<void> => {
        await minted.revoke(signal);
        kept.isGone();
      };
      try {
        kept.put({ token: minted.credential, expiresAt: minted.expiresAt });
      } catch (error) {
        await revoke(AbortSignal.timeout(LIMITS.revokeMs)).catch(() => undefined);
        throw error;
      }
      return { ...minted, revoke };
    },
  };
}

/** Revokes a token (RFC 7009), as the bearer of one for the hub itself. One that has ended is left alone. */
export async function revokeToken(
  { token, expiresAt }: KeptToken,
  deps: HubDeps,
  signal: AbortSignal,
): Promise<void> {
  if (expiresAt !== undefined && expiresAt <= deps.now()) return;
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
