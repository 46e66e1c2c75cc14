import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { dirname } from 'node:path';

import { HallpassError } from '../core/errors.ts';
import { ephemeralSigner, type Signer, signerFromSeed } from '../core/session/signer.ts';
import { writeAllowedSigner } from './allowed-signers.ts';
import { ensureDirectory } from './files.ts';
import { KeychainUnavailable } from './keychain.ts';
import { lock, lockSync } from './locks.ts';
import {
  fits,
  type LockedVault,
  readVaultFile,
  unlock,
  type VaultContent,
  type VaultHeader,
  writeVaultFile,
} from './vault-file.ts';
import { createKey, findKey, type VaultKeyDeps } from './vault-key.ts';

/** This device's keys. */
export interface Vault {
  /** False: the keys are this process's own and end with it. */
  readonly persistent: boolean;
  /** Why the keys do not persist, for stderr. */
  readonly why: string | undefined;
  readonly signer: Signer;
  /** 32 bytes, the same for a workspace until it has been idle for 30 days. */
  workspaceKey(workspace: string): Uint8Array;
  /** 32 bytes for any other purpose, always the same for this device. */
  derive(purpose: string): Uint8Array;
}

export interface VaultDeps extends VaultKeyDeps {
  readonly vaultFile: string;
  readonly allowedSignersFile: string;
  /** The person's choice (HALLPASS_KEYCHAIN), undefined for whatever works. */
  readonly choice: string | undefined;
  readonly now?: () => number;
}

const IDLE_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Opens this device's vault, making it on first use. Where neither a keychain nor a passphrase is at hand, the keys are
 * ephemeral and `why` says so. Throws ERR_CONFIG for an unknown choice, ERR_KEYCHAIN when a chosen backend or an
 * existing vault can't be opened, ERR_VAULT_DAMAGED; an existing vault is never replaced.
 */
export async function openVault(deps: VaultDeps): Promise<Vault> {
  const choice = checkChoice(deps.choice);
  ensureDirectory(dirname(deps.vaultFile));
  try {
    return (await openExistingVault(deps)) ?? (await createVault(choice, deps));
  } catch (error) {
    if (choice === undefined && error instanceof KeychainUnavailable) return ephemeralVault(error.message);
    throw error;
  }
}

/** Opens the vault if there is one. Throws as `openVault` does, and KeychainUnavailable instead of going ephemeral. */
export async function openExistingVault(deps: VaultDeps): Promise<Vault | undefined> {
  const locked = readVaultFile(deps.vaultFile);
  if (locked === undefined) return undefined;
  const { backend } = locked.header;
  const choice = checkChoice(deps.choice);
  if (choice !== undefined && choice !== backend) {
    throw new HallpassError(
      'ERR_CONFIG',
      `HALLPASS_KEYCHAIN is ${choice}, but the vault was made with ${backend}`,
      {
        hint: `Set HALLPASS_KEYCHAIN=${backend}, or move ${deps.vaultFile} away to start with new keys.`,
      },
    );
  }
  // A passphrase is asked for only by those who chose one.
  const key = await findKey(locked.header, choice === 'file' ? deps : { ...deps, askPassphrase: undefined });
  return persistentVault(checkKey(locked, key), deps);
}

function checkChoice(choice: string | undefined): VaultHeader['backend'] | undefined {
  if (choice === undefined || choice === 'keyring' || choice === 'keytar' || choice === 'file') return choice;
  throw new HallpassError('ERR_CONFIG', `HALLPASS_KEYCHAIN is ${choice}`, {
    hint: 'Use keyring, keytar or file.',
  });
}

function checkKey(locked: LockedVault, key: Buffer): Buffer {
  if (fits(locked, key)) return key;
  const [wrong, hint] =
    locked.header.backend === 'file'
      ? ['the passphrase is wrong', 'Run the command again, or correct HALLPASS_PASSPHRASE where it is set.']
      : ["the keychain's key is not the vault's", 'Restore the keychain item.'];
  throw new HallpassError('ERR_KEYCHAIN', `the vault does not open: ${wrong}`, { hint });
}

