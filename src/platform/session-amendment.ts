import { closeSync, fdatasyncSync, ftruncateSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { LIMITS } from '../core/limits.ts';
import { canonical, parseCanonical } from '../core/session/canonical.ts';
import {
  fileExists,
  fileSize,
  openForAppend,
  openForReading,
  readSmallFile,
  replaceFile,
  syncDirectory,
  writeFully,
} from './files.ts';
import { lock, tryLock } from './locks.ts';
import type { SessionFiles } from './session-files.ts';

/** What a session becomes: all that it takes to bring it there from wherever a crash has left it, without any key. */
export interface Amendment {
  /** Bytes of the log before it. */
  readonly log_size: number;
  /** What then follows, newlines included. */
  readonly lines: string;
  /** Bytes of the rewritten sidecar; undefined: it stays as it is. */
  readonly payload_size?: number | undefined;
  readonly checkpoint: string;
  readonly signature: string;
}

const JOURNAL_BYTES = 8 * LIMITS.amendmentBytes;

/** Something is being added to the session, or was when its process died. */
export function isBeingAmended(files: SessionFiles): boolean {
  return fileExists(files.amendment) || fileExists(files.rewritten);
}

/** From here on it is done, whatever becomes of this process. What it needs is on the disk before. */
export function commitAmendment(files: SessionFiles, amendment: Amendment): void {
  syncDirectory(dirname(files.log));
  const { log_size, lines, payload_size, checkpoint, signature } = amendment;
  replaceFile(files.amendment, canonical({ log_size, lines, payload_size, checkpoint, signature }));
}

/** Ends what a process that died has begun. While another is at it, waits for that where it is committed. */
export async function settleAmendment(files: SessionFiles): Promise<void> {
  const held = fileExists(files.amendment) ? await lock(files.lock) : tryLock(files.lock);
  // Still prepared: the session is as it was before.
  if (held === undefined) return;
  try {
    // Each step stands for itself here: nobody waits between them.
    for (const _ of completeAmendment(files));
  } finally {
    held.release();
  }
}

/**
 * Brings a session to what its amendment says, from wherever that stands; what was only prepared goes. To be called by
 * who holds its lock. Stops after each step that is on the disk. What does not fit the session is left alone: it is no
 * amendment of ours, and the seal tells what the session is.
 */
export function* completeAmendment(files: SessionFiles): Generator<string> {
  const amendment = readAmendment(files);
  if (amendment === undefined) {
    rmSync(files.rewritten, { force: true });
    return;
  }
  if (!fits(files, amendment)) return;
  appendLines(files, amendment);
  yield 'log';
  adoptPayloads(files, amendment);
  yield 'payloads';
  replaceFile(files.signature, amendment.signature);
  yield 'signature';
  replaceFile(files.checkpoint, amendment.checkpoint);
  yield 'checkpoint';
  rmSync(files.amendment, { force: true });
  rmSync(files.rewritten, { force: true });
  syncDirectory(dirname(files.log));
  yield 'done';
}

// A file of this name may be anybody's.
function readAmendment(files: SessionFiles): Amendment | undefined {
  try {
    const bytes = readSmallFile(files.amendment, JOURNAL_BYTES);
    const value = bytes === undefined ? undefined : parseCanonical(bytes.toString());
    return isAmendment(value) ? value : undefined;
  } catch {
    // No JSON, or nothing that can be read: none of ours, which are put there whole.
    return undefined;
  }
}

function isAmendment(value: unknown): value is Amendment {
  if (typeof value !== 'object' || value === null) return false;
  const { log_size, lines, payload_size, checkpoint, signature }: { [K in keyof Amendment]?: unknown } =
    value;
  if (typeof log_size !== 'number' || (payload_size !== undefined && typeof payload_size !== 'number'))
    return false;
  return typeof lines === 'string' && typeof checkpoint === 'string' && typeof signature === 'string';
}

function fits(
  files: SessionFiles,
  { log_size: logSize, lines, payload_size: payloadSize }: Amendment,
): boolean {
  const added = fileSize(files.log) - logSize;
  const wanted = Buffer.from(lines);
  if (added < 0 || added > wanted.length) return false;
  if (!readFrom(files.log, logSize, added).equals(wanted.subarray(0, added))) return false;
  if (payloadSize === undefined) return true;
  return fileSize(files.rewritten) === payloadSize || fileSize(files.payloads) === payloadSize;
}

function readFrom(path: string, offset: number, length: number): Buffer {
  const fd = openForReading(path);
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(fd, buffer, 0, length, offset));
  } finally {
    closeSync(fd);
  }
}

function appendLines(files: SessionFiles, { log_size: logSize, lines }: Amendment): void {
  const fd = openForAppend(files.log);
  try {
    ftruncateSync(fd, logSize);
    writeFully(fd, Buffer.from(lines));
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function adoptPayloads(files: SessionFiles, { payload_size: size }: Amendment): void {
  if (size === undefined || !fileExists(files.rewritten) || fileSize(files.rewritten) !== size) return;
  renameSync(files.rewritten, files.payloads);
  syncDirectory(dirname(files.payloads));
}
