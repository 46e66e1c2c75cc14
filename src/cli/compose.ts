import process from 'node:process';

import { Secret } from '../core/secret.ts';
import type { Environment } from '../platform/environment.ts';
import { systemKeychain } from '../platform/keychain.ts';
import type { Paths } from '../platform/paths.ts';
import { readVaultFile } from '../platform/vault-file.ts';
import { openExistingVault, openVault, type Vault, type VaultDeps } from '../platform/vault.ts';

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
    passphrase: environment.passphrase ?? said?.passphrase,
    askPassphrase: said === undefined && canAsk() ? askPassphrase : undefined,
  };
}

/** What somebody has said before a screen took the terminal for itself; undefined: nobody was asked. */
let said: { readonly passphrase: Secret | undefined } | undefined;

/**
 * Asks for the passphrase of a vault that has one, for the whole of a screen: no question can be put while that is up. Nothing
 * said is an answer, too: a screen can be looked at without the keys.
 *
 * @throws {HallpassError} ERR_KEYCHAIN for a wrong one
 */
export async function askBeforeScreen(environment: Environment, paths: Paths): Promise<void> {
  const deps = deviceVaultDeps(environment, paths);
  if (environment.keychain !== 'file' || deps.passphrase !== undefined || deps.askPassphrase === undefined)
    return;
  if (readVaultFile(paths.vaultFile)?.header.backend !== 'file') return;
  const { askHidden } = await import('./ask-passphrase.ts');
  const text = await askHidden('Passphrase of hallpass (none: to look only): ');
  said = { passphrase: text === '' ? undefined : new Secret(text) };
  if (text !== '') await openExistingVault(deviceVaultDeps(environment, paths));
}

// While a screen is up, which has the keys to itself, no question can be put.
function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && process.stdin.isRaw !== true;
}

async function askPassphrase(options: { again: boolean }): Promise<Secret> {
  const terminal = await import('./ask-passphrase.ts');
  return terminal.askPassphrase(options);
}
