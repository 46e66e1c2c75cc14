import { createHash, verify } from 'node:crypto';

import { type Checkpoint, checkpointText, parseCheckpoint } from '../session/checkpoint.ts';
import type { Signer } from '../session/signer.ts';
import { ed25519PublicKey } from '../session/ssh-wire.ts';

/**
 * C2SP signed notes (c2sp.org/signed-note) whose text is a log's checkpoint (c2sp.org/tlog-checkpoint). Ed25519 only; the
 * key's name is the log's origin.
 */

const ED25519 = 0x01;
const DASH = '\u2014';

/** A log's public key, as pinned at login. */
export interface LogKey {
  /** The log's origin. */
  readonly name: string;
  /** 32 raw bytes. */
  readonly publicKey: Buffer;
}

/** The checkpoint's text and the log's signature. */
export function signNote(checkpoint: Checkpoint, signer: Pick<Signer, 'publicKey' | 'sign'>): string {
  const text = checkpointText(checkpoint);
  const id = keyId({ name: checkpoint.origin, publicKey: Buffer.from(signer.publicKey) });
  const signature = Buffer.concat([id, signer.sign(Buffer.from(text))]);
  return `${text}\n${DASH} ${checkpoint.origin} ${signature.toString('base64')}\n`;
}

/**
 * Reads a note that this key has signed. Undefined unless it is of this log, and well formed, and the signature holds;
 * signatures of others (witnesses) are left alone, as the specification asks.
 */
export function openNote(note: string, key: LogKey): Checkpoint | undefined {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const checkpoint = end === -1 ? undefined : parseCheckpoint(text);
  if (checkpoint?.origin !== key.name) return undefined;
  const id = keyId(key);
  for (const line of note.slice(end + 2).split('\n')) {
    const encoded = line.split(' ')[2] ?? '';
    const bytes = Buffer.from(encoded, 'base64');
    // Spelled in the one way it has, so that no edit of a note goes unnoticed.
    if (line !== `${DASH} ${key.name} ${bytes.toString('base64')}`) continue;
    if (!bytes.subarray(0, id.length).equals(id)) continue;
    const signature = bytes.subarray(id.length);
    const holds = verify(null, Buffer.from(text), ed25519PublicKey(key.publicKey), signature);
    return holds ? checkpoint : undefined;
  }
  return undefined;
}

/** The key in the form verifiers take: `name+hash+key`. */
export function logKeyText(key: LogKey): string {
  const encoded = Buffer.concat([Buffer.from([ED25519]), key.publicKey]).toString('base64');
  return `${key.name}+${keyId(key).toString('hex')}+${encoded}`;
}

/** Reads `name+hash+key`; undefined unless it is exactly what `logKeyText` writes. */
export function parseLogKey(text: string): LogKey | undefined {
  const [name = '', , ...rest] = text.split('+');
  const bytes = Buffer.from(rest.join('+'), 'base64');
  if (name === '' || bytes.length !== 33 || bytes[0] !== ED25519) return undefined;
  const key = { name, publicKey: bytes.subarray(1) };
  return logKeyText(key) === text ? key : undefined;
}

function keyId({ name, publicKey }: LogKey): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ED25519]), publicKey]);
  return createHash('sha256').update(bytes).digest().subarray(0, 4);
}
