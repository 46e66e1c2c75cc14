import type { HubConfig } from '../hub/config.ts';
import type { HubDeps, RunningHub } from '../hub/hub.ts';
import type { PolicySource } from '../hub/policy/policy-board.ts';
import { parseHubFile } from './hub-file.ts';
import type { PolicyFileDeps } from './hub-policy.ts';

export type ServeInput =
  /** With a provider of its own, for trying it out. */
  | {
      readonly mode: 'development';
      readonly host: string;
      readonly port: number;
      /** The file of a central policy. */
      readonly policy: string | undefined;
    }
  | { readonly mode: 'config'; readonly file: { readonly path: string; readonly text: string } };

export interface ServeDeps {
  readonly openMachine: () => Promise<HubDeps>;
  /** Told once requests are answered. */
  readonly onReady: (hub: RunningHub) => void;
  readonly stopped: Promise<unknown>;
  readonly policyFiles: PolicyFileDeps;
}

/**
 * Runs a hub until it is told to stop.
 *
 * @throws {HallpassError} ERR_CONFIG, and what starting a hub throws
 */
export async function serve(input: ServeInput, deps: ServeDeps): Promise<void> {
  const config = await configOf(input);
  const { startHub } = await import('../hub/hub.ts');
  const policy = config.policy === undefined ? undefined : await policyOf(config.policy, deps);
  const hub = await startHub(config, { ...(await deps.openMachine()), policy });
  try {
    deps.onReady(hub);
    await deps.stopped;
  } finally {
    await hub.stop();
  }
}

async function configOf(input: ServeInput): Promise<HubConfig> {
  if (input.mode === 'config') return parseHubFile(input.file.text, input.file.path);
  const { developmentConfig } = await import('../hub/config.ts');
  const { LIMITS } = await import('../core/limits.ts');
  const policy = input.policy && { path: input.policy, maxAgeMs: LIMITS.hubPolicyAgeMs };
  return { ...developmentConfig({ host: input.host, port: input.port }), ...(policy && { policy }) };
}

async function policyOf(
  file: NonNullable<HubConfig['policy']>,
  { policyFiles }: ServeDeps,
): Promise<PolicySource> {
  const { hubPolicySource } = await import('./hub-policy.ts');
  return hubPolicySource(file, policyFiles);
}
