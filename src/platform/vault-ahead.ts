import { readEnvironment } from './environment.ts';
import { askAhead } from './keychain.ts';
import { hallpassPaths } from './paths.ts';
import { readVaultFile } from './vault-file.ts';

/** Has the keychain asked for the vault's key while the rest of hallpass loads. Never throws: opening the vault tells why. */
export function openVaultAhead(): void {
  try {
    const environment = readEnvironment();
    const header = readVaultFile(hallpassPaths(environment).vaultFile)?.header;
    if (header === undefined || header.backend === 'file') return;
    if (environment.keychain === undefined || environment.keychain === header.backend)
      askAhead(header.backend, header.id);
  } catch {
    // Nothing was asked ahead, so it is asked when it is wanted, and then fails with all there is to say.
  }
}
