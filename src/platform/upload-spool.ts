import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { canonical, parseCanonical } from '../core/session/canonical.ts';
import { privateDirectory, readSmallFile, replaceFile } from './files.ts';
import { type Lock, lock } from './locks.ts';

/** A session that is to go to a hub. */
export interface SpoolEntry {
  readonly session: string;
  /** Whose login to use. */
  readonly profile: string;
  readonly hub: string;
  /** Why the hub will not have it; only a person tries it again. */
  readonly quarantined?: string;
}

/** An entry as it is kept. */
interface KeptEntry extends SpoolEntry {
  /** The hub may have some of it. */
  readonly sent: boolean;
}

const SUFFIX = '.json';
const ID = /^[0-9a-z]{12}$/;

/**
 * What is to be uploaded: a small file for each session, there from the session's first event on until the hub's receipt
 * is. No entry can stand before another.
 */
export class UploadSpool {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Notes a session, durably; again after it was quarantined too. */
  put(entry: SpoolEntry): void {
    privateDirectory(this.#directory);
    this.#write({ ...entry, sent: this.find(entry.session)?.sent ?? false });
  }

  /** From here on the hub may have some of it. */
  sending(session: string): void {
    const entry = this.find(session);
    if (entry?.sent === false) this.#write({ ...entry, sent: true });
  }

  /** The session's lock, an empty file, stays: who waits for it may hold it by now, and a new file would lock nobody out. */
  remove(session: string): void {
    rmSync(this.#path(session), { force: true });
  }

  find(session: string): KeptEntry | undefined {
    return parse(readSmallFile(this.#path(session), LIMITS.receiptBytes), session);
  }

  /** All entries. One that can't be read is put aside under another name, and reported. */
  entries(onBad: (session: string) => void): SpoolEntry[] {
    return this.#sessions().flatMap((session) => {
      const bytes = readSmallFile(this.#path(session), LIMITS.receiptBytes);
      const entry = parse(bytes, session);
      if (entry === undefined && bytes !== undefined) {
        this.#putAside(session);
        onBad(session);
      }
      return entry ?? [];
    });
  }

  /** Held by whoever uploads the session. Throws ERR_STATE_DIR when another process does for longer than `timeout`. */
  lock(session: string, timeout: number): Promise<Lock> {
    privateDirectory(this.#directory);
    return lock(this.#lockPath(session), timeout);
  }

  #write({ session, profile, hub, quarantined, sent }: KeptEntry): void {
    replaceFile(this.#path(session), `${canonical({ session, profile, hub, quarantined, sent })}\n`);
  }

  #putAside(session: string): void {
    try {
      renameSync(this.#path(session), `${this.#path(session)}.bad`);
    } catch (error) {
      // Another process was faster.
      if (!isSystemError(error, 'ENOENT')) throw error;
    }
  }

  #sessions(): string[] {
    try {
      return readdirSync(this.#directory)
        .filter((name) => name.endsWith(SUFFIX))
        .map((name) => name.slice(0, -SUFFIX.length))
        .filter((session) => ID.test(session));
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return [];
      throw error;
    }
  }

  #path(session: string): string {
    return join(this.#directory, `${session}${SUFFIX}`);
  }

  #lockPath(session: string): string {
    return join(this.#directory, `${session}.lock`);
  }
}

function parse(bytes: Buffer | undefined, expected: string): KeptEntry | undefined {
  const entry = bytes === undefined ? undefined : fieldsOf(bytes);
  if (entry === undefined) return undefined;
  const { session, profile, hub, quarantined, sent } = entry;
  if (session !== expected || typeof profile !== 'string' || typeof hub !== 'string') return undefined;
  const refused = typeof quarantined === 'string' ? { quarantined } : {};
  // Where nothing is said of it, by an older hallpass, it may have been.
  return { session: expected, profile, hub, ...refused, sent: sent !== false };
}

function fieldsOf(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value = parseCanonical(bytes.toString().trimEnd());
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // Not JSON: put aside by whoever reads all entries.
    return undefined;
  }
}
