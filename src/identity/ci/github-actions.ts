import { z } from 'zod';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { Secret } from '../../core/secret.ts';
import { type Fetch, reasonOf } from '../ask.ts';
import type { Provider, ProviderDeps, Variables } from './provider.ts';

const answered = z.object({ value: z.string().min(1) });

/**
 * GitHub Actions, for jobs with `permissions: { id-token: write }`; others have neither variable.
 * https://docs.github.com/en/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 */
export function githubActions(variables: Variables): Provider | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = variables;
  if (variables['GITHUB_ACTIONS'] !== 'true' || !url || !bearer) return undefined;
  return {
    title: 'GitHub Actions',
    renewable: true,
    page: pageOf(variables),
    token: (audience, deps) => request({ url: addressFor(url, audience), bearer }, deps),
  };
}

function pageOf(variables: Variables): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = variables;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
}

function addressFor(words: string, audience: string): URL {
  if (!URL.canParse(words)) throw refused('ACTIONS_ID_TOKEN_REQUEST_URL is no address');
  const url = new URL(words);
  url.searchParams.set('audience', audience);
  return url;
}

async function request(
  { url, bearer }: { url: URL; bearer: string },
  { ask, wait }: ProviderDeps,
): Promise<Secret> {
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
  for (let tries = 1; ; tries += 1) {
    const answer = await askOnce(url, headers, ask);
    if (answer instanceof Secret) return answer;
    if (tries >= LIMITS.ciTokenTries) throw answer;
    await wait(LIMITS.ciTokenRetryMs * 2 ** (tries - 1));
  }
}

/** Resolves with an error for what may pass. */
async function askOnce(
  url: URL,
  headers: Record<string, string>,
  ask: Fetch,
): Promise<Secret | HallpassError> {
  const response = await ask(url, { headers }).catch((error: unknown) => error);
  if (response instanceof HallpassError) throw response;
  if (!(response instanceof Response)) return unreachable(reasonOf(response), response);
  const { status } = response;
  if (status >= 500 || status === 429) return unreachable(`HTTP status ${status}`);
  const parsed = answered.safeParse(await response.json().catch(() => undefined));
  if (status !== 200 || !parsed.success) throw refused(`its service answers with HTTP status ${status}`);
  return new Secret(parsed.data.value);
}

function refused(why: string): HallpassError {
  return new HallpassError('ERR_AUTH', `GitHub Actions gives this job no token: ${why}`, {
    hint: 'The job needs "permissions: { id-token: write }".',
  });
}

function unreachable(why: string, cause?: unknown): HallpassError {
  const message = `the token service of GitHub Actions can not be reached (${why})`;
  return new HallpassError('ERR_ISSUER_UNREACHABLE', message, { cause });
}
