import { constants, closeSync, fstatSync, fsyncSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { isSystemError } from '../core/errors.ts';
import { privateDirectory, replaceFile, writeFully } from './files.ts';

const { O_NOFOLLOW, O_WRONLY } = constants;

/**
 * Files of credentials for one command, in a directory that is this user's alone and is there only as long as they are. Its
 * name, `credentials-SESSION-PID`, says whose leftovers they are should hallpass be killed.
 */
export class CredentialFiles {
  readonly #base: string;
  readonly #session: string;
  readonly #names = new Set<string>();
  readonly #wipeAtExit = (): void => void this.wipe();
  #directory: string | undefined;

  /** `base` is made when the first file is. */
  constructor(base: string, session: string) {
    this.#base = base;
    this.#session = session;
  }

  /** Writes or replaces a file (0600); whoever reads it has the old content or the new. Returns the path. */
  write(name: string, value: string): string {
    const path = join((this.#directory ??= this.#makeDirectory()), name);
    this.#names.add(name);
    replaceFile(path, value);
    return path;
  }

  /** Overwrites and removes all of it, at once. Returns the directory where that failed. */
  wipe(): string | undefined {
    const directory = this.#directory;
    if (directory === undefined) return undefined;
    try {
      for (const name of this.#names) overwrite(join(directory, name));
      rmSync(directory, { recursive: true, force: true });
    } catch {
      return directory;
    }
    this.#directory = undefined;
    process.off('exit', this.#wipeAtExit);
    return undefined;
  }

  #makeDirectory(): string {
    privateDirectory(this.#base);
    const directory = join(this.#base, `credentials-${this.#session}-${process.pid}`);
    mkdirSync(directory, { mode: 0o700 });
    // Also when a fault of ours ends the process.
    process.on('exit', this.#wipeAtExit);
    return directory;
  }
}

// The command may have put something else in its place, or have removed it.
function overwrite(path: string): void {
  try {
    const fd = openSync(path, O_WRONLY | O_NOFOLLOW);
    try {
      const found = fstatSync(fd);
      if (!found.isFile()) return;
      writeFully(fd, Buffer.alloc(found.size));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!isSystemError(error, 'ENOENT', 'ELOOP', 'EACCES', 'EISDIR')) throw error;
  }
}
