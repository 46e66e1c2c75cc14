import { copyFileSync, constants, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { ByteSource } from '../core/session/payload-walk.ts';
import type { Signer } from '../core/session/signer.ts';
import {
  endsEarlier,
  type RecoveryOutcome,
  type SessionSummary,
  summarize,
} from '../core/session/summary.ts';
import type { Evidence } from '../core/session/verify.ts';
import { readEnds } from './file-ends.ts';
import { FileSource } from './file-source.ts';
import { fileExists, readError, readSmallFile } from './files.ts';
import { tryLock } from './locks.ts';
import type { Change } from './session-amend.ts';
import { isBeingAmended, settleAmendment } from './session-amendment.ts';
import { LOG_SUFFIX, removeSession, sessionFiles, type SessionFiles } from './session-files.ts';

const ID = /^[0-9a-z]{12}$/;
const SEAL_BYTES = 64 * 1024;
const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 16 * 1024;
const NOTHING: ByteSource = { peek: () => Buffer.alloc(0), skip: () => undefined };

/** A session's files, opened for reading. */
export interface OpenedSession extends Evidence {
  readonly files: SessionFiles;
  readonly receipt: string | undefined;
  close(): void;
}

/** The sessions of this machine. */
export class SessionDirectory {
  readonly #path: string;
  readonly #signer: () => Promise<Signer>;

  /** `signer` is asked for only when a session has to be sealed. */
  constructor(path: string, signer: () => Promise<Signer>) {
    this.#path = path;
    this.#signer = signer;
  }

  ids(): string[] {
    return names(this.#path)
      .filter((name) => name.endsWith(LOG_SUFFIX))
      .map((name) => name.slice(0, -LOG_SUFFIX.length))
      .filter((id) => ID.test(id));
  }

  files(id: string): SessionFiles {
    return sessionFiles(this.#path, id);
  }

  /** Ends and seals the session if its process is gone. */
  async recover(id: string): Promise<RecoveryOutcome> {
    const files = this.files(id);
    if (isBeingAmended(files)) await settleAmendment(files);
    if (fileExists(files.checkpoint) && fileExists(files.signature)) return 'sealed';
    // Most sessions are sealed, and looking at them should not wait for what recovering takes.
    const { recoverSession } = await import('./session-recovery.ts');
    return recoverSession(files, { signer: this.#signer });
  }

  summary(id: string, outcome: RecoveryOutcome): SessionSummary {
    const files = this.files(id);
    const ends = readEnds(files.log, { headBytes: HEAD_BYTES, tailBytes: TAIL_BYTES });
    const { head, tail } = endsEarlier(ends.tail)
      ? readEnds(files.log, { headBytes: HEAD_BYTES, tailBytes: TAIL_BYTES + LIMITS.amendmentBytes })
      : ends;
    return summarize({ session: id, head, tail, checkpoint: readSeal(files.checkpoint), outcome });
  }

  open(id: string): OpenedSession {
    return openFiles(this.files(id), id);
  }

  /** Opens a session by the path of its log, wherever that is. Throws ERR_NO_SUCH_FILE. */
  openFile(path: string): OpenedSession {
    const name = basename(path);
    const id = name.endsWith(LOG_SUFFIX) ? name.slice(0, -LOG_SUFFIX.length) : name;
    return openFiles({ ...sessionFiles(dirname(path), id), log: path }, undefined);
  }

  /**
   * Adds notes and redactions to a sealed session, and seals it anew: all of it happens, or nothing. `check` verifies it
   * while nobody else can amend it. Throws what `check` throws, ERR_USAGE, ERR_KEYCHAIN, ERR_SESSION_CORRUPT.
   */
  async amend(id: string, change: Change): Promise<void> {
    const { amendSession } = await import('./session-amend.ts');
    await amendSession(this.files(id), change, { signer: this.#signer });
  }

  /** Deletes a session. False: it is being recorded. */
  remove(id: string): boolean {
    const files = this.files(id);
    const held = tryLock(files.lock);
    if (held === undefined) return false;
    removeSession(files);
    held.release();
    rmSync(files.lock, { force: true });
    return true;
  }

  /** Copies what there is of a session into a directory; never over something that is there. */
  copy(id: string, directory: string): void {
    const { log, payloads, checkpoint, signature, receipt } = this.files(id);
    for (const path of [log, payloads, checkpoint, signature, receipt]) {
      if (fileExists(path)) copyFileSync(path, join(directory, basename(path)), constants.COPYFILE_EXCL);
    }
  }
}

function openFiles(files: SessionFiles, expectedId: string | undefined): OpenedSession {
  const lines = openSource(files.log);
  if (lines === undefined) throw new HallpassError('ERR_NO_SUCH_FILE', `there is no file ${files.log}`);
  const payloads = openSource(files.payloads);
  return {
    files,
    expectedId,
    lines,
    payloads: payloads ?? NOTHING,
    checkpoint: readSeal(files.checkpoint),
    signature: readSeal(files.signature),
    receipt: readPart(files.receipt, LIMITS.receiptBytes)?.toString(),
    close: () => {
      lines.close();
      payloads?.close();
    },
  };
}

function openSource(path: string): FileSource | undefined {
  try {
    return new FileSource(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw readError(path, error);
  }
}

function readSeal(path: string): string | undefined {
  // Latin-1 keeps every byte apart: a seal is ASCII, and anything else in it has to show.
  return readPart(path, SEAL_BYTES)?.toString('latin1');
}

function readPart(path: string, limit: number): Buffer | undefined {
  try {
    return readSmallFile(path, limit);
  } catch (error) {
    throw readError(path, error);
  }
}

function names(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw new HallpassError('ERR_STATE_DIR', `cannot read ${path}`, { cause: error });
  }
}
