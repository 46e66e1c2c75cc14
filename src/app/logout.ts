import { HallpassError } from '../core/errors.ts';
import type { Secret } from '../core/secret.ts';
import { requireProfile } from '../identity/id-token.ts';
import type { Hub, LoginState } from '../identity/login-state.ts';

export interface LogoutDeps {
  readonly state: LoginState;
  /** Ends a refresh token at its issuer. */
  readonly revoke: (token: Secret, hub: Hub) => Promise<void>;
}

export interface LoggedOut {
  readonly profile: string;
  /** False: nobody was logged in. */
  readonly logged_out: boolean;
  /** The issuer has ended the login too. */
  readonly revoked: boolean;
  /** Why it has not. */
  readonly reason: string | null;
}

/**
 * Ends the login at the issuer, as far as that works, and removes it from this machine in any case. Throws
 * ERR_NO_SUCH_PROFILE.
 */
export async function logout({ state, revoke }: LogoutDeps): Promise<LoggedOut> {
  requireProfile(state);
  const { profile } = state;
  const held = await state.lock();
  try {
    const { login, hub } = state;
    if (login === undefined || hub === undefined)
      return { profile, logged_out: false, revoked: false, reason: null };
    const reason = await revokeIfAny(login.refreshToken, hub, revoke);
    return { profile, logged_out: true, revoked: reason === null, reason };
  } finally {
    state.forget();
    held.release();
  }
}

async function revokeIfAny(
  token: Secret | undefined,
  hub: Hub,
  revoke: LogoutDeps['revoke'],
): Promise<string | null> {
  if (token === undefined) return 'there was nothing to revoke';
  try {
    await revoke(token, hub);
    return null;
  } catch (error) {
    if (error instanceof HallpassError) return error.message;
    throw error;
  }
}
