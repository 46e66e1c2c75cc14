import type { Secret } from '../../core/secret.ts';
import type { Fetch } from '../ask.ts';
import type { RunCommand } from '../minters/exec.ts';

/** A CI system that proves to others which job runs. */
export interface Provider {
  /** What people call it. */
  readonly title: string;
  /** Gives another token whenever it is asked; else there is one for the whole job. */
  readonly renewable: boolean;
  /** Where the job can be looked at. It is from the environment, so for showing only. */
  readonly page: string | undefined;
  /** The job's token for this audience. Throws ERR_AUTH, ERR_ISSUER_UNREACHABLE, ERR_MINT_COMMAND. */
  token(audience: string, deps: ProviderDeps): Promise<Secret>;
}

/** What providers need of the machine. */
export interface ProviderDeps {
  readonly ask: Fetch;
  readonly run: RunCommand;
  readonly wait: (milliseconds: number) => Promise<void>;
}

export type Variables = Readonly<Record<string, string | undefined>>;
