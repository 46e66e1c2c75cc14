import type { IssuerConfig } from '../config.ts';
import type { Claims } from './claims.ts';
import { type Fetch, invalid, IssuerKeys } from './issuer-keys.ts';

export type { Fetch } from './issuer-keys.ts';

/** Who somebody is, by the word of the issuer. */
export interface Person {
  /** The issuer's `sub`. */
  readonly subject: string;
  readonly groups: readonly string[];
  /** Of a CI job. */
  readonly job?: Job | undefined;
}

/** That somebody is a job, and by whose word. */
export interface Job {
  /** `iss` of its token. */
  readonly issuer: string;
}

/** A job as its token has just proved it. */
export interface ProvenJob extends Job {
  /** The names in hub.yaml of what it fits. */
  readonly names: readonly string[];
  readonly claims: Claims;
}

/** Somebody's name in tokens of ours. A job's has its issuer in it, so that no job is taken for a person. */
export function nameOf({ subject, job }: Person): string {
  return job === undefined ? subject : `${job.issuer}|${subject}`;
}

/** Checks ID tokens of people, by one OpenID provider. */
export class Issuer {
  readonly #config: IssuerConfig;
  readonly #keys: IssuerKeys;

  constructor(config: IssuerConfig, deps: { fetch: Fetch; now: () => number }) {
    this.#config = config;
    this.#keys = new IssuerKeys(config.issuer, deps);
  }

  /** Who `idToken` is about. Throws `invalid_grant`, or `temporarily_unavailable` when the issuer can't be asked. */
  async identify(idToken: string): Promise<Omit<Person, 'job'>> {
    const { issuer, clientId, groupsClaim } = this.#config;
    const payload = await this.#keys.verify(idToken, { audience: clientId });
    const { sub, aud, azp } = payload;
    // OpenID Connect Core section 3.1.3.7: with several audiences, the one it was issued to has to be us.
    if (Array.isArray(aud) && aud.length > 1 && azp !== clientId)
      throw invalid('it was issued to another client');
    if (typeof sub !== 'string' || sub === '') throw invalid(`${issuer} names no subject in it`);
    return { subject: sub, groups: groupsOf(payload[groupsClaim]) };
  }
}

// Written by the issuer, but by whoever configured it: one group, several, or something else.
export function groupsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((group) => typeof group === 'string') : [];
}
