import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';

import type { SignerRecord } from './event.ts';
import { sshPublicKey } from './ssh-wire.ts';

/** An Ed25519 key that can sign a session's checkpoint. */
export interface Signer {
  readonly record: SignerRecord;
  /** The 32 raw bytes of the public key. */
  readonly publicKey: Uint8Array;
  sign(data: Uint8Array): Uint8Array;
}

// RFC 8410 section 7: the DER that precedes the 32 bytes of an Ed25519 private key.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A signer from the 32-byte seed of an Ed25519 key. */
export function signerFromSeed(seed: Uint8Array, kind: SignerRecord['kind']): Signer {
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return signerFromKey(key, kind);
}

/** A signer whose key exists in this process only. */
export function ephemeralSigner(): Signer {
  return signerFromKey(generateKeyPairSync('ed25519').privateKey, 'ephemeral');
}

/** The fingerprint `ssh-keygen -l` shows: `SHA256:` and the unpadded base64 of the hash of the key's SSH encoding. */
export function fingerprint(publicKey: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(sshPublicKey(publicKey)).digest('base64').replace(/=+$/, '')}`;
}

function signerFromKey(key: KeyObject, kind: SignerRecord['kind']): Signer {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = Buffer.from(String(x), 'base64url');
  return {
    record: { kind, key: fingerprint(publicKey) },
    publicKey,
    sign: (data) => sign(null, data, key),
  };
}
