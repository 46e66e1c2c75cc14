import { createHash, hash } from 'node:crypto';

import type { PayloadRecord } from './event.ts';

/**
 * A record of the sidecar: 4 bytes magic, 4 bytes length (big endian), 16 bytes salt, then the masked bytes. A redacted
 * record keeps its place with length 0 and a salt of zeros.
 */
export const RECORD = { headerBytes: 8, saltBytes: 16 } as const;
export const PREFIX_BYTES = RECORD.headerBytes + RECORD.saltBytes;

const STORED = 0x48504c31; // HPL1
const REDACTED = 0x48505831; // HPX1
const NO_SALT = Buffer.alloc(RECORD.saltBytes);

export type RecordHeader =
  | { readonly state: 'stored'; readonly size: number }
  | { readonly state: 'redacted' };

/** The 24 bytes before a payload of `size` bytes. */
export function payloadPrefix(size: number, salt: Uint8Array): Buffer {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  prefix.writeUInt32BE(STORED, 0);
  prefix.writeUInt32BE(size, 4);
  prefix.set(salt, RECORD.headerBytes);
  return prefix;
}

/** The 24 bytes that stand for a payload that was removed. */
export function redactedRecord(): Buffer {
  const record = Buffer.alloc(PREFIX_BYTES);
  record.writeUInt32BE(REDACTED, 0);
  return record;
}

/** Reads the 24 bytes before a payload; undefined if that is no record. */
export function readPrefix(bytes: Buffer): RecordHeader | undefined {
  if (bytes.length < PREFIX_BYTES) return undefined;
  const magic = bytes.readUInt32BE(0);
  const size = bytes.readUInt32BE(4);
  if (magic === STORED) return { state: 'stored', size };
  const salt = bytes.subarray(RECORD.headerBytes, PREFIX_BYTES);
  return magic === REDACTED && size === 0 && NO_SALT.equals(salt) ? { state: 'redacted' } : undefined;
}

/** The commitment to a payload whose salt and bytes stand next to each other. */
export function commitment(saltAndBytes: Uint8Array): string {
  return hash('sha256', saltAndBytes, 'hex');
}

/** What an event says of a payload. */
export function payloadRecord(salt: Uint8Array, bytes: Uint8Array): PayloadRecord {
  const commit = createHash('sha256').update(salt).update(bytes).digest('hex');
  return { size: bytes.length, commit };
}
