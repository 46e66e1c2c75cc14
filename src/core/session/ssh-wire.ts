import { createPublicKey, type KeyObject } from 'node:crypto';

const KEY_TYPE = 'ssh-ed25519';

/** A `string` of the SSH wire format (RFC 4251 section 5): four bytes of length, then the bytes. */
export function sshString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The `string` that begins at `at`, without its length; undefined if it reaches past the end. */
export function readSshString(bytes: Buffer, at: number): Buffer | undefined {
  if (at + 4 > bytes.length) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : bytes.subarray(at + 4, end);
}

/** An Ed25519 public key of 32 raw bytes as Node has it. */
export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  const x = Buffer.from(raw).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** An Ed25519 public key of 32 raw bytes in its SSH encoding (RFC 8709 section 4). */
export function sshPublicKey(raw: Uint8Array): Buffer {
  return Buffer.concat([sshString(KEY_TYPE), sshString(raw)]);
}

/** The raw 32 bytes of an SSH-encoded Ed25519 public key, or undefined if it is anything else. */
export function rawPublicKey(encoded: Uint8Array): Buffer | undefined {
  const head = sshString(KEY_TYPE);
  const bytes = Buffer.from(encoded);
  if (bytes.length !== head.length + 4 + 32) return undefined;
  const raw = bytes.subarray(head.length + 4);
  return sshPublicKey(raw).equals(bytes) ? raw : undefined;
}

/** An Ed25519 signature of 64 bytes in its SSH encoding (RFC 8709 section 6). */
export function sshSignature(raw: Uint8Array): Buffer {
  return Buffer.concat([sshString(KEY_TYPE), sshString(raw)]);
}

/** The raw 64 bytes of an SSH-encoded Ed25519 signature, or undefined if it is anything else. */
export function rawSignature(encoded: Uint8Array): Buffer | undefined {
  const raw = Buffer.from(encoded).subarray(-64);
  return raw.length === 64 && sshSignature(raw).equals(encoded) ? raw : undefined;
}
