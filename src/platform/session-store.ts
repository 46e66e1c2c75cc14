import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { clipped } from '../core/session/clipped.ts';
import { countEvent, NO_COUNTS } from '../core/session/counts.ts';
import {
  type Counts,
  type EventBody,
  type RecordBody,
  SESSION_FORMAT,
  type StartDetails,
} from '../core/session/event.ts';
import type { Signer } from '../core/session/signer.ts';
import { MerkleTree } from '../core/session/tree.ts';
import type { Head } from '../core/tlog/proof.ts';
import { createForAppend, privateDirectory, stateDirError, syncDirectory } from './files.ts';
import { type Lock, tryLock } from './locks.ts';
import {
  appendEvent,
  appendEventAside,
  closeTarget,
  type Moment,
  RecordRoom,
  type SessionTarget,
  syncTarget,
  type Written,
} from './session-appender.ts';
import { type SessionClock, systemClock } from './session-clock.ts';
import { removeSession, sessionFiles, type SessionFiles } from './session-files.ts';
import { type QueuedEvent, SessionQueue } from './session-queue.ts';
import { writeSeal } from './session-seal.ts';

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
   * survives the death of this process; only behind what `record` has not done yet it is recorded when that is. Throws
   * ERR_RECORD_FAILED, and from then on always.
   */
  append(body: RecordBody, payload?: Uint8Array): void;
  /**
   * The same for output that may be large and much: then another thread writes it, and the promise resolves when it is
   * with the kernel, or rejects with ERR_RECORD_FAILED. Undefined: it is already. The bytes must stay as they are.
   */
  record(body: RecordBody, payload: Uint8Array | undefined): Promise<void> | undefined;
  /** The tree of all events so far, as they were recorded: whatever has become of the files. */
  head(): Head;
  /** What all events so far take in the files, in which there may be more: events that are being recorded. */
  sizes(): Written;
  /** Resolves when all events so far are on the disk. Rejects with ERR_RECORD_FAILED. */
  flush(): Promise<void>;
  /** Writes the last event and signs the tree. Never rejects: what could not be sealed is left to recovery. */
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
    const parts = {
      files,
      held,
      target: createTarget(files),
      signer: deps.signer,
      clock: deps.clock ?? systemClock,
    };
    return await LiveSession.begin(start, parts);
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

function createTarget(files: SessionFiles): SessionTarget {
  const payloads = createForAppend(files.payloads);
  return { payloads, log: createForAppend(files.log), tree: new MerkleTree() };
}

interface LiveParts {
  readonly files: SessionFiles;
  readonly target: SessionTarget;
  readonly held: Lock;
  readonly signer: Signer;
  readonly clock: SessionClock;
}

const ENDED = new Error('it has ended');

class LiveSession implements SessionWriter {
  readonly id: string;
  readonly #parts: LiveParts;
  readonly #began: number;
  readonly #room = new RecordRoom();
  readonly #queue = new SessionQueue((event) => this.#recordAside(event));
  #sizes: Written = { log: 0, payloads: 0 };
  #counts: Counts = NO_COUNTS;
  #failure: HallpassError | undefined;
  #syncTimer: NodeJS.Timeout | undefined;
  #syncing: Promise<void> = Promise.resolve();
  #sealed: Promise<SealResult> | undefined;
  /** What comes from now on would stand behind the last event, where none may. */
  #isEnding = false;

  constructor(parts: LiveParts) {
    this.id = parts.files.id;
    this.#parts = parts;
    this.#began = parts.clock.monotonicMicros();
  }

