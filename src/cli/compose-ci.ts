import { setTimeout as delay } from 'node:timers/promises';

import { type CiLogin, type CiLoginDeps, ciLogin, exchangeEarly } from '../app/ci-login.ts';
import { ciIdentity } from '../identity/ci/ci-identity.ts';
import type { Provider } from '../identity/ci/provider.ts';
import type { HubToken } from '../identity/token-exchange.ts';
import type { Environment } from '../platform/environment.ts';
import { networkFetch } from './network-fetch.ts';

/** A CI job that is known by its own identity at the hub of HALLPASS_HUB. */
export interface JobIdentity extends CiLogin {
  readonly provider: Provider;
  /** A token for the hub itself, of who asked for one at once: the job's own may be the only one, and end first. */
  readonly held?: HubToken | undefined;
}

let opened: Promise<JobIdentity | undefined> | undefined;
let entered: Promise<JobIdentity | undefined> | undefined;

/** The job that this is; undefined: none that could prove it. Once in a process. Throws as `ciLogin` does. */
export function openJob(environment: Environment): Promise<JobIdentity | undefined> {
  return (opened ??= open(environment));
}

/** The same once the hub has taken it. Throws ERR_AUTH where it does not, too. */
export function enterJob(environment: Environment): Promise<JobIdentity | undefined> {
  return (entered ??= enter(environment));
}

async function enter(environment: Environment): Promise<JobIdentity | undefined> {
  const job = await openJob(environment);
  return job && { ...job, held: await exchangeEarly(job, await depsOf(environment)) };
}

async function open(environment: Environment): Promise<JobIdentity | undefined> {
  const { hub, audience, variables } = environment;
  const provider = ciIdentity(variables);
  if (provider === undefined || hub === undefined) return undefined;
  return { ...(await ciLogin({ provider, hub, audience }, await depsOf(environment))), provider };
}

async function depsOf(environment: Environment): Promise<CiLoginDeps> {
  return {
    ask: await networkFetch(),
    run: async (command) => {
      const { runMintCommand } = await import('../platform/mint-command.ts');
      return runMintCommand(command, environment);
    },
    wait: (milliseconds) => delay(milliseconds),
    now: Date.now,
  };
}
