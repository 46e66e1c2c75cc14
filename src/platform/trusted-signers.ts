import { HallpassError } from '../core/errors.ts';
import type { Trust } from '../core/session/verify.ts';
import { readAllowedSigners, readAuthorities } from './allowed-signers.ts';
import { readError } from './files.ts';
import { KeychainUnavailable } from './keychain.ts';
import { openExistingVault, type VaultDeps } from './vault.ts';

/**
 * Whose seals to believe. The person's file if one is given; else the key in this device's vault, which who can merely
 * write files can't replace; and only if the vault can't be opened the file beside it.
 */
export async function trustedSigners(named: string | undefined, deps: VaultDeps): Promise<Trust> {
  if (named !== undefined)
    return {
      keys: readNamed(named),
      authorities: readAuthorities(named),
      source: named,
      explicit: true,
    };
  try {
    const vault = await openExistingVault({ ...deps, askPassphrase: undefined });
    if (vault !== undefined)
      return { keys: [vault.signer.publicKey], source: 'this device', explicit: false };
    return { keys: [], source: 'this device, which has none yet', explicit: false };
  } catch (error) {
    if (!(error instanceof KeychainUnavailable)) throw error;
    const source = `${deps.allowedSignersFile} (the vault is closed: ${error.message})`;
    return { keys: readAllowedSigners(deps.allowedSignersFile) ?? [], source, explicit: false };
  }
}

function readNamed(path: string): Buffer[] {
  const keys = readKeys(path);
  if (keys === undefined) throw new HallpassError('ERR_NO_SUCH_FILE', `there is no file ${path}`);
  return keys;
}

function readKeys(path: string): Buffer[] | undefined {
  try {
    return readAllowedSigners(path);
  } catch (error) {
    throw readError(path, error);
  }
}
