import { setTimeout as delay } from 'node:timers/promises';

import { type CiLogin, type CiLoginDeps, ciLogin, exchangeEarly } from '../app/ci-login.ts';
import { ciIdentity } from '../identity/ci/ci-identity.ts';
import type { Provider } from '../identity/ci/provider.ts';
import type { HubToken } from '../identity/token-exchange.ts';
import type { Environment } from '../platform/environment.ts';
import { networkFetch } from './compose-identity.ts';

/** A CI job that is logged in to the hub of HALLPASS_HUB. */
export interface JobIdentity extends CiLogin {
  readonly provider: Provider;
  /** A token for the hub itself, where the job's own can't be had again. */
  readonly held: HubToken | undefined;
}

let opened: Promise<JobIdentity | undefined> | undefined;

/** The job that this is; undefined: none that could prove it. Once in a process. Throws as `ciLogin` does. */
export function openJob(environment: Environment): Promise<JobIdentity | undefined> {
  return (opened ??= open(environment));
}

async function open({ hub, audience, ...environment }: Environment): Promise<JobIdentity | undefined> {
  const provider = ciIdentity(environment.variables);
  if (provider === undefined || hub === undefined) return undefined;
  const deps: CiLoginDeps = {
    ask: await networkFetch(),
    run: async (command) => {
      const { runMintCommand } = await import('../platform/mint-command.ts');
      return runMintCommand(command, { ...environment, hub, audience });
    },
    wait: (milliseconds) => delay(milliseconds),
    now: Date.now,
  };
  const login = await ciLogin({ provider, hub, audience }, deps);
  return { ...login, provider, held: provider.renewable ? undefined : await exchangeEarly(login, deps) };
}