  static async begin(details: StartDetails, parts: LiveParts): Promise<LiveSession> {
    const session = new LiveSession(parts);
    const { files, signer, target } = parts;
    try {
      const identity = { session: files.id, signer: signer.record };
      session.#record({ ...details, ...identity, kind: 'start', format: SESSION_FORMAT });
      syncDirectory(dirname(files.log));
      await session.flush();
      return session;
    } catch (cause) {
      clearTimeout(session.#syncTimer);
      closeTarget(target);
      throw cause;
    }
  }

  append(body: RecordBody, payload?: Uint8Array): void {
    this.#admit();
    if (this.#queue.isEmpty) return this.#record(clipped(body), payload);
    // What becomes of it the next one tells.
    this.#enqueue(body, payload).catch(() => undefined);
  }

  record(body: RecordBody, payload: Uint8Array | undefined): Promise<void> | undefined {
    this.#admit();
    const isSmall = (payload?.length ?? 0) < LIMITS.recordAsideBytes;
    if (!isSmall || !this.#queue.isEmpty) return this.#enqueue(body, payload);
    this.#record(clipped(body), payload);
    return undefined;
  }

  head(): Head {
    const { tree } = this.#parts.target;
    return { size: tree.size, root: tree.root() };
  }

  sizes(): Written {
    return this.#sizes;
  }

  async flush(): Promise<void> {
    await this.#queue.settled();
    await this.#startSync();
  }

  seal(end: SessionEnd): Promise<SealResult> {
    this.#isEnding = true;
    this.#sealed ??= this.#close(end);
    return this.#sealed;
  }

  #admit(): void {
    if (this.#failure) throw this.#failure;
    if (this.#isEnding) throw this.#failureOf(ENDED);
  }

  #enqueue(body: RecordBody, payload: Uint8Array | undefined): Promise<void> {
    const parts = payload === undefined ? [] : [payload];
    return this.#queue.add({ body: clipped(body), parts, moment: this.#moment() });
  }

  #moment(): Moment {
    const { clock } = this.#parts;
    return { time: clock.wallMillis(), mono: clock.monotonicMicros() - this.#began };
  }

  #record(body: EventBody, payload?: Uint8Array): void {
    if (this.#failure) throw this.#failure;
    try {
      this.#recorded(body, appendEvent(this.#parts.target, this.#moment(), { body, payload }));
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  async #recordAside({ body, parts, moment }: QueuedEvent): Promise<void> {
    if (this.#failure) throw this.#failure;
    try {
      const event = { body, parts, room: this.#room };
      this.#recorded(body, await appendEventAside(this.#parts.target, moment, event));
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  #recorded(body: EventBody, { log, payloads }: Written): void {
    this.#sizes = { log: this.#sizes.log + log, payloads: this.#sizes.payloads + payloads };
    this.#counts = countEvent(this.#counts, body);
    // Half the limit: the sync itself takes time too. The failure is kept, and thrown by the next append.
    this.#syncTimer ??= setTimeout(
      () => void this.#startSync().catch(() => undefined),
      LIMITS.syncMs / 2,
    ).unref();
  }

  #startSync(): Promise<void> {
    clearTimeout(this.#syncTimer);
    this.#syncTimer = undefined;
    this.#syncing = this.#syncing.then(() => this.#sync());
    return this.#syncing;
  }

  async #sync(): Promise<void> {
    if (this.#failure) throw this.#failure;
    try {
      await syncTarget(this.#parts.target);
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  #fail(cause: unknown): HallpassError {
    this.#failure ??= this.#failureOf(cause);
    return this.#failure;
  }

  #failureOf(cause: unknown): HallpassError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new HallpassError('ERR_RECORD_FAILED', `cannot record session ${this.id}: ${why}`, { cause });
  }

  async #close(end: SessionEnd): Promise<SealResult> {
    await this.#queue.settled();
    const counts = this.#counts;
    const why = await this.#finish({ kind: 'end', ...end, counts });
    await this.#release(why === undefined);
    return { sealed: why === undefined, why, events: this.#parts.target.tree.size, counts };
  }

  async #finish(end: EventBody): Promise<string | undefined> {
    const { files, target, signer } = this.#parts;
    try {
      this.#record(end);
      await this.flush();
      writeSeal(files, target.tree, signer);
      return undefined;
    } catch (cause) {
      return this.#fail(cause).message;
    }
  }

  async #release(sealed: boolean): Promise<void> {
    const { files, target, held } = this.#parts;
    // From here on the descriptors may be somebody else's: nothing may be written any more.
    this.#fail(ENDED);
    clearTimeout(this.#syncTimer);
    await this.#syncing.catch(() => undefined);
    closeTarget(target);
    held.release();
    // Whoever opened the lock before it went finds the session sealed.
    if (sealed) rmSync(files.lock, { force: true });
  }
}
