import process from 'node:process';

import type { Secret } from '../core/secret.ts';
import type { Environment } from '../platform/environment.ts';
import { systemKeychain } from '../platform/keychain.ts';
import type { Paths } from '../platform/paths.ts';
import { openVault, type Vault, type VaultDeps } from '../platform/vault.ts';

/** This device's vault, by the person's choice of keychain. */
export function openDeviceVault(environment: Environment, paths: Paths): Promise<Vault> {
  return openVault(deviceVaultDeps(environment, paths));
}

/** What opening the vault needs. */
export function deviceVaultDeps(environment: Environment, paths: Paths): VaultDeps {
  return {
    vaultFile: paths.vaultFile,
    allowedSignersFile: paths.allowedSignersFile,
    choice: environment.keychain,
    keychain: systemKeychain,
    passphrase: environment.passphrase,
    askPassphrase: canAsk() ? askPassphrase : undefined,
  };
}

// While a screen is up, which has the keys to itself, no question can be put.
function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && process.stdin.isRaw !== true;
}

async function askPassphrase(options: { again: boolean }): Promise<Secret> {
  const terminal = await import('./ask-passphrase.ts');
  return terminal.askPassphrase(options);
}
