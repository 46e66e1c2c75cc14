import { requireLogin } from '../identity/id-token.ts';
import type { LoginState } from '../identity/login-state.ts';
import { claimsIn } from '../identity/principal.ts';
import { type Identified, identified } from './login.ts';

export interface Whoami extends Identified {
  readonly hub: string;
  /** Of a CI job. */
  readonly job?: WhichJob | undefined;
}

/** A job as its own system vouches for it. */
export interface WhichJob {
  readonly provider: string;
  readonly issuer: string;
  /** Where it can be looked at. */
  readonly page: string | null;
  /** What a hub can go by. */
  readonly claims: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Who is logged in, from what this machine knows; asks nobody. `page` is where a job can be looked at. Throws ERR_AUTH. */
export function whoami(state: LoginState, page?: string): Whoami {
  const { hub, login } = requireLogin(state);
  const who = { ...identified(state.profile, login), hub: hub.hub };
  if (login.job === undefined) return who;
  const claims = shownClaims(claimsIn(login.idToken));
  return { ...who, job: { provider: login.job, issuer: hub.issuer, page: page ?? null, claims } };
}

// Times and the token's own id are nothing to go by.
const PASSING = new Set(['iat', 'nbf', 'exp', 'jti']);

function shownClaims(claims: Readonly<Record<string, unknown>>): WhichJob['claims'] {
  const shown = Object.entries(claims).flatMap(([name, value]): [string, WhichJob['claims'][string]][] => {
    if (PASSING.has(name)) return [];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return [[name, value]];
    if (typeof value === 'bigint') return [[name, String(value)]];
    return Array.isArray(value) ? [[name, value.filter((one) => typeof one === 'string')]] : [];
  });
  return Object.fromEntries(shown);
}
