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
