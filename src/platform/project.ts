import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

import { ensureDirectory, readSmallFile, replaceFile } from './files.ts';
import { lockSync } from './locks.ts';
import { requireOwnFile } from './own-file.ts';
import { findWorkspace } from './workspace.ts';

const FILE = 'hallpass.yaml';
const LIMIT = 1024 * 1024;

/** A `hallpass.yaml` as it lies on disk. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly digest: string;
}

/** The `hallpass.yaml` in `directory`, if there is one. */
function readConfigFile(directory: string): ConfigFile | undefined {
  const path = join(directory, FILE);
  const bytes = readSmallFile(path, LIMIT);
  if (bytes === undefined) return undefined;
  return { path, text: bytes.toString('utf8'), digest: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * The person's own `hallpass.yaml`: what it names is run, and gets credentials, without another word.
 *
 * @throws {HallpassError} ERR_CONFIG where it may be somebody else's
 */
export function readUserFile(directory: string): ConfigFile | undefined {
  requireOwnFile(join(directory, FILE));
  return readConfigFile(directory);
}

/** The `hallpass.yaml` of the project that `directory` belongs to, else its own. */
export function readProjectFile(directory: string): ConfigFile | undefined {
  return readConfigFile(findWorkspace(directory)) ?? readConfigFile(directory);
}

/** Which project files somebody has looked at and trusts, by path and digest. Any change of the file ends the trust. */
export class TrustStore {
  readonly #file: string;

  constructor(stateDir: string) {
    this.#file = join(stateDir, 'trusted.json');
  }

  isTrusted({ path, digest }: ConfigFile): boolean {
    return this.#read()[path] === digest;
  }

  trust({ path, digest }: ConfigFile): void {
    ensureDirectory(dirname(this.#file));
    const held = lockSync(`${this.#file}.lock`);
    try {
      replaceFile(this.#file, `${JSON.stringify({ ...this.#read(), [path]: digest }, null, 2)}\n`);
    } finally {
      held.release();
    }
  }

  // What can't be read trusts nothing.
  #read(): Record<string, string> {
    try {
      const content = readSmallFile(this.#file, LIMIT)?.toString('utf8');
      const trusted: unknown = JSON.parse(content ?? '{}');
      return typeof trusted === 'object' && trusted !== null
        ? { ...(trusted as Record<string, string>) }
        : {};
    } catch {
      return {};
    }
  }
}
