import { verify } from 'node:crypto';

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
 * OpenSSH user certificates for Ed25519 keys (OpenSSH, PROTOCOL.certkeys): a certificate authority's word on whose a key
 * is, and for how long.
 */
export interface Certificate {
  /** The certified key, 32 raw bytes. */
  readonly publicKey: Buffer;
  /** Who signed, 32 raw bytes. Written by whoever made the certificate: says who claims to have signed. */
  readonly authority: Buffer;
  readonly nonce: Buffer;
  readonly serial: bigint;
  /** For the record: `<issuer>|<sub>`. */
  readonly keyId: string;
  readonly principals: readonly string[];
  /** Seconds since 1970; valid from `validAfter` on, and before `validBefore`. */
  readonly validAfter: number;
  readonly validBefore: number;
  /** 64 raw bytes. */
  readonly signature: Buffer;
}

export type CertificateDetails = Omit<Certificate, 'authority' | 'signature'>;

export const CERTIFICATE_TYPE = 'ssh-ed25519-cert-v01@openssh.com';

const USER = 1;
const NONE = '';

/** Makes a user certificate without options and extensions. Returns its SSH encoding. */
export function signCertificate(details: CertificateDetails, authority: Signer): Buffer {
  const body = encodeBody({ ...details, authority: Buffer.from(authority.publicKey) });
  return Buffer.concat([body, sshString(sshSignature(authority.sign(body)))]);
}

/** The SSH encoding of a certificate. */
export function encodeCertificate(certificate: Certificate): Buffer {
  return Buffer.concat([encodeBody(certificate), sshString(sshSignature(certificate.signature))]);
}

/**
 * Reads a certificate's SSH encoding. Strict: undefined unless it is, byte for byte, what `signCertificate` would have
 * written, so a certificate with options, extensions or of another type is none.
 */
export function parseCertificate(encoded: Uint8Array): Certificate | undefined {
  const bytes = Buffer.from(encoded);
  const found = readFields(bytes);
  return found !== undefined && encodeCertificate(found).equals(bytes) ? found : undefined;
}

/** True when the authority that the certificate names has signed it. Says nothing of whether to believe that authority. */
export function verifyCertificate(certificate: Certificate): boolean {
  const { authority, signature } = certificate;
  return verify(null, encodeBody(certificate), ed25519PublicKey(authority), signature);
}

function encodeBody(fields: Omit<Certificate, 'signature'>): Buffer {
  return Buffer.concat([
    sshString(CERTIFICATE_TYPE),
    sshString(fields.nonce),
    sshString(fields.publicKey),
    uint64(fields.serial),
    uint32(USER),
    sshString(fields.keyId),
    sshString(Buffer.concat(fields.principals.map((principal) => sshString(principal)))),
    uint64(BigInt(fields.validAfter)),
    uint64(BigInt(fields.validBefore)),
    sshString(NONE),
    sshString(NONE),
    sshString(NONE),
    sshString(sshPublicKey(fields.authority)),
  ]);
}

// Everything here may be the attacker's: lengths too. What is short or out of place shows when it is encoded again.
function readFields(bytes: Buffer): Certificate | undefined {
  const reader = new Reader(bytes);
  const type = reader.string();
  const nonce = reader.string();
  const publicKey = reader.string();
  const serial = reader.uint64();
  reader.skip(4);
  const keyId = reader.string();
  const principals = reader.string();
  const [validAfter, validBefore] = [reader.uint64(), reader.uint64()];
  for (let option = 0; option < 3; option += 1) reader.string();
  const authority = rawPublicKey(reader.string());
  const signature = rawSignature(reader.string());
  if (reader.failed || type.toString() !== CERTIFICATE_TYPE || publicKey.length !== 32) return undefined;
  if (authority === undefined || signature === undefined) return undefined;
  const times = [Number(validAfter), Number(validBefore)] as const;
  if (!times.every(Number.isSafeInteger)) return undefined;
  return {
    publicKey,
    authority,
    nonce,
    serial,
    keyId: keyId.toString(),
    principals: readStrings(principals),
    validAfter: times[0],
    validBefore: times[1],
    signature,
  };
}

function readStrings(bytes: Buffer): string[] {
  const reader = new Reader(bytes);
  const strings: string[] = [];
  while (!reader.atEnd && !reader.failed) strings.push(reader.string().toString());
  return strings;
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  failed = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  string(): Buffer {
    const value = readSshString(this.#bytes, this.#at);
    if (value === undefined) return this.#fail();
    this.#at += 4 + value.length;
    return value;
  }

  uint64(): bigint {
    const at = this.#at;
    this.skip(8);
    return this.failed ? 0n : this.#bytes.readBigUInt64BE(at);
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.#bytes.length) this.#fail();
  }

  #fail(): Buffer {
    this.failed = true;
    return Buffer.alloc(0);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
