import { HallpassError } from '../core/errors.ts';
import { type LogKey, openNote } from '../core/tlog/note.ts';
import { type Head, verifyConsistency } from '../core/tlog/proof.ts';
import type { SealedStore } from './sealed-store.ts';

export interface LogWatchDeps {
  readonly hub: string;
  /** As pinned at login. */
  readonly key: LogKey;
  readonly store: SealedStore;
  /** Asks the hub for the hashes that show the first `from` leaves unchanged among `to`. */
  readonly consistency: (from: number, to: number) => Promise<readonly Buffer[]>;
}

/**
 * Remembers the newest head that was seen of a hub's log, and holds every other against it: a log that forgot or changed
 * a leaf, or shows this machine another history than yesterday, is found out.
 */
export class LogWatch {
  readonly #deps: LogWatchDeps;

  constructor(deps: LogWatchDeps) {
    this.#deps = deps;
  }

  /** The newest head seen, undefined before the first. */
  get newest(): Head | undefined {
    const note = this.#stored();
    return note === undefined ? undefined : openNote(note, this.#deps.key);
  }

  /** Takes a head of whatever age. Throws ERR_RECEIPT unless it is of the one history that was seen so far. */
  async see(note: string): Promise<Head> {
    const head = this.#open(note);
    for (;;) {
      const known = this.#stored();
      const newest = this.newest;
      await this.#compare(newest, head);
      if (newest !== undefined && head.size <= newest.size) return head;
      // Another process may have seen a newer one meanwhile.
      if (this.#replace(known, note)) return head;
    }
  }

  /** Takes the head that the hub calls its present one. Throws ERR_RECEIPT also when the log has shrunk. */
  async seePresent(note: string): Promise<Head> {
    const [head, newest] = [this.#open(note), this.newest];
    if (newest !== undefined && head.size < newest.size)
      throw this.#contradiction(`has shrunk from ${newest.size} leaves to ${head.size}`);
    return this.see(note);
  }

  async #compare(newest: Head | undefined, head: Head): Promise<void> {
    if (newest === undefined) return;
    const [older, newer] = newest.size <= head.size ? [newest, head] : [head, newest];
    const isTrivial = older.size === 0 || older.size === newer.size;
    const proof = isTrivial ? [] : await this.#proof(older.size, newer.size);
    if (!verifyConsistency(older, newer, proof))
      throw this.#contradiction(`shows another history than before: its first ${older.size} leaves changed`);
  }

  async #proof(from: number, to: number): Promise<readonly Buffer[]> {
    try {
      return await this.#deps.consistency(from, to);
    } catch (error) {
      if (!(error instanceof HallpassError && error.code === 'ERR_HUB')) throw error;
      throw this.#contradiction(`does not prove that its first ${from} of ${to} leaves are unchanged`);
    }
  }

  #open(note: string): Head {
    const head = openNote(note, this.#deps.key);
    if (head !== undefined) return head;
    throw this.#contradiction('shows a checkpoint that its pinned key has not signed');
  }

  #stored(): string | undefined {
    const stored = this.#deps.store.read(this.#name) as { readonly checkpoint: string } | undefined;
    return stored?.checkpoint;
  }

  #replace(known: string | undefined, note: string): boolean {
    let replaced = false;
    this.#deps.store.update(this.#name, (value) => {
      const stored = value as { readonly checkpoint: string } | undefined;
      replaced = stored?.checkpoint === known;
      return replaced ? { checkpoint: note } : stored;
    });
    return replaced;
  }

  get #name(): string {
    return `log ${this.#deps.hub}`;
  }

  #contradiction(what: string): HallpassError {
    return new HallpassError('ERR_RECEIPT', `the log of ${this.#deps.hub} ${what}`);
  }
}
