import type { Environment } from '../platform/environment.ts';
import { systemKeychain } from '../platform/keychain.ts';
import type { Paths } from '../platform/paths.ts';
import { openVault, type Vault } from '../platform/vault.ts';

/** This device's vault, by the person's choice of keychain. */
export function openDeviceVault(environment: Environment, paths: Paths): Promise<Vault> {
  return openVault({
    vaultFile: paths.vaultFile,
    allowedSignersFile: paths.allowedSignersFile,
    choice: environment.keychain,
    keychain: systemKeychain,
    passphrase: environment.passphrase,
  });
}
