import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { privateDirectory, readSmallFile, replaceFile } from './files.ts';
import { lock, lockSync, type Lock } from './locks.ts';

const FORMAT = Buffer.from('hallpass-sealed/1\n');
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Named JSON values, each in a file of its own: AES-256-GCM under a key of the vault's, mode 0600, replaced as a whole.
 * The files' names are keyed digests, so that not even the names of connections are on the disk in clear; and each value
 * is bound to its name, so that no file passes for another.
 */
export class CredentialStore {
  readonly #directory: string;
  readonly #key: Uint8Array;

  /** `key`: 32 bytes that only this device's vault gives. */
  constructor(directory: string, key: Uint8Array) {
    this.#directory = directory;
    this.#key = key;
  }

  /** Undefined if there is none. Throws ERR_CREDENTIALS_DAMAGED. */
  read(name: string): unknown {
    const path = this.#path(name);
    const sealed = readSmallFile(path, LIMITS.credentialBytes);
    if (sealed === undefined) return undefined;
    try {
      return JSON.parse(this.#open(name, sealed).toString('utf8'));
    } catch (cause) {
      throw new HallpassError('ERR_CREDENTIALS_DAMAGED', `${path}, which holds credentials, is damaged`, {
        cause,
      });
    }
  }

  write(name: string, value: unknown): void {
    privateDirectory(this.#directory);
    replaceFile(this.#path(name), this.#seal(name, Buffer.from(JSON.stringify(value))));
  }

  remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  /** Replaces the value by what `change` makes of it, under a lock; undefined removes it. */
  update(name: string, change: (value: unknown) => unknown): void {
    privateDirectory(this.#directory);
    const held = lockSync(`${this.#path(name)}.lock`);
    try {
      const value = change(this.read(name));
      if (value === undefined) this.remove(name);
      else this.write(name, value);
    } finally {
      held.release();
    }
  }

  /** Waits for the lock of this name, as long as another process may need for a request. */
  async lock(name: string): Promise<Lock> {
    privateDirectory(this.#directory);
    return lock(`${this.#path(`lock ${name}`)}.lock`, LIMITS.refreshLockMs);
  }

  #path(name: string): string {
    const digest = createHmac('sha256', this.#subkey('name')).update(name).digest('hex').slice(0, 32);
    return join(this.#directory, `${digest}.sealed`);
  }

  #seal(name: string, plain: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#subkey(`content ${name}`), nonce);
    cipher.setAAD(FORMAT);
    return Buffer.concat([FORMAT, nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  #open(name: string, sealed: Buffer): Buffer {
    const body = sealed.subarray(FORMAT.length);
    if (!sealed.subarray(0, FORMAT.length).equals(FORMAT) || body.length < NONCE_BYTES + TAG_BYTES)
      throw new Error('not a sealed file');
    const nonce = body.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#subkey(`content ${name}`), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(FORMAT);
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  }

  #subkey(purpose: string): Uint8Array {
    return new Uint8Array(hkdfSync('sha256', this.#key, '', `hallpass credentials ${purpose}`, 32));
  }
}
