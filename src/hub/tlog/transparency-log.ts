import { HallpassError } from '../../core/errors.ts';
import type { Signer } from '../../core/session/signer.ts';
import { type LogKey, openNote, signNote } from '../../core/tlog/note.ts';
import type { Acceptance, Database, LogEntry, SignedHead } from '../db/database.ts';
import { cosign } from '../../core/tlog/cosignature.ts';
import { HttpError } from '../http/errors.ts';

/** A second place for the log's newest head, outside the database. */
export interface HeadCopy {
  read(): Buffer | undefined;
  /** Durable when it returns. */
  write(note: string): void;
}

export interface TransparencyLogDeps {
  readonly database: Database;
  readonly copy: HeadCopy;
  readonly signer: Signer;
  readonly key: LogKey;
}

/** What proves that a leaf is in the log. */
export interface Inclusion extends LogEntry {
  readonly proof: readonly Buffer[];
  /** The signed head that the proof leads to. */
  readonly checkpoint: string;
}

/**
 * The hub's log. A head is shown to anybody only after it lies in a second place besides the database, so that a database
 * restored from a backup can't quietly grow another branch.
 */
export class TransparencyLog {
  readonly #deps: TransparencyLogDeps;
  #published: SignedHead;

  private constructor(deps: TransparencyLogDeps, published: SignedHead) {
    this.#deps = deps;
    this.#published = published;
  }

  /** Throws ERR_LOG_FORKED when the database is not a continuation of what was published. */
  static async open(deps: TransparencyLogDeps): Promise<TransparencyLog> {
    const { database, copy, key } = deps;
    const head = (await database.log.head()) ?? (await emptyHead(deps));
    const note = copy.read()?.toString();
    if (note !== undefined) {
      const published = openNote(note, key);
      if (published === undefined) throw forked('the copy of its head is not signed by this log');
      if (published.size > head.size)
        throw forked(`it has ${head.size} leaves, ${published.size} were published`);
      const root = await database.log.root(published.size);
      if (!root.equals(published.root)) throw forked('its leaves are not those that were published');
    } else if (head.size > 0) {
      throw forked('the copy of its head is missing');
    }
    const log = new TransparencyLog(deps, head);
    copy.write(head.note);
    return log;
  }

  /** The newest head that may be shown. */
  get head(): SignedHead {
    return this.#published;
  }

  /** Appends the leaf of a session, unless it has one, and publishes. */
  async accept(acceptance: Omit<Acceptance, 'sign'>): Promise<Inclusion> {
    const { database, signer, key } = this.#deps;
    await database.log.accept({
      ...acceptance,
      sign: (head) => signNote({ origin: key.name, ...head }, signer),
    });
    return this.prove(acceptance.session);
  }

  /** Confirms that a session's checkpoint, which continues all before, was seen at this time, seconds since 1970. */
  cosign(checkpoint: string, seconds: number): string {
    const { signer, key } = this.#deps;
    return cosign(checkpoint, seconds, { name: key.name, signer });
  }

  /** The proof for a session that has been accepted. */
  async prove(session: string): Promise<Inclusion> {
    const { log } = this.#deps.database;
    const entry = await log.entry(session);
    if (entry === undefined) throw new Error(`session ${session} has no leaf`);
    if (entry.index >= this.#published.size) await this.#publish();
    const { size, note } = this.#published;
    return { ...entry, proof: await log.inclusion(entry.index, size), checkpoint: note };
  }

  /** Throws 400 for what isn't in the first `size` leaves. */
  async inclusion(index: number, size: number): Promise<Buffer[]> {
    if (size > this.#published.size || index >= size) throw outside(this.#published.size);
    return this.#deps.database.log.inclusion(index, size);
  }

  /** Throws 400 for sizes that the log hasn't reached. */
  async consistency(from: number, to: number): Promise<Buffer[]> {
    if (to > this.#published.size || from > to) throw outside(this.#published.size);
    return from === 0 ? [] : this.#deps.database.log.consistency(from, to);
  }

  // Without a pause between reading and writing: two of these can't put an older head over a newer one.
  async #publish(): Promise<void> {
    const { database, copy } = this.#deps;
    const head = await database.log.head();
    if (head === undefined || head.size <= this.#published.size) return;
    copy.write(head.note);
    this.#published = head;
  }
}

async function emptyHead({ database, signer, key }: TransparencyLogDeps): Promise<SignedHead> {
  const empty = { size: 0, root: await database.log.root(0) };
  return { ...empty, note: signNote({ origin: key.name, ...empty }, signer) };
}

function forked(why: string): HallpassError {
  return new HallpassError('ERR_LOG_FORKED', `the transparency log can't go on: ${why}`);
}

function outside(size: number): HttpError {
  return new HttpError(400, { code: 'ERR_BAD_REQUEST', message: `the log has ${size} leaves` });
}
