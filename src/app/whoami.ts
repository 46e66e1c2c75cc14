import { requireLogin } from '../identity/id-token.ts';
import type { LoginState } from '../identity/login-state.ts';
import { type Identified, identified } from './login.ts';

export interface Whoami extends Identified {
  readonly hub: string;
}

/** Who is logged in, from what this machine knows; asks nobody. Throws ERR_AUTH. */
export function whoami(state: LoginState): Whoami {
  const { hub, login } = requireLogin(state);
  return { ...identified(state.profile, login), hub: hub.hub };
}
