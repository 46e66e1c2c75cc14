const KEY_TYPE = 'ssh-ed25519';

/** A `string` of the SSH wire format (RFC 4251 section 5): four bytes of length, then the bytes. */
export function sshString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
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
