import { join, resolve } from 'node:path';
import process from 'node:process';

import envPaths from 'env-paths';

import type { Environment } from './environment.ts';

export interface Paths {
  readonly stateDir: string;
  readonly configDir: string;
  readonly cacheDir: string;
  /** Session logs. */
  readonly sessionsDir: string;
  /** What is to be uploaded. */
  readonly uploadsDir: string;
  /** The encrypted device key and master key. */
  readonly vaultFile: string;
  /** Logins, minted tokens and stored secrets, encrypted. */
  readonly credentialsDir: string;
  /** The device's public key in the form `ssh-keygen -Y verify -f` reads. */
  readonly allowedSignersFile: string;
  /** The authorities of hubs in the same form. */
  readonly hubSignersFile: string;
}

/** Where hallpass keeps its files: the platform's conventions (XDG on Linux), each overridden by its variable. */
export function hallpassPaths(environment: Environment): Paths {
  const standard = envPaths('hallpass', { suffix: '' });
  // env-paths knows XDG_STATE_HOME as `log`; elsewhere logs are swept away, and the vault must not be.
  const state = process.platform === 'linux' ? standard.log : standard.data;
  const stateDir = resolve(environment.stateDir ?? state);
  return {
    stateDir,
    configDir: resolve(environment.configDir ?? standard.config),
    cacheDir: resolve(environment.cacheDir ?? standard.cache),
    sessionsDir: join(stateDir, 'sessions'),
    uploadsDir: join(stateDir, 'uploads'),
    vaultFile: join(stateDir, 'vault.json'),
    credentialsDir: join(stateDir, 'credentials'),
    allowedSignersFile: join(stateDir, 'allowed_signers'),
    hubSignersFile: join(stateDir, 'hub_signers'),
  };
}
