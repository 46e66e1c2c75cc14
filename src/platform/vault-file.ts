import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

import { HallpassError } from '../core/errors.ts';
import { canonical } from '../core/session/canonical.ts';
import { readSmallFile, replaceFile } from './files.ts';

/** What is readable without the key, and authenticated with it. */
export interface VaultHeader {
  readonly format: 'hallpass-vault/1';
  /** Names the keychain item. */
  readonly id: string;
  readonly backend: 'keyring' | 'keytar' | 'file';
  /** Only with a passphrase. `n`: scrypt's cost, r = 8, p = 1. */
  readonly scrypt?: { readonly salt: string; readonly n: number };
}

export interface VaultContent {
  /** Seed of the Ed25519 device key, 32 bytes, base64. */
  readonly device: string;
  /** All other keys derive from it; 32 bytes, base64. */
  readonly master: string;
  /** By keyed digest of the workspace: what its key derives from, and the day (since 1970) of the last use. */
  readonly workspaces: Readonly<Record<string, { readonly epoch: string; readonly used: number }>>;
}

/** A vault as it lies on the disk. */
export interface LockedVault {
  readonly header: VaultHeader;
  readonly check: Buffer;
  readonly nonce: Buffer;
  readonly sealed: Buffer;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHECK_BYTES = 16;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_SCRYPT_N = 2 ** 20;

/** Reads the vault file; undefined if there is none. Throws ERR_VAULT_DAMAGED. */
export function readVaultFile(path: string): LockedVault | undefined {
  const bytes = readSmallFile(path, MAX_BYTES);
  if (bytes === undefined) return undefined;
  const vault = parseVault(bytes.toString());
  if (vault === undefined) throw damaged(path);
  return vault;
}

/** Encrypts and writes, replacing the file as a whole. */
export function writeVaultFile(
  path: string,
  key: Uint8Array,
  vault: { header: VaultHeader; content: VaultContent },
): void {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, subkey(key, 'encryption', 32), nonce);
  cipher.setAAD(Buffer.from(headerText(vault.header)));
  const sealed = Buffer.concat([
    cipher.update(JSON.stringify(vault.content)),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  const check = subkey(key, 'check', CHECK_BYTES);
  const file = { ...vault.header, check: hex(check), nonce: hex(nonce), sealed: hex(sealed) };
  replaceFile(path, `${JSON.stringify(file, null, 2)}\n`);
}

/** True when `key` is the one the vault was made with. */
export function fits(vault: LockedVault, key: Uint8Array): boolean {
  return timingSafeEqual(subkey(key, 'check', CHECK_BYTES), vault.check);
}

/** Decrypts with a key that fits. Throws ERR_VAULT_DAMAGED. */
export function unlock(path: string, vault: LockedVault, key: Uint8Array): VaultContent {
  try {
    const decipher = createDecipheriv(CIPHER, subkey(key, 'encryption', 32), vault.nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(headerText(vault.header)));
    decipher.setAuthTag(vault.sealed.subarray(-TAG_BYTES));
    const plain = Buffer.concat([decipher.update(vault.sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    // Authentic: we wrote it.
    return JSON.parse(plain.toString()) as VaultContent;
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause?: unknown): HallpassError {
  return new HallpassError('ERR_VAULT_DAMAGED', `${path}, which holds this device's keys, is damaged`, {
    cause,
  });
}

function headerText({ format, id, backend, scrypt }: VaultHeader): string {
  return canonical({ format, id, backend, scrypt });
}

function subkey(key: Uint8Array, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `hallpass vault ${purpose}`, bytes));
}

function parseVault(text: string): LockedVault | undefined {
  const file = parseObject(text);
  const header = file && parseHeader(file);
  if (!file || !header) return undefined;
  const check = Buffer.from(String(file['check']), 'hex');
  const nonce = Buffer.from(String(file['nonce']), 'hex');
  const sealed = Buffer.from(String(file['sealed']), 'hex');
  if (check.length !== CHECK_BYTES || nonce.length !== NONCE_BYTES || sealed.length <= TAG_BYTES)
    return undefined;
  return { header, check, nonce, sealed };
}

function parseHeader(file: Record<string, unknown>): VaultHeader | undefined {
  const { format, id, backend } = file;
  if (format !== 'hallpass-vault/1' || typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id)) return undefined;
  if (backend === 'keyring' || backend === 'keytar') return { format, id, backend };
  const scrypt = parseScrypt(file['scrypt']);
  return backend === 'file' && scrypt ? { format, id, backend, scrypt } : undefined;
}

function parseScrypt(value: unknown): VaultHeader['scrypt'] | undefined {
  if (typeof value !== 'object' || value === null || !('salt' in value) || !('n' in value)) return undefined;
  const { salt, n } = value;
  if (typeof salt !== 'string' || typeof n !== 'number') return undefined;
  // A power of two, and no more than a machine can bear: the file may have been edited.
  return n > 1 && n <= MAX_SCRYPT_N && Number.isInteger(Math.log2(n)) ? { salt, n } : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}
