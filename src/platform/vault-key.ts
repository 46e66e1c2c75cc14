import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

import { HallpassError } from '../core/errors.ts';
import { Secret } from '../core/secret.ts';
import { type Keychain, type KeychainName, KeychainUnavailable } from './keychain.ts';
import type { VaultHeader } from './vault-file.ts';

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);

export interface VaultKeyDeps {
  readonly keychain: (name: KeychainName) => Keychain;
  readonly passphrase: Secret | undefined;
  /** Asks the person; absent where there is no terminal. `again` when a new passphrase is chosen. */
  readonly askPassphrase?: ((options: { again: boolean }) => Promise<Secret>) | undefined;
  /** scrypt's cost for new vaults: about half a second and 128 MB. */
  readonly scryptN?: number;
}

export interface NewKey {
  readonly key: Buffer;
  readonly header: VaultHeader;
}

const DEFAULT_SCRYPT_N = 2 ** 17;

/** Makes the key of a new vault and stores what is needed to find it again. Throws KeychainUnavailable. */
export async function createKey(backend: VaultHeader['backend'], deps: VaultKeyDeps): Promise<NewKey> {
  const id = randomBytes(8).toString('hex');
  const base = { format: 'hallpass-vault/1', id, backend } as const;
  if (backend === 'file') {
    const parameters = { salt: randomBytes(16).toString('hex'), n: deps.scryptN ?? DEFAULT_SCRYPT_N };
    return {
      key: await passphraseKey(parameters, deps, { again: true }),
      header: { ...base, scrypt: parameters },
    };
  }
  const key = randomBytes(32);
  const keychain = deps.keychain(backend);
  await keychain.set(id, key);
  // Read back: a store that forgets at once would lock the vault for ever.
  if (!(await keychain.get(id))?.equals(key))
    throw new KeychainUnavailable('the keychain did not keep the key');
  return { key, header: base };
}

/** Finds the key of an existing vault. Throws KeychainUnavailable, or ERR_KEYCHAIN when the item is gone. */
export async function findKey(header: VaultHeader, deps: VaultKeyDeps): Promise<Buffer> {
  if (header.scrypt) return passphraseKey(header.scrypt, deps, { again: false });
  if (header.backend === 'file')
    throw new HallpassError('ERR_VAULT_DAMAGED', 'the vault names no passphrase parameters');
  const key = await deps.keychain(header.backend).get(header.id);
  if (key !== undefined) return key;
  // keytar answers for a locked keychain as for one without the item (measured).
  throw new HallpassError(
    'ERR_KEYCHAIN',
    `the keychain gave no item ${header.id}, which opens the vault of this device`,
    {
      hint: 'Unlock the keychain if it is locked, or restore its item. To start anew, move vault.json away: older sessions then verify with --allowed-signers.',
    },
  );
}

async function passphraseKey(
  parameters: { salt: string; n: number },
  deps: VaultKeyDeps,
  options: { again: boolean },
): Promise<Buffer> {
  const passphrase = deps.passphrase ?? (await deps.askPassphrase?.(options));
  if (passphrase === undefined)
    throw new KeychainUnavailable('the vault needs a passphrase, and HALLPASS_PASSPHRASE is not set', {
      hint: 'Set HALLPASS_PASSPHRASE; in a CI job from a secret of the CI system. Where HALLPASS_KEYCHAIN is file, a terminal is asked for it.',
    });
  const cost = { N: parameters.n, r: 8, p: 1, maxmem: 2 ** 30 + 2 ** 25 };
  return derive(passphrase.reveal(), Buffer.from(parameters.salt, 'hex'), 32, cost);
}
