import { createHash, verify } from 'node:crypto';

import type { Signer } from '../session/signer.ts';
import { ed25519PublicKey } from '../session/ssh-wire.ts';
import type { LogKey } from './note.ts';

/**
 * Cosignatures of C2SP (c2sp.org/tlog-cosignature, Ed25519): who made one has seen, at the time it names, the tree of that
 * checkpoint as the largest of its origin, and consistent with all before. The hub's word on a session that still runs.
 */

const DASH = '\u2014';
const ALGORITHM = 0x04;
const ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** Cosigns a checkpoint's text at a time, seconds since 1970. Returns the signature line of a note, without its newline. */
export function cosign(
  text: string,
  seconds: number,
  by: { readonly name: string; readonly signer: Pick<Signer, 'publicKey' | 'sign'> },
): string {
  const key = { name: by.name, publicKey: Buffer.from(by.signer.publicKey) };
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = by.signer.sign(signedText(text, seconds));
  return line(key, Buffer.concat([cosignerId(key), time, signature]));
}

/** When this key cosigned the checkpoint, seconds since 1970; undefined unless the line is well formed and holds. */
export function openCosignature(cosignature: string, text: string, key: LogKey): number | undefined {
  const bytes = Buffer.from(cosignature.split(' ')[2] ?? '', 'base64');
  // Spelled in the one way it has.
  if (cosignature !== line(key, bytes)) return undefined;
  if (bytes.length !== ID_BYTES + TIME_BYTES + SIGNATURE_BYTES) return undefined;
  if (!bytes.subarray(0, ID_BYTES).equals(cosignerId(key))) return undefined;
  const seconds = Number(bytes.readBigUInt64BE(ID_BYTES));
  if (!Number.isSafeInteger(seconds)) return undefined;
  const signature = bytes.subarray(ID_BYTES + TIME_BYTES);
  const holds = verify(null, signedText(text, seconds), ed25519PublicKey(key.publicKey), signature);
  return holds ? seconds : undefined;
}

function signedText(text: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

function line({ name }: LogKey, bytes: Buffer): string {
  return `${DASH} ${name} ${bytes.toString('base64')}`;
}

// Another algorithm than that of the log's own heads, so the same key may serve both.
function cosignerId({ name, publicKey }: LogKey): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ALGORITHM]), publicKey]);
  return createHash('sha256').update(bytes).digest().subarray(0, ID_BYTES);
}
