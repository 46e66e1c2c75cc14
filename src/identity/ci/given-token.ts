import { Secret } from '../../core/secret.ts';
import type { Provider, Variables } from './provider.ts';

/**
 * A token that stands in HALLPASS_ID_TOKEN: of GitLab's `id_tokens`, or of any system that hands out one.
 * https://docs.gitlab.com/ci/yaml/#id_tokens: the job names the variable and the audience, and gets one token.
 */
export function givenToken(variables: Variables): Provider | undefined {
  const token = variables['HALLPASS_ID_TOKEN']?.trim();
  if (!token) return undefined;
  const isGitLab = variables['GITLAB_CI'] === 'true';
  return {
    title: isGitLab ? 'GitLab' : 'HALLPASS_ID_TOKEN',
    renewable: false,
    page: isGitLab ? variables['CI_JOB_URL'] : undefined,
    token: () => Promise.resolve(new Secret(token)),
  };
}
