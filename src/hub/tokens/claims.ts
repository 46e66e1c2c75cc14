import type { ClaimRule, ClaimRules } from '../config.ts';

/** The claims of a token, of whom its issuer's signature says that it said them. What they say others may have chosen. */
export type Claims = Readonly<Record<string, unknown>>;

/** A claim that is not as it has to be. */
export interface Misfit {
  readonly claim: string;
  /** What it is, and what it has to be. */
  readonly text: string;
}

/** What of a token does not fit. None: all of it fits. */
export function misfits(rules: ClaimRules, claims: Claims): Misfit[] {
  return Object.entries(rules)
    .filter(([claim, rule]) => !fits(rule, valuesOf(claims, claim)))
    .map(([claim, rule]) => misfit(claim, valuesOf(claims, claim), wanted(rule)));
}

/** Of one claim: with what it is, and what it has to be. */
export function misfit(claim: string, values: readonly string[], expected: string): Misfit {
  const is = values.length === 0 ? 'is not there' : `is ${values.map(shown).join(', ')}`;
  return { claim, text: `${claim} ${is} and has to ${expected}` };
}

/** Whether they are all of what a job does, and none of whose it is: then it is told of its own rules, not of others'. */
export function areOfCircumstance(missed: readonly Misfit[]): boolean {
  return missed.every(({ claim }) => CIRCUMSTANCES.has(claim));
}

export function textOf(missed: readonly Misfit[]): string {
  return missed.map(({ text }) => text).join('; ');
}

/** A claim as texts: ids are texts at one system and numbers at the next, and a list has several. */
export function valuesOf(claims: Claims, name: string): string[] {
  return [claims[name]]
    .flat()
    .filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
    .map(String);
}

function fits(rule: ClaimRule, values: readonly string[]): boolean {
  if ('values' in rule) return values.some((value) => rule.values.includes(value));
  return values.some((value) => rule.matches(value));
}

function wanted(rule: ClaimRule): string {
  if ('pattern' in rule) return `match ${rule.pattern}`;
  return `be ${rule.values.map(shown).join(' or ')}`;
}

const SHOWN_CHARS = 200;

// RFC 6749 section 5.2 has descriptions in visible ASCII.
function shown(value: string): string {
  const text = value.slice(0, SHOWN_CHARS).replaceAll(/[^\x20-\x7e]/g, '?');
  return text === '' ? "''" : text;
}

const CIRCUMSTANCES = new Set([
  // https://docs.github.com/en/actions/reference/security/oidc#custom-claims-provided-by-github
  'base_ref',
  'environment',
  'event_name',
  'head_ref',
  'ref',
  'ref_type',
  'runner_environment',
  'workflow',
  // https://docs.gitlab.com/ci/secrets/id_token_authentication/#token-payload
  'deployment_tier',
  'environment_protected',
  'pipeline_source',
  'ref_path',
  'ref_protected',
  // https://buildkite.com/docs/agent/cli/reference/oidc#claims
  'build_branch',
  'build_source',
  'build_tag',
  'step_key',
  // https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
  'oidc.circleci.com/ssh-rerun',
  'oidc.circleci.com/vcs-ref',
]);
