import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Issued } from './issuer.ts';
import type { Hub, Login, LoginState } from './login-state.ts';
import { DEFAULT_PROFILE, noSuchProfile } from './profile.ts';

/** Renews a login at its issuer. */
export type Refresh = (login: Login, hub: Hub) => Promise<Issued>;

export interface IdTokenDeps {
  readonly state: LoginState;
  readonly refresh: Refresh;
  readonly now: () => number;
}

/** Who is logged in, and where. */
export interface LoggedIn {
  readonly hub: Hub;
  readonly login: Login;
}

/** The profile's login as it is, however old. Throws ERR_AUTH, ERR_NO_SUCH_PROFILE. */
export function requireLogin(state: LoginState): LoggedIn {
  const { hub, login, profile, hint } = state;
  if (hub !== undefined && login !== undefined) return { hub, login };
  requireProfile(state);
  // Only a hub that is known already need not be named.
  const next = hint ?? (hub === undefined ? 'Log in: hallpass login HUB' : 'Log in: hallpass login');
  if (profile === DEFAULT_PROFILE) throw new HallpassError('ERR_AUTH', 'nobody is logged in', { hint: next });
  throw new HallpassError('ERR_AUTH', `nobody is logged in in profile "${profile}"`, {
    hint: `Log in: hallpass login --profile ${profile}`,
  });
}

/** Throws ERR_NO_SUCH_PROFILE for a profile that somebody named and nobody ever logged in to. */
export function requireProfile({ profile, hub, profiles }: LoginState): void {
  if (profile !== DEFAULT_PROFILE && hub === undefined) throw noSuchProfile(profile, profiles);
}

/**
 * The profile's login with an ID token that is good for a minute at least. Where it has to be renewed, one process does
 * so under a lock and all others adopt what it got: an issuer that rotates refresh tokens takes a second use of the same
 * one for theft, and ends the login. Throws ERR_AUTH, ERR_ISSUER_UNREACHABLE.
 */
export async function freshLogin(deps: IdTokenDeps): Promise<LoggedIn> {
  const seen = requireLogin(deps.state);
  if (isFresh(seen.login, deps)) return seen;
  const held = await deps.state.lock();
  try {
    // Read again: whoever held the lock may have renewed it, or logged out.
    const current = requireLogin(deps.state);
    if (isFresh(current.login, deps)) return current;
    return await renew(current, deps);
  } finally {
    held.release();
  }
}

async function renew({ hub, login }: LoggedIn, { state, refresh }: IdTokenDeps): Promise<LoggedIn> {
  const issued = await refresh(login, hub);
  const { job } = login;
  const renewed = { ...issued, ...(job !== undefined && { job }), generation: login.generation + 1 };
  state.saveLogin(renewed);
  return { hub, login: renewed };
}

function isFresh({ expiresAt }: Login, { now }: IdTokenDeps): boolean {
  return expiresAt - now() > LIMITS.clockSkewMs;
}
