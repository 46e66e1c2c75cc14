import { decodeJwt } from 'jose';

import type { JobIssuerConfig } from '../config.ts';
import { areOfCircumstance, type Claims, type Misfit, misfit, misfits, textOf, valuesOf } from './claims.ts';
import type { Person, ProvenJob } from './issuer.ts';
import { type Fetch, invalid, IssuerKeys } from './issuer-keys.ts';

/** A job that has just proved which one it is. */
export type JobPerson = Person & { readonly job: ProvenJob };

export interface JobIssuersDeps {
  readonly fetch: Fetch;
  readonly now: () => number;
  /** The hub's origin. */
  readonly hub: string;
}

/** Checks the tokens of CI jobs. What fits nothing of hub.yaml is refused, with each claim that doesn't fit. */
export class JobIssuers {
  readonly #configs: readonly JobIssuerConfig[];
  readonly #hub: string;
  readonly #keys: ReadonlyMap<string, IssuerKeys>;

  constructor(configs: readonly JobIssuerConfig[], { hub, ...deps }: JobIssuersDeps) {
    this.#configs = configs;
    this.#hub = hub;
    this.#keys = new Map(configs.map(({ issuer }) => [issuer, new IssuerKeys(issuer, deps)]));
  }

  /** Which job a token is of; undefined: it is of none of these issuers. Throws as `Issuer.identify` does. */
  async identify(token: string): Promise<JobPerson | undefined> {
    // Who is to be asked for keys; nothing else is believed before the signature was checked.
    const issuer = claimedIssuer(token);
    const keys = issuer === undefined ? undefined : this.#keys.get(issuer);
    if (issuer === undefined || keys === undefined) return undefined;
    const claims: Claims = await keys.verify(token, {});
    const { sub: subject } = claims;
    if (typeof subject !== 'string' || subject === '') throw invalid(`${issuer} names no subject in it`);
    return { subject, groups: [], job: { issuer, claims, names: this.#namesFor(issuer, claims) } };
  }

  #namesFor(issuer: string, claims: Claims): string[] {
    const judged = this.#configs
      .filter((config) => config.issuer === issuer)
      .map((config) => ({ name: config.name, why: this.#misfits(config, claims) }));
    const names = judged.filter(({ why }) => why.length === 0).map(({ name }) => name);
    if (names.length > 0) return names;
    // Of several rules it is told of the one that is for it, as far as can be seen.
    const isNear = ({ why }: (typeof judged)[0]): number => Number(areOfCircumstance(why));
    const near = judged.toSorted((a, b) => isNear(b) - isNear(a) || a.why.length - b.why.length);
    throw invalid(
      near
        .slice(0, 1)
        .map(({ name, why }) => `it does not fit ${name}: ${textOf(why)}`)
        .join(''),
    );
  }

  // The audience is exact, and alone: a token that others accept, too, is one that others could bring here.
  #misfits({ audience = this.#hub, claims: rules }: JobIssuerConfig, claims: Claims): Misfit[] {
    const given = valuesOf(claims, 'aud');
    const isOurs = given.length === 1 && given[0] === audience;
    const others = misfits(rules, claims);
    return isOurs ? others : [misfit('aud', given, `be ${audience} alone`), ...others];
  }
}

function claimedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    // The issuer of people says what is wrong with it.
    return undefined;
  }
}
