import { createHash, verify } from 'node:crypto';

import { type Certificate, encodeCertificate, parseCertificate } from './certificate.ts';
import type { Signer } from './signer.ts';
import {
  ed25519PublicKey,
  rawPublicKey,
  rawSignature,
  readSshString,
  sshPublicKey,
  sshSignature,
  sshString,
} from './ssh-wire.ts';

/**
 * Detached SSH signatures, as `ssh-keygen -Y sign` makes and `ssh-keygen -Y verify` checks them (OpenSSH,
 * PROTOCOL.sshsig). Ed25519 only.
 */

const MAGIC = 'SSHSIG';
const VERSION = 1;
const BEGIN = '-----BEGIN SSH SIGNATURE-----\n';
const END = '\n-----END SSH SIGNATURE-----\n';
const HASH = 'sha512';

export interface SshSignature {
  /** 32 raw bytes. Written by whoever wrote the signature: says who claims to have signed, not who is trusted. */
  readonly publicKey: Buffer;
  /** The certificate that came as the public key, if it was one. Unchecked: anybody can write one. */
  readonly certificate?: Certificate;
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  readonly signature: Buffer;
}

/** A signer with a certificate for its key, which the signature then carries. */
export type CertifiedSigner = Signer & { readonly certificate?: Certificate };

/** Signs `message` for `namespace` and returns the armored signature. */
export function signSsh(message: Uint8Array, namespace: string, signer: CertifiedSigner): string {
  const signature = signer.sign(signedData(message, namespace, HASH));
  return armor({
    publicKey: Buffer.from(signer.publicKey),
    ...(signer.certificate && { certificate: signer.certificate }),
    namespace,
    hash: HASH,
    signature: Buffer.from(signature),
  });
}

/**
 * Reads an armored signature. Strict: what it accepts is, byte for byte, what `ssh-keygen` or `signSsh` would have
 * written, so no edit of the file goes unnoticed. Returns undefined for everything else.
 */
export function parseSsh(armored: string): SshSignature | undefined {
  const fields = readBlob(Buffer.from(armored.slice(BEGIN.length, -END.length), 'base64'));
  if (fields === undefined) return undefined;
  return armor(fields) === armored ? fields : undefined;
}

/** True when `signature` was made over exactly `message` and for `namespace`, by the key it names. */
export function verifySsh(message: Uint8Array, namespace: string, signature: SshSignature): boolean {
  if (signature.namespace !== namespace) return false;
  const key = ed25519PublicKey(signature.publicKey);
  return verify(null, signedData(message, namespace, signature.hash), key, signature.signature);
}

function signedData(message: Uint8Array, namespace: string, hash: SshSignature['hash']): Buffer {
  const digest = createHash(hash).update(message).digest();
  return Buffer.concat([
    Buffer.from(MAGIC),
    sshString(namespace),
    sshString(''),
    sshString(hash),
    sshString(digest),
  ]);
}

function armor(signature: SshSignature): string {
  const version = Buffer.alloc(4);
  version.writeUInt32BE(VERSION);
  const blob = Buffer.concat([
    Buffer.from(MAGIC),
    version,
    sshString(encodeKey(signature)),
    sshString(signature.namespace),
    sshString(''),
    sshString(signature.hash),
    sshString(sshSignature(signature.signature)),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return `${BEGIN}${lines.join('\n')}${END}`;
}

function encodeKey({ certificate, publicKey }: SshSignature): Buffer {
  return certificate === undefined ? sshPublicKey(publicKey) : encodeCertificate(certificate);
}

function readKey(encoded: Buffer): Pick<SshSignature, 'publicKey' | 'certificate'> | undefined {
  const publicKey = rawPublicKey(encoded);
  if (publicKey !== undefined) return { publicKey };
  const certificate = parseCertificate(encoded);
  return certificate && { publicKey: certificate.publicKey, certificate };
}

function readBlob(blob: Buffer): SshSignature | undefined {
  const start = MAGIC.length + 4;
  const fields = readStrings(blob.subarray(start));
  const [encoded, namespace, , hash, signature] = fields ?? [];
  if (!encoded || !namespace || !hash || !signature) return undefined;
  const key = readKey(encoded);
  const raw = rawSignature(signature);
  const name = hash.toString('latin1');
  if (!key || !raw || (name !== 'sha256' && name !== 'sha512')) return undefined;
  return { ...key, namespace: namespace.toString(), hash: name, signature: raw };
}

// Lengths are the attacker's.
function readStrings(bytes: Buffer): Buffer[] | undefined {
  const found: Buffer[] = [];
  for (let at = 0; found.length < 5;) {
    const value = readSshString(bytes, at);
    if (value === undefined) return undefined;
    found.push(value);
    at += 4 + value.length;
  }
  return found;
}
