import type { Variables } from './provider.ts';

/** What a CI job that is known nowhere is to do. Light: whoever is not in CI never needs more of all this. */
export function jobHint(variables: Variables): string {
  if (variables['HALLPASS_ID_TOKEN'] || variables['BUILDKITE'] === 'true' || variables['CIRCLECI'] === 'true')
    return 'Set HALLPASS_HUB to the address of the hub: the identity of this job is at hand.';
  if (variables['GITHUB_ACTIONS'] === 'true')
    return 'Set HALLPASS_HUB, and give the job "permissions: { id-token: write }".';
  if (variables['GITLAB_CI'] === 'true')
    return 'Set HALLPASS_HUB, and give the job "id_tokens: { HALLPASS_ID_TOKEN: { aud: ADDRESS OF THE HUB } }".';
  return 'Set HALLPASS_HUB, and HALLPASS_ID_TOKEN to an OIDC token of the job whose audience is the hub.';
}
