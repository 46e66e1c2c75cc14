import { printedToken } from './printed-token.ts';
import type { Provider, Variables } from './provider.ts';

// Ids outlive what they are of, names are given out again. They are in the token only for who asks for them:
// https://buildkite.com/docs/agent/cli/reference/oidc#optional-claims
const CLAIMS = ['--claim', 'organization_id', '--claim', 'pipeline_id'];

/** Buildkite, whose agent gives a token when it is asked. https://buildkite.com/docs/agent/cli/reference/oidc */
export function buildkite(variables: Variables): Provider | undefined {
  if (variables['BUILDKITE'] !== 'true' || !variables['BUILDKITE_JOB_ID']) return undefined;
  const { BUILDKITE_BUILD_URL: build, BUILDKITE_JOB_ID: job } = variables;
  return {
    title: 'Buildkite',
    renewable: true,
    page: build ? `${build}#${job}` : undefined,
    token: async (audience, { run }) =>
      printedToken(
        await run(['buildkite-agent', 'oidc', 'request-token', '--audience', audience, ...CLAIMS]),
        'buildkite-agent',
      ),
  };
}
