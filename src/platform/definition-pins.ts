import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { EMPTY_BOOK, type PinBook, type PinStore } from '../core/policy/definitions/pins.ts';
import { privateDirectory, readSmallFile, replaceFile } from './files.ts';
import { lockSync } from './locks.ts';
import { watchFile } from './watch-file.ts';

/** Whose definitions are kept in a file. */
export interface PinnedConnection {
  readonly connection: string;
  /** The command or address behind it, masked. */
  readonly upstream: string;
}

type Content = PinBook & PinnedConnection;

/** The pins of one workspace, a file for each connection and what stands behind it. */
export class DefinitionPins {
  readonly #directory: string;

  constructor(stateDir: string, workspace: string) {
    const name = createHash('sha256').update(workspace).digest('hex').slice(0, NAME_CHARACTERS);
    this.#directory = join(stateDir, 'definitions', name);
  }

  /** `identity` stands for connection and upstream, and says nothing of them. */
  open(identity: string, about: PinnedConnection): PinFile {
    return new PinFile(join(this.#directory, `${identity}.json`), about);
  }

  /** All that are kept. */
  list(): PinFile[] {
    return names(this.#directory).map((name) => {
      const path = join(this.#directory, name);
      const { connection, upstream } = readContent(path) ?? { connection: '', upstream: '' };
      return new PinFile(path, { connection, upstream });
    });
  }
}

const NAME_CHARACTERS = 24;

/** The pins of one connection: replaced as a whole, one process at a time. */
export class PinFile implements PinStore {
  readonly about: PinnedConnection;
  readonly #path: string;
  #known: { readonly stamp: string; readonly book: PinBook } | undefined;

  constructor(path: string, about: PinnedConnection) {
    this.#path = path;
    this.about = about;
  }

  read(): PinBook {
    const stamp = stampOf(this.#path);
    if (this.#known?.stamp !== stamp) this.#known = { stamp, book: readContent(this.#path) ?? EMPTY_BOOK };
    return this.#known.book;
  }

  watch(changed: () => void): () => void {
    return watchFile(this.#path, changed);
  }

  update(change: (book: PinBook) => PinBook): PinBook {
    privateDirectory(join(this.#path, '..', '..'));
    privateDirectory(join(this.#path, '..'));
    const held = lockSync(`${this.#path}.lock`);
    try {
      const book = change(readContent(this.#path) ?? EMPTY_BOOK);
      replaceFile(this.#path, textOf({ ...this.about, ...book }));
      this.#known = undefined;
      return book;
    } finally {
      held.release();
    }
  }
}

/** Pins that end with the process: for keys that do. */
export class MemoryPins implements PinStore {
  #book = EMPTY_BOOK;

  read(): PinBook {
    return this.#book;
  }

  update(change: (book: PinBook) => PinBook): PinBook {
    this.#book = change(this.#book);
    return this.#book;
  }
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? '' : `${found.ino} ${found.mtimeNs} ${found.size}`;
}

// What was pinned can't be told from a damaged file, and what can't be told is not taken for a first use.
function readContent(path: string): Content | undefined {
  const bytes = readSmallFile(path, LIMITS.pinBookBytes);
  if (bytes === undefined) return undefined;
  try {
    const content: unknown = JSON.parse(bytes.toString('utf8'));
    if (isContent(content)) return content;
  } catch (cause) {
    throw damaged(path, cause);
  }
  throw damaged(path, undefined);
}

function isContent(content: unknown): content is Content {
  if (!isRecord(content) || content['version'] !== 1) return false;
  const { connection, upstream, pages, pins, pending } = content;
  if (typeof connection !== 'string' || typeof upstream !== 'string' || !isRecord(pages)) return false;
  return [pins, pending].every(
    (entries) => isRecord(entries) && Object.values(entries).every((entry) => isPin(entry)),
  );
}

function isPin(entry: unknown): boolean {
  if (!isRecord(entry)) return false;
  const { name, skeleton, digest, fields } = entry;
  const areTexts = [name, skeleton, digest].every((text) => typeof text === 'string');
  return areTexts && (fields === undefined || isRecord(fields));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(path: string, cause: unknown): HallpassError {
  return new HallpassError('ERR_CONFIG', `${path}, where definitions are pinned, is damaged`, {
    ...(cause instanceof Error && { cause }),
    hint: 'Delete the file: what the server says next is pinned anew.',
  });
}

// Digests alone are enough to see that something has changed.
function textOf(content: Content): string {
  const text = `${JSON.stringify(content)}\n`;
  if (Buffer.byteLength(text) <= LIMITS.pinBookBytes) return text;
  return `${JSON.stringify({ ...content, pins: withoutFields(content.pins), pending: withoutFields(content.pending) })}\n`;
}

function withoutFields<T extends object>(entries: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(entries).map(([key, entry]) => [key, { ...entry, fields: undefined }]),
  );
}
