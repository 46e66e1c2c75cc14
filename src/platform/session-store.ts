import { closeSync, fdatasync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { canonical } from '../core/session/canonical.ts';
import {
  type Counts,
  type EndBody,
  type EventBody,
  type PayloadRecord,
  type RecordBody,
  SESSION_FORMAT,
  type StartDetails,
} from '../core/session/event.ts';
import { payloadPrefix, payloadRecord, RECORD } from '../core/session/payload.ts';
import type { Signer } from '../core/session/signer.ts';
import { MerkleTree } from '../core/session/tree.ts';
import { createForAppend, privateDirectory, stateDirError, syncDirectory, writeFully } from './files.ts';
import { type Lock, tryLock } from './locks.ts';
import { removeSession, sessionFiles, type SessionFiles } from './session-files.ts';
import { writeSeal } from './session-seal.ts';
import { type SessionClock, systemClock } from './session-clock.ts';

const datasync = promisify(fdatasync);
const COPY_BYTES = 64 * 1024;

export interface SessionStoreDeps {
  readonly sessionsDir: string;
  readonly signer: Signer;
  readonly clock?: SessionClock;
}

export interface SessionEnd {
  readonly reason: string;
  readonly exit_code?: number;
}

export interface SealResult {
  readonly sealed: boolean;
  /** Why not, for the person. */
  readonly why: string | undefined;
  readonly events: number;
  readonly counts: Counts;
}

/** Records one session. */
export interface SessionWriter {
  readonly id: string;
  /**
   * Records an event and, if given, the masked bytes it is about. When it returns, the event is with the kernel: it
   * survives the death of this process. Throws ERR_RECORD_FAILED, and from then on always.
   */
  append(body: RecordBody, payload?: Uint8Array): void;
  /** Resolves when all events so far are on the disk. Rejects with ERR_RECORD_FAILED. */
  flush(): Promise<void>;
  /** Writes the last event and signs the tree. Never throws: what could not be sealed is sealed by recovery later. */
  seal(end: SessionEnd): Promise<SealResult>;
}

/**
 * Starts a session: creates its files (0600, new, no links followed) and records who, what and where. Throws
 * ERR_STATE_DIR when that is not possible: hallpass does not run unrecorded.
 */
export async function openSession(start: StartDetails, deps: SessionStoreDeps): Promise<SessionWriter> {
  privateDirectory(deps.sessionsDir);
  const files = sessionFiles(deps.sessionsDir, newSessionId());
  // Locked before the log exists: whoever sees the log finds it alive.
  const held = tryLock(files.lock);
  if (held === undefined)
    throw stateDirError(deps.sessionsDir, new Error('the lock of a new session is taken'));
  try {
    const log = new SessionLog(files, deps, held);
    await log.start(start);
    return log;
  } catch (cause) {
    removeSession(files);
    held.release();
    throw stateDirError(deps.sessionsDir, cause);
  }
}

const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

// 12 letters of 5 bits: short enough to type a prefix of, random enough never to meet.
function newSessionId(): string {
  return Array.from(randomBytes(12), (byte) => ID_ALPHABET[byte % 32]).join('');
}

class SessionLog implements SessionWriter {
  readonly id: string;
  readonly #files: SessionFiles;
  readonly #signer: Signer;
  readonly #clock: SessionClock;
  readonly #lock: Lock;
  readonly #log: number;
  readonly #payloads: number;
  readonly #tree = new MerkleTree();
  readonly #began: number;
  readonly #counts = { to_server: 0, to_client: 0, findings: 0, refused: 0 };
  #failure: HallpassError | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #syncing: Promise<void> = Promise.resolve();
  #sealed: Promise<SealResult> | undefined;

  constructor(files: SessionFiles, deps: SessionStoreDeps, held: Lock) {
    this.id = files.id;
    this.#files = files;
    this.#signer = deps.signer;
    this.#clock = deps.clock ?? systemClock;
    this.#lock = held;
    this.#payloads = createForAppend(files.payloads);
    this.#log = createForAppend(files.log);
    this.#began = this.#clock.monotonicMicros();
  }

  async start(details: StartDetails): Promise<void> {
    const signer = this.#signer.record;
    this.#record({ ...details, kind: 'start', format: SESSION_FORMAT, session: this.id, signer });
    syncDirectory(dirname(this.#files.log));
    await this.flush();
  }

  append(body: RecordBody, payload?: Uint8Array): void {
    this.#record(clipped(body), payload);
    this.#count(body);
  }

  flush(): Promise<void> {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    this.#syncing = this.#syncing.then(() => this.#sync());
    return this.#syncing;
  }

  seal(end: SessionEnd): Promise<SealResult> {
    this.#sealed ??= this.#close(end);
    return this.#sealed;
  }

  #record(body: EventBody, payload?: Uint8Array): void {
    if (this.#failure) throw this.#failure;
    try {
      this.#writeLine(body, payload && this.#writePayload(payload));
    } catch (cause) {
      throw this.#fail(cause);
    }
    this.#syncTimer ??= setTimeout(() => this.#syncSoon(), LIMITS.syncMs / 2).unref();
  }

  #writePayload(bytes: Uint8Array): PayloadRecord {
    const salt = nextSalt();
    const prefix = payloadPrefix(bytes.length, salt);
    // One call for what is small, no copy of what is large.
    if (bytes.length <= COPY_BYTES) {
      writeFully(this.#payloads, Buffer.concat([prefix, bytes]));
    } else {
      writeFully(this.#payloads, prefix);
      writeFully(this.#payloads, bytes);
    }
    return payloadRecord(salt, bytes);
  }

  #writeLine(body: EventBody, payload: PayloadRecord | undefined): void {
    const mono = this.#clock.monotonicMicros() - this.#began;
    const event = { ...body, seq: this.#tree.size, time: this.#clock.wallMillis(), mono, payload };
    const line = Buffer.from(`${canonical(event)}\n`);
    if (line.length > LIMITS.eventBytes) throw new RangeError('the event is too large');
    writeFully(this.#log, line);
    this.#tree.append(line.subarray(0, -1));
  }

  #count(body: RecordBody): void {
    if (body.kind === 'message') this.#counts[body.direction] += 1;
    if (body.kind === 'refused') this.#counts.refused += 1;
    if ('findings' in body) this.#counts.findings += body.findings?.length ?? 0;
  }

  #syncSoon(): void {
    // The failure is kept, and thrown by the next append.
    this.flush().catch(() => undefined);
  }

  async #sync(): Promise<void> {
    try {
      // Payloads first: an event on the disk should find its bytes there.
      await datasync(this.#payloads);
      await datasync(this.#log);
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  #fail(cause: unknown): HallpassError {
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#failure ??= new HallpassError('ERR_RECORD_FAILED', `cannot record session ${this.id}: ${why}`, {
      cause,
    });
    return this.#failure;
  }

  async #close(end: SessionEnd): Promise<SealResult> {
    const counts = { ...this.#counts };
    const why = await this.#finish({ kind: 'end', ...end, counts });
    await this.#release(why === undefined);
    return { sealed: why === undefined, why, events: this.#tree.size, counts };
  }

  async #finish(end: EndBody): Promise<string | undefined> {
    try {
      this.#record(end);
      await this.flush();
      writeSeal(this.#files, this.#tree, this.#signer);
      return undefined;
    } catch (cause) {
      return this.#fail(cause).message;
    }
  }

  // From here on the descriptors may belong to somebody else: nothing may be written any more.
  async #release(sealed: boolean): Promise<void> {
    this.#fail(new Error('it has ended'));
    clearTimeout(this.#syncTimer);
    await this.#syncing.catch(() => undefined);
    closeSync(this.#payloads);
    closeSync(this.#log);
    this.#lock.release();
    // Whoever opened the lock before it went finds the session sealed.
    if (sealed) rmSync(this.#files.lock, { force: true });
  }
}

// Their text is the peer's, and may be as long as a message; the payload has it whole.
function clipped(body: RecordBody): RecordBody {
  if (body.kind !== 'message' && body.kind !== 'refused') return body;
  const { method, id, tool } = body;
  return { ...body, ...clip('method', method), ...clip('id', id), ...clip('tool', tool) };
}

function clip(name: string, text: string | undefined): Record<string, string> {
  return text === undefined ? {} : { [name]: text.slice(0, LIMITS.eventTextChars) };
}

let salts = Buffer.alloc(0);

// Random bytes are cheap by the thousand and dear one by one.
function nextSalt(): Buffer {
  if (salts.length < RECORD.saltBytes) salts = randomBytes(4096);
  const salt = salts.subarray(0, RECORD.saltBytes);
  salts = salts.subarray(RECORD.saltBytes);
  return salt;
}
