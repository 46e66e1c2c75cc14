import { randomBytes } from 'node:crypto';
import { closeSync, fdatasync } from 'node:fs';
import { promisify } from 'node:util';

import { LIMITS } from '../core/limits.ts';
import type { Event, EventBody, PayloadRecord } from '../core/session/event.ts';
import { eventText } from '../core/session/event-text.ts';
import { commitment, payloadPrefix, payloadRecord, PREFIX_BYTES, RECORD } from '../core/session/payload.ts';
import type { MerkleTree } from '../core/session/tree.ts';
import { writeFully } from './files.ts';

const datasync = promisify(fdatasync);

/** Payloads up to this size are copied to where their salt is: to be hashed in one call, and written in one. */
const COPY_BYTES = 64 * 1024;
const copy = Buffer.alloc(PREFIX_BYTES + COPY_BYTES);

export interface SessionTarget {
  /** Descriptors of log and sidecar, open for appending. */
  readonly log: number;
  readonly payloads: number;
  /** Holds the lines that are in the log. */
  readonly tree: MerkleTree;
}

/** When an event happened; see `Envelope`. */
export interface Moment {
  readonly time: number;
  readonly mono: number;
}

/** Writes one event: its payload to the sidecar, then its line to the log and the tree. Throws what writing throws. */
export function appendEvent(
  target: SessionTarget,
  moment: Moment,
  record: { readonly body: EventBody; readonly payload?: Uint8Array | undefined },
): void {
  const { body, payload } = record;
  const stored = payload === undefined ? undefined : writePayload(target.payloads, payload);
  const envelope = { ...moment, seq: target.tree.size, ...(stored && { payload: stored }) };
  const event: Event = { ...body, ...envelope };
  const line = Buffer.from(`${eventText(event)}\n`);
  if (line.length > LIMITS.eventBytes) throw new RangeError('the event is too large');
  writeFully(target.log, line);
  target.tree.append(line.subarray(0, -1));
}

/** Resolves when everything written is on the disk: payloads first, so that an event there finds its bytes. */
export async function syncTarget(target: SessionTarget): Promise<void> {
  await datasync(target.payloads);
  await datasync(target.log);
}

export function closeTarget(target: SessionTarget): void {
  closeSync(target.payloads);
  closeSync(target.log);
}

function writePayload(fd: number, bytes: Uint8Array): PayloadRecord {
  const salt = nextSalt();
  const prefix = payloadPrefix(bytes.length, salt);
  if (bytes.length <= COPY_BYTES) return writeCopy(fd, prefix, bytes);
  writeFully(fd, prefix);
  writeFully(fd, bytes);
  return payloadRecord(salt, bytes);
}

function writeCopy(fd: number, prefix: Uint8Array, bytes: Uint8Array): PayloadRecord {
  copy.set(prefix);
  copy.set(bytes, PREFIX_BYTES);
  const record = copy.subarray(0, PREFIX_BYTES + bytes.length);
  writeFully(fd, record);
  return { size: bytes.length, commit: commitment(record.subarray(RECORD.headerBytes)) };
}

let salts = Buffer.alloc(0);

// Random bytes are cheap by the thousand and dear one by one.
function nextSalt(): Buffer {
  if (salts.length < RECORD.saltBytes) salts = randomBytes(4096);
  const salt = salts.subarray(0, RECORD.saltBytes);
  salts = salts.subarray(RECORD.saltBytes);
  return salt;
}
