import { generateKeyPairSync, randomBytes } from 'node:crypto';

import { type CryptoKey, importJWK, type JWK } from 'jose';

import { HallpassError } from '../core/errors.ts';
import { type Signer, signerFromSeed } from '../core/session/signer.ts';
import { sshPublicKey } from '../core/session/ssh-wire.ts';

/** The hub's private keys. Whoever has them is the hub. */
export interface HubKeys {
  /** Signs tokens: ES256. */
  readonly token: TokenKey;
  /** Certifies sealing keys. */
  readonly authority: Signer;
  /** Signs the transparency log. */
  readonly log: Signer;
  /** Signs ID tokens of the development provider. */
  readonly development: JWK;
}

export interface TokenKey {
  readonly kid: string;
  readonly private: CryptoKey;
  readonly public: CryptoKey;
  readonly publicJwk: JWK;
}

/** Where the keys lie; what protects them there is the store's affair. */
export interface KeyStore {
  /** Undefined: none have been stored yet. */
  read(): Promise<Buffer | undefined>;
  write(keys: Buffer): Promise<void>;
}

interface StoredKeys {
  readonly format: 'hallpass-hub-keys/1';
  readonly token: JWK;
  /** Seeds of Ed25519 keys, base64. */
  readonly authority: string;
  readonly log: string;
  readonly development: JWK;
}

/**
 * The keys of this hub, made on its first start.
 *
 * @throws {HallpassError} ERR_HUB_DATA when they can't be read
 */
export async function loadKeys(store: KeyStore): Promise<HubKeys> {
  const stored = await store.read();
  if (stored !== undefined) return imported(parse(stored));
  const made = makeKeys();
  await store.write(Buffer.from(JSON.stringify(made)));
  return imported(made);
}

/** The certificate authority's public key as `ssh-ed25519 AAAA…`. */
export function authorityText({ authority }: HubKeys): string {
  return `ssh-ed25519 ${sshPublicKey(authority.publicKey).toString('base64')}`;
}

function makeKeys(): StoredKeys {
  return {
    format: 'hallpass-hub-keys/1',
    token: makeJwk(),
    authority: randomBytes(32).toString('base64'),
    log: randomBytes(32).toString('base64'),
    development: makeJwk(),
  };
}

function makeJwk(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(9).toString('base64url');
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid, alg: 'ES256', use: 'sig' };
}

async function imported({ token, authority, log, development }: StoredKeys): Promise<HubKeys> {
  const { d: _, ...publicJwk } = token;
  return {
    token: {
      kid: String(token.kid),
      private: (await importJWK(token, 'ES256')) as CryptoKey,
      public: (await importJWK(publicJwk, 'ES256')) as CryptoKey,
      publicJwk,
    },
    authority: signerFromSeed(Buffer.from(authority, 'base64'), 'device'),
    log: signerFromSeed(Buffer.from(log, 'base64'), 'device'),
    development,
  };
}

function parse(bytes: Buffer): StoredKeys {
  try {
    const keys = JSON.parse(bytes.toString()) as StoredKeys;
    if (keys.format === 'hallpass-hub-keys/1') return keys;
  } catch (cause) {
    throw new HallpassError('ERR_HUB_DATA', "the hub's keys are damaged", { cause });
  }
  throw new HallpassError('ERR_HUB_DATA', "the hub's keys have a form that this version doesn't know");
}
