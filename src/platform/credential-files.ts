import {
  constants,
  closeSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import process from 'node:process';

import { isSystemError } from '../core/errors.ts';
import { privateDirectory, replaceFile, writeFully } from './files.ts';

const { O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;

/**
 * Files of credentials for one command, in a directory that is this user's alone and is there only as long as they are. Its
 * name, `credentials-SESSION-PID`, says whose leftovers they are should hallpass be killed.
 */
export class CredentialFiles {
  readonly #base: string;
  readonly #session: string;
  readonly #wipeAtExit = (): void => void this.wipe();
  readonly #beforeMade: (directory: string) => () => void;
  #directory: { readonly path: string; readonly isGone: () => void } | undefined;

  /** `base` is made when the first file is; `beforeMade` is told of the directory before, and returns whom to tell after. */
  constructor(base: string, session: string, beforeMade: (directory: string) => () => void) {
    this.#base = base;
    this.#session = session;
    this.#beforeMade = beforeMade;
  }

  /** Writes or replaces a file (0600); whoever reads it has the old content or the new. Returns the path. */
  write(name: string, value: string): string {
    const path = join((this.#directory ??= this.#makeDirectory()).path, name);
    replaceFile(path, value);
    return path;
  }

  /** Overwrites and removes all of it, at once. Returns the directory where that failed. */
  wipe(): string | undefined {
    if (this.#directory === undefined) return undefined;
    const { path, isGone } = this.#directory;
    if (wipeDirectory(path) === 'failed') return path;
    this.#directory = undefined;
    isGone();
    process.off('exit', this.#wipeAtExit);
    return undefined;
  }

  #makeDirectory(): { path: string; isGone: () => void } {
    privateDirectory(this.#base);
    const path = join(this.#base, `credentials-${this.#session}-${process.pid}`);
    const isGone = this.#beforeMade(path);
    mkdirSync(path, { mode: 0o700 });
    // Also when a fault of ours ends the process.
    process.on('exit', this.#wipeAtExit);
    return { path, isGone };
  }
}

/** Overwrites and removes a directory that a `CredentialFiles` made; any other is left alone, which counts as failed. */
export function wipeDirectory(path: string): 'wiped' | 'missing' | 'failed' {
  if (!/^credentials-[a-z0-9]+-\d+$/i.test(basename(path)) || !isAbsolute(path)) return 'failed';
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return 'missing';
    // Somebody else's: it leads elsewhere.
    if (!found.isDirectory()) return 'failed';
    for (const name of readdirSync(path)) overwrite(join(path, name));
    rmSync(path, { recursive: true, force: true });
    return 'wiped';
  } catch {
    return 'failed';
  }
}

// The command may have put something else in its place, or have removed it.
function overwrite(path: string): void {
  try {
    const fd = openSync(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const found = fstatSync(fd);
      if (!found.isFile()) return;
      writeFully(fd, Buffer.alloc(found.size));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ELOOP', 'EACCES', 'EISDIR', 'ENXIO')) throw error;
  }
}
