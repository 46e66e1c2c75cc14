import { randomBytes } from 'node:crypto';
import { closeSync, fdatasync, write } from 'node:fs';
import { promisify } from 'node:util';

import { LIMITS } from '../core/limits.ts';
import type { Event, EventBody, PayloadRecord } from '../core/session/event.ts';
import { eventText } from '../core/session/event-text.ts';
import { sizeOf } from '../core/session/joined-output.ts';
import { commitment, payloadPrefix, payloadRecord, PREFIX_BYTES, RECORD } from '../core/session/payload.ts';
import type { MerkleTree } from '../core/session/tree.ts';
import { writeFully } from './files.ts';

const datasync = promisify(fdatasync);
const writeSome = promisify(write);

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

/** Where one record after another is put together: to make room for each anew takes longer than to hash it. */
export class RecordRoom {
  #bytes = Buffer.alloc(0);

  /** All parts in one place, until the next time. */
  hold(parts: readonly Uint8Array[], size: number): Buffer {
    if (this.#bytes.length < size) this.#bytes = Buffer.allocUnsafe(size + LIMITS.outputEventBytes);
    let end = 0;
    for (const part of parts) {
      this.#bytes.set(part, end);
      end += part.length;
    }
    return this.#bytes.subarray(0, end);
  }
}

/** When an event happened; see `Envelope`. */
export interface Moment {
  readonly time: number;
  readonly mono: number;
}

/** What an event takes in the files. */
export interface Written {
  readonly log: number;
  readonly payloads: number;
}

/** Writes one event: its payload to the sidecar, then its line to the log and the tree. Throws what writing throws. */
export function appendEvent(
  target: SessionTarget,
  moment: Moment,
  record: { readonly body: EventBody; readonly payload?: Uint8Array | undefined },
): Written {
  const { body, payload } = record;
  const stored = payload === undefined ? undefined : writePayload(target.payloads, payload);
  return appendLine(target, moment, { body, stored });
}

/**
 * The same for a payload in parts, which another thread writes, so that this one can do something else. No other event with a
 * payload may be appended meanwhile.
 */
export async function appendEventAside(
  target: SessionTarget,
  moment: Moment,
  { body, parts, room }: { body: EventBody; parts: readonly Uint8Array[]; room: RecordRoom },
): Promise<Written> {
  if (parts.length === 0) return appendLine(target, moment, { body, stored: undefined });
  const size = sizeOf(parts);
  const record = room.hold([payloadPrefix(size, nextSalt()), ...parts], PREFIX_BYTES + size);
  const writing = writeAside(target.payloads, record);
  // Here, since to hand it to another thread takes longer: it would be copied once more.
  const commit = commitment(record.subarray(RECORD.headerBytes));
  await writing;
  return appendLine(target, moment, { body, stored: { size, commit } });
}

function appendLine(
  target: SessionTarget,
  moment: Moment,
  { body, stored }: { readonly body: EventBody; readonly stored: PayloadRecord | undefined },
): Written {
  const envelope = { ...moment, seq: target.tree.size, ...(stored && { payload: stored }) };
  const event: Event = { ...body, ...envelope };
  const line = Buffer.from(`${eventText(event)}\n`);
  if (line.length > LIMITS.eventBytes) throw new RangeError('the event is too large');
  writeFully(target.log, line);
  target.tree.append(line.subarray(0, -1));
  return { log: line.length, payloads: stored === undefined ? 0 : PREFIX_BYTES + stored.size };
}

async function writeAside(fd: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await writeSome(fd, bytes, done)).bytesWritten;
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
