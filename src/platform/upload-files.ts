import { closeSync, readSync } from 'node:fs';

import { LIMITS } from '../core/limits.ts';
import type { Envelope, StartBody } from '../core/session/event.ts';
import { parseLine } from '../core/session/line.ts';
import type { CertifiedSigner } from '../core/session/sshsig.ts';
import { readEnds } from './file-ends.ts';
import { fileSize, openForReading, readSmallFile, replaceFile } from './files.ts';
import { sessionFiles } from './session-files.ts';
import { signAgain } from './session-seal.ts';

const HEAD_BYTES = 64 * 1024;
const SEAL_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Sessions as an upload reads them. */
export class UploadFiles {
  readonly #directory: string;

  constructor(sessionsDir: string) {
    this.#directory = sessionsDir;
  }

  /** Bytes of both files. Of a session that is being recorded, taken at once: between two events. */
  sizes(session: string): { log: number; payloads: number } {
    const { log, payloads } = this.#files(session);
    return { payloads: fileSize(payloads), log: fileSize(log) };
  }

  /** At most `length` bytes from `offset` on. */
  read(session: string, file: 'log' | 'payloads', range: { offset: number; length: number }): Buffer {
    const fd = openForReading(this.#files(session)[file]);
    try {
      const buffer = Buffer.allocUnsafe(range.length);
      return buffer.subarray(0, readSync(fd, buffer, 0, range.length, range.offset));
    } finally {
      closeSync(fd);
    }
  }

  /** What the log says of who recorded it; undefined unless it begins as a log does. */
  start(session: string): (StartBody & Envelope) | undefined {
    const { head } = readEnds(this.#files(session).log, { headBytes: HEAD_BYTES, tailBytes: 0 });
    const end = head.indexOf(NEWLINE);
    const event = end === -1 ? undefined : parseLine(head.subarray(0, end));
    return event?.kind === 'start' ? event : undefined;
  }

  /** Undefined: not sealed. */
  seal(session: string): { checkpoint: string; signature: string } | undefined {
    const files = this.#files(session);
    const checkpoint = readSmallFile(files.checkpoint, SEAL_BYTES)?.toString('latin1');
    const signature = readSmallFile(files.signature, SEAL_BYTES)?.toString('latin1');
    return checkpoint === undefined || signature === undefined ? undefined : { checkpoint, signature };
  }

  /** Signs the checkpoint anew, with a key that has a certificate. */
  signAgain(session: string, checkpoint: string, signer: CertifiedSigner): void {
    signAgain(this.#files(session), checkpoint, signer);
  }

  writeSignature(session: string, signature: string): void {
    replaceFile(this.#files(session).signature, signature);
  }

  receipt(session: string): string | undefined {
    return readSmallFile(this.#files(session).receipt, LIMITS.receiptBytes)?.toString();
  }

  writeReceipt(session: string, text: string): void {
    replaceFile(this.#files(session).receipt, text);
  }

  #files(session: string): ReturnType<typeof sessionFiles> {
    return sessionFiles(this.#directory, session);
  }
}