async function createVault(choice: VaultHeader['backend'] | undefined, deps: VaultDeps): Promise<Vault> {
  const held = await lock(`${deps.vaultFile}.lock`);
  try {
    if (readVaultFile(deps.vaultFile) === undefined) return await writeNewVault(choice, deps);
  } finally {
    held.release();
  }
  // Another was faster.
  const opened = await openExistingVault(deps);
  if (opened === undefined) throw vanished(deps);
  return opened;
}

async function writeNewVault(choice: VaultHeader['backend'] | undefined, deps: VaultDeps): Promise<Vault> {
  const { key, header } = choice ? await createKey(choice, deps) : await createAnyKey(deps);
  const content = { device: randomText(), master: randomText(), workspaces: {} };
  writeVaultFile(deps.vaultFile, key, { header, content });
  return persistentVault(key, deps);
}

// The keychain if it works, a passphrase if one was given.
async function createAnyKey(deps: VaultDeps): ReturnType<typeof createKey> {
  try {
    return await createKey('keyring', deps);
  } catch (error) {
    if (deps.passphrase === undefined || !(error instanceof KeychainUnavailable)) throw error;
    return createKey('file', deps);
  }
}

function persistentVault(key: Buffer, deps: VaultDeps): Vault {
  const { device, master } = readContent(key, deps).content;
  const signer = signerFromSeed(Buffer.from(device, 'base64'), 'device');
  writeAllowedSigner(deps.allowedSignersFile, signer.publicKey);
  return {
    persistent: true,
    why: undefined,
    signer,
    workspaceKey: (workspace) => {
      const name = createHmac('sha256', Buffer.from(master, 'base64')).update(workspace).digest('hex');
      return derive(useWorkspace(name, key, deps), 'workspace');
    },
    derive: (purpose) => derive(master, `derive ${purpose}`),
  };
}

function ephemeralVault(why: string): Vault {
  const master = randomText();
  return {
    persistent: false,
    why,
    signer: ephemeralSigner(),
    workspaceKey: (workspace) => derive(master, `workspace ${workspace}`),
    derive: (purpose) => derive(master, `derive ${purpose}`),
  };
}

// Notes the use, once a day, and forgets workspaces that were idle: a new key is a forgotten epoch.
function useWorkspace(name: string, key: Buffer, deps: VaultDeps): string {
  const today = Math.floor((deps.now ?? Date.now)() / DAY_MS);
  const held = lockSync(`${deps.vaultFile}.lock`);
  try {
    const { header, content } = readContent(key, deps);
    const alive = Object.entries(content.workspaces).filter(([, { used }]) => today - used <= IDLE_DAYS);
    const workspaces = Object.fromEntries(alive);
    const { epoch, used } = workspaces[name] ?? { epoch: randomText(), used: -1 };
    if (used !== today) {
      workspaces[name] = { epoch, used: today };
      writeVaultFile(deps.vaultFile, key, { header, content: { ...content, workspaces } });
    }
    return epoch;
  } finally {
    held.release();
  }
}

function readContent(key: Buffer, deps: VaultDeps): { header: VaultHeader; content: VaultContent } {
  const locked = readVaultFile(deps.vaultFile);
  if (locked === undefined) throw vanished(deps);
  checkKey(locked, key);
  return { header: locked.header, content: unlock(deps.vaultFile, locked, key) };
}

function vanished({ vaultFile }: VaultDeps): HallpassError {
  return new HallpassError('ERR_STATE_DIR', `${vaultFile} vanished`);
}

function derive(key: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', Buffer.from(key, 'base64'), '', `hallpass ${purpose}`, 32));
}

function randomText(): string {
  return randomBytes(32).toString('base64');
}
