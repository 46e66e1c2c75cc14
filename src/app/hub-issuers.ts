import { z } from 'zod';

import type { ClaimRule, ClaimRules, JobIssuerConfig } from '../hub/config.ts';
import { knownOf, type ProviderName, PROVIDERS } from './ci-systems.ts';
import { claimRules } from './claim-rules.ts';

/** An entry of `issuers:` but for its address, of which hub-file.ts says what one is. */
export const jobIssuerShape = {
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'a name is letters, digits, dots, dashes and underscores'),
  provider: z.enum(PROVIDERS, `it is ${PROVIDERS.join(', ')}`).optional(),
  audience: z.string().min(1, 'it is empty').optional(),
  claims: claimRules,
};

interface JobIssuerEntry {
  readonly name: string;
  readonly issuer: string;
  readonly provider?: ProviderName | undefined;
  readonly audience?: string | undefined;
  readonly claims: ClaimRules;
}

/** Jobs that a grant is for. */
export const jobs = z.strictObject({
  issuer: z.string().min(1, 'it is empty'),
  claims: claimRules.default({}),
});

/** What of a hub.yaml is about jobs. */
interface JobParts {
  /** The issuer of people. */
  readonly issuer: string;
  readonly issuers?: readonly JobIssuerEntry[] | null | undefined;
  readonly grants?: readonly JobGrant[] | null | undefined;
}

interface JobGrant {
  readonly connection: string;
  readonly who: { readonly ci?: { readonly issuer: string; readonly claims: ClaimRules } | undefined };
}

interface Problem {
  readonly path: PropertyKey[];
  readonly message: string;
}

/** What would let in others than was meant, or nobody. */
export function jobProblems({ issuer: people, issuers, grants }: JobParts): Problem[] {
  const entries = issuers ?? [];
  const ofEntries = entries.flatMap((entry, at) =>
    entryProblems(entry, { isTwice: entries.findIndex(({ name }) => name === entry.name) < at, people }).map(
      ([key, message]) => ({ path: ['issuers', at, key], message }),
    ),
  );
  const ofGrants = (grants ?? []).flatMap(({ who: { ci } }, at) =>
    ci === undefined || entries.some(({ name }) => name === ci.issuer)
      ? []
      : [
          {
            path: ['grants', at, 'who', 'ci', 'issuer'],
            message: `there is no issuer ${ci.issuer} under issuers`,
          },
        ],
  );
  return [...ofEntries, ...ofGrants];
}

function entryProblems(
  entry: JobIssuerEntry,
  { isTwice, people }: { isTwice: boolean; people: string },
): (readonly [string, string])[] {
  const problem = ownerProblem(entry);
  return [
    ...(isTwice ? [['name', `${entry.name} stands twice`] as const] : []),
    ...(entry.issuer === people
      ? [['issuer', 'it is the issuer of people: a job would be one of them'] as const]
      : []),
    ...(problem === undefined ? [] : [['claims', problem] as const]),
  ];
}

/** Why an entry would let in jobs of anybody; undefined: it does not. */
function ownerProblem(entry: JobIssuerEntry): string | undefined {
  const { claims, issuer } = entry;
  if (Object.keys(claims).length === 0)
    return 'name at least one claim: without one, every job of this issuer would get in';
  const known = knownOf(entry);
  // An installation of somebody's own has its own issuer; of Buildkite there is none.
  const isShared = known?.shared.test(issuer) === true || entry.provider === 'buildkite';
  if (known === undefined || !isShared) return undefined;
  const { owners, ownedSubject } = known;
  const saysOwner = (owner: string): boolean =>
    owner !== 'sub' || textsOf(claims['sub']).every((text) => ownedSubject?.test(text) !== false);
  const named = owners.filter((owner) => Object.hasOwn(claims, owner) && saysOwner(owner));
  const list = owners.join(', ');
  if (named.length === 0) return `all its customers share this issuer: name one of ${list}`;
  const rules = named.flatMap((owner) => claims[owner] ?? []);
  if (rules.some((rule) => 'values' in rule)) return undefined;
  if (known.exactOwner === true) return `all its customers share this issuer: one of ${list} has to be exact`;
  if (rules.some((rule) => 'pattern' in rule && namesOwner(rule.pattern))) return undefined;
  return 'all its customers share this issuer: up to the first / the pattern has to be written out, else acme.* is acme-else, too';
}

// The owner is what stands before the first slash, or all of it. An escape of a sign is that sign.
function namesOwner(pattern: string): boolean {
  const [owner = ''] = pattern.replaceAll(/\\[^\w\s]/g, '').split('/');
  return !/[.*+[\\]|\{\d*,/.test(owner);
}

/** What whoever runs the hub should know of rules that go by names alone. */
export function nameWarnings({ issuers, grants }: Omit<JobParts, 'issuer'>): string[] {
  const entries = issuers ?? [];
  const ofGrants = (grants ?? []).flatMap(({ who: { ci }, connection }) => {
    const entry = entries.find(({ name }) => name === ci?.issuer);
    if (ci === undefined || entry === undefined) return [];
    return warningsFor(`a grant of ${connection}`, ci.claims, entry);
  });
  return [
    ...entries.flatMap((entry) => warningsFor(`issuer ${entry.name}`, entry.claims, entry)),
    ...ofGrants,
  ];
}

function warningsFor(where: string, claims: ClaimRules, entry: JobIssuerEntry): string[] {
  const has = (claim: string): boolean => Object.hasOwn(claims, claim) || Object.hasOwn(entry.claims, claim);
  const { ids: known = {}, immutable } = knownOf(entry) ?? {};
  const isImmutable = (name: string): boolean =>
    name === 'sub' && textsOf(claims[name]).every((text) => immutable?.test(text) === true);
  return Object.entries(known)
    .filter(([name, ids]) => Object.hasOwn(claims, name) && !ids.some(has) && !isImmutable(name))
    .map(
      ([name, ids]) =>
        `${where}: ${name} is a name, which may become somebody else's; ${ids.join(' or ')} never does`,
    );
}

function textsOf(rule: ClaimRule | undefined): readonly string[] {
  if (rule === undefined) return [];
  return 'pattern' in rule ? [rule.pattern] : rule.values;
}

/** As the hub has it. */
export function jobIssuerOf({ name, issuer, audience, claims }: JobIssuerEntry): JobIssuerConfig {
  return { name, issuer, audience, claims };
}
