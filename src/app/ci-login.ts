import { hash } from 'node:crypto';

import { HallpassError } from '../core/errors.ts';
import { hubOrigin } from '../identity/address.ts';
import { jobToken } from '../identity/ci/job-token.ts';
import type { Provider, ProviderDeps } from '../identity/ci/provider.ts';
import { discoverHub } from '../identity/hub-discovery.ts';
import type { Refresh } from '../identity/id-token.ts';
import { LoginState } from '../identity/login-state.ts';
import { MemoryStore } from '../identity/memory-store.ts';
import { exchangeToken, type HubToken } from '../identity/token-exchange.ts';

export interface CiLoginInput {
  readonly provider: Provider;
  /** As it stands in HALLPASS_HUB. */
  readonly hub: string;
  /** As it stands in HALLPASS_AUDIENCE; undefined: the hub's origin. */
  readonly audience: string | undefined;
}

export interface CiLoginDeps extends ProviderDeps {
  readonly now: () => number;
}

/** A job that is known to a hub for as long as this process runs. Nothing of it is kept. */
export interface CiLogin {
  readonly state: LoginState;
  readonly refresh: Refresh;
}

/**
 * Logs a CI job in to a hub by its own identity. No key of the hub is pinned: that it is the one is what TLS says.
 *
 * @throws {HallpassError} ERR_AUTH, ERR_HUB_UNREACHABLE, ERR_ISSUER_UNREACHABLE, ERR_MINT_COMMAND, ERR_HUB…
 */
export async function ciLogin(input: CiLoginInput, deps: CiLoginDeps): Promise<CiLogin> {
  const { provider } = input;
  const origin = hubOrigin(input.hub);
  // The hub has no say in the audience: it could have the job fetch a token that others believe.
  const ask = () => jobToken(provider, input.audience ?? origin, deps);
  const [{ issuer, ...issued }, hub] = await Promise.all([ask(), discoverHub(origin, deps.ask)]);
  const state = new LoginState(profileOf(issuer, issued.subject), new MemoryStore());
  // Whose word it is that counts here: sessions and certificates name it.
  state.saveHub({ ...hub, issuer });
  state.saveLogin({ ...issued, generation: 1, job: provider.title });
  return { state, refresh: refreshBy(ask, provider) };
}

/** A token for the hub while the job's own is good: of that there is only one, and it may end before the job does. */
export async function exchangeEarly(
  { state: { hub, login } }: CiLogin,
  deps: CiLoginDeps,
): Promise<HubToken | undefined> {
  if (hub === undefined || login === undefined) return undefined;
  return exchangeToken({ audience: hub.hub, scopes: [], use: 'proxy' }, { hub, login }, deps);
}

// What a job could not upload waits for jobs of the same name, and for nobody else's.
function profileOf(issuer: string, subject: string): string {
  return `ci-${hash('sha256', `${issuer}|${subject}`).slice(0, 16)}`;
}

function refreshBy(ask: () => ReturnType<typeof jobToken>, { title, renewable }: Provider): Refresh {
  return async (login) => {
    if (!renewable)
      throw new HallpassError('ERR_AUTH', `the token of ${title} has ended, and it gives a job only one`, {
        hint: 'Its life is set where it comes from; in GitLab by the timeout of the job.',
      });
    const { issuer: _issuer, ...issued } = await ask();
    if (issued.subject === login.subject) return issued;
    throw new HallpassError('ERR_AUTH', `${title} gives a token of another job than before`);
  };
}
