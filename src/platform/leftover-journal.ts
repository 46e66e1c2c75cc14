import { closeSync, fsyncSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { createForAppend, privateDirectory, readSmallFile, stateDirError, writeFully } from './files.ts';
import { type Lock, tryLock } from './locks.ts';

const JOURNAL = /^([a-z0-9]{12})\.jsonl$/;

/**
 * What one process makes that has to be gone when it is: written down before it comes to be, in a file (0600) whose lock the
 * kernel drops when the process dies. Nothing in it is secret. Made when there is something to write.
 */
export class LeftoverJournal {
  readonly #directory: string;
  readonly #name: string;
  #open: { readonly fd: number; readonly lock: Lock } | undefined;
  #count = 0;
  readonly #there = new Set<number>();

  constructor(directory: string, session: string) {
    this.#directory = directory;
    this.#name = session;
  }

  /** Writes it down. Returns what to call when it is gone. Throws ERR_STATE_DIR. */
  add(leftover: object): () => void {
    this.#open ??= this.#create();
    const number = (this.#count += 1);
    this.#write({ number, ...leftover });
    this.#there.add(number);
    return () => {
      if (this.#there.delete(number)) this.#write({ gone: number });
    };
  }

  /** Ends it. The file stays as long as something of it does. */
  close(): void {
    if (this.#open === undefined) return;
    const { fd, lock } = this.#open;
    this.#open = undefined;
    closeSync(fd);
    if (this.#there.size === 0) remove(this.#directory, this.#name);
    lock.release();
    if (this.#there.size === 0) removeLock(this.#directory, this.#name);
  }

  #create(): { fd: number; lock: Lock } {
    privateDirectory(this.#directory);
    // Locked before it is there: whoever sees it sees that it is in use.
    const lock = tryLock(lockPath(this.#directory, this.#name));
    if (lock === undefined) throw stateDirError(this.#directory, new Error('a new lock is taken'));
    try {
      return { fd: createForAppend(join(this.#directory, `${this.#name}.jsonl`)), lock };
    } catch (cause) {
      lock.release();
      throw stateDirError(this.#directory, cause);
    }
  }

  #write(line: object): void {
    if (this.#open === undefined) return;
    try {
      writeFully(this.#open.fd, Buffer.from(`${JSON.stringify(line)}\n`));
      fsyncSync(this.#open.fd);
    } catch (cause) {
      throw stateDirError(this.#directory, cause);
    }
  }
}

/** Where they are. */
export function journalsDirectory(stateDir: string): string {
  return join(stateDir, 'leftovers');
}

/** The journal of a process that is gone, ours until it is closed. */
export interface AbandonedJournal {
  readonly path: string;
  /** What it says is there, line by line; whoever runs as the user may have written it. */
  readonly leftovers: readonly unknown[];
  /** Removes it, unless something of it is to be tried again. */
  close(keep: boolean): void;
}

/** True where there may be some; takes no time. */
export function hasJournals(directory: string): boolean {
  return journalsIn(directory).length > 0;
}

/** Those whose process is gone, one after the other. */
export function* abandonedJournals(directory: string): Generator<AbandonedJournal> {
  for (const name of journalsIn(directory).slice(0, LIMITS.journals)) {
    const lock = tryLock(lockPath(directory, name));
    if (lock === undefined) continue;
    const path = join(directory, `${name}.jsonl`);
    const text = readSmallFile(path, LIMITS.journalBytes)?.toString('utf8') ?? '';
    yield {
      path,
      leftovers: stillThere(text),
      close: (keep) => {
        if (!keep) remove(directory, name);
        lock.release();
        if (!keep) removeLock(directory, name);
      },
    };
  }
}

function journalsIn(directory: string): string[] {
  try {
    return readdirSync(directory).flatMap((file) => JOURNAL.exec(file)?.[1] ?? []);
  } catch (error) {
    // Of a state directory that is none whoever records has to say.
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return [];
    throw stateDirError(directory, error);
  }
}

// A last line may be torn: what it was to say has not come to be.
function stillThere(text: string): unknown[] {
  const lines = text.split('\n').flatMap((line) => parsed(line));
  const gone = new Set(lines.map((line) => ('gone' in line ? line['gone'] : undefined)));
  return lines.filter((line) => 'number' in line && !gone.has(line['number']));
}

function parsed(line: string): Readonly<Record<string, unknown>>[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? [{ ...value }] : [];
  } catch {
    return [];
  }
}

function remove(directory: string, name: string): void {
  rmSync(join(directory, `${name}.jsonl`), { force: true });
}

// Session ids never come again, so nobody waits for it.
function removeLock(directory: string, name: string): void {
  rmSync(lockPath(directory, name), { force: true });
}

function lockPath(directory: string, name: string): string {
  return join(directory, `${name}.lock`);
}
