import { buildkite } from './buildkite.ts';
import { circleci } from './circleci.ts';
import { githubActions } from './github-actions.ts';
import { givenToken } from './given-token.ts';
import type { Provider, Variables } from './provider.ts';

/**
 * The CI system around this process that proves which job it is; undefined: there is none, or it gives this job no proof.
 * A token that was handed over on purpose goes before what a system would give. Asks nobody.
 */
export function ciIdentity(variables: Variables): Provider | undefined {
  return givenToken(variables) ?? githubActions(variables) ?? buildkite(variables) ?? circleci(variables);
}

/** What a CI job without an identity is to do. */
export function jobHint(variables: Variables): string {
  if (ciIdentity(variables) !== undefined)
    return 'HALLPASS_HUB has to be the address of the hub: the identity of this job is at hand.';
  if (variables['GITHUB_ACTIONS'] === 'true')
    return 'Set HALLPASS_HUB, and give the job "permissions: { id-token: write }".';
  if (variables['GITLAB_CI'] === 'true')
    return 'Set HALLPASS_HUB, and give the job "id_tokens: { HALLPASS_ID_TOKEN: { aud: ADDRESS OF THE HUB } }".';
  return 'Set HALLPASS_HUB, and HALLPASS_ID_TOKEN to an OIDC token of the job whose audience is the hub.';
}
