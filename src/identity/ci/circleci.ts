import { HallpassError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { audiencesOf } from './job-token.ts';
import { printedToken } from './printed-token.ts';
import type { Provider, ProviderDeps, Variables } from './provider.ts';

/**
 * CircleCI. The token that every job has is for the organization's id, and clouds may believe it as well: it goes only to
 * a hub that was named by that. For any other audience the command line of the job is asked for one.
 * https://circleci.com/docs/guides/permissions-authentication/openid-connect-tokens/
 * https://circleci.com/docs/guides/permissions-authentication/oidc-tokens-with-custom-claims/
 */
export function circleci(variables: Variables): Provider | undefined {
  const words = variables['CIRCLE_OIDC_TOKEN_V2']?.trim();
  if (variables['CIRCLECI'] !== 'true' || !words) return undefined;
  const given = new Secret(words);
  return {
    title: 'CircleCI',
    renewable: true,
    page: variables['CIRCLE_BUILD_URL'],
    token: (audience, deps) =>
      audiencesOf(given).includes(audience) ? Promise.resolve(given) : request(audience, deps),
  };
}

async function request(audience: string, { run }: ProviderDeps): Promise<Secret> {
  const claims = JSON.stringify({ aud: audience });
  const output = await run(['circleci', 'run', 'oidc', 'get', '--claims', claims]).catch((cause: unknown) => {
    if (!(cause instanceof HallpassError)) throw cause;
    throw new HallpassError('ERR_AUTH', `CircleCI gives this job no token: ${cause.message}`, {
      cause,
      hint: 'Where the executor has no "circleci run oidc", HALLPASS_AUDIENCE set to the id of the organization sends CIRCLE_OIDC_TOKEN_V2.',
    });
  });
  return printedToken(output, 'circleci');
}
