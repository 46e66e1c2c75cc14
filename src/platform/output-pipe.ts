import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeFully } from './files.ts';
import { PipeReader } from './pipe-reader.ts';
import type { PipeThread } from './pipe-thread.ts';

const READ_NOW = constants.O_RDONLY | constants.O_NONBLOCK;

/** A pipe for a child to write into. */
export interface OutputPipe {
  /** For the child's stdio; closed here once it has it. */
  readonly writeEnd: number;
  readonly reader: PipeReader;
  /** The child has its own by now. */
  handedOver(): void;
}

/**
 * True pipes. What Node makes for `stdio: 'pipe'` are sockets, which nobody can open again: `echo … > /dev/stderr`, of which
 * shell scripts are full, would fail with ENXIO. The names are gone before anything else could find them.
 */
export function makePipes(count: number, thread: PipeThread): OutputPipe[] {
  return withNames(count, (paths) => paths.map((path) => openPipe(path, thread)));
}

/**
 * Pipes that hold a text each, and end behind it: their reading ends. A text has to fit into a pipe, for nobody reads yet. They
 * are in memory, and what nobody reads goes with them.
 */
export function filledPipes(texts: readonly string[]): number[] {
  if (texts.length === 0) return [];
  return withNames(texts.length, (paths) => paths.map((path, index) => fillPipe(path, texts[index] ?? '')));
}

/** Pipes with names, for somebody who can't be handed descriptors. */
export interface NamedPipes {
  readonly paths: readonly string[];
  /** Nobody opens them any more. */
  readonly release: () => void;
}

/** The same, for whom opens them by name, in this order; the names are gone as soon as they have been. */
export function namedPipes(texts: readonly string[]): NamedPipes {
  if (texts.length === 0) return { paths: [], release: () => undefined };
  const { directory, paths } = makeNames(texts.length);
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  const pending: Map<string, Promise<void>> = new Map(
    paths.map((path, index) => {
      // It is opened when the other end is.
      const written = writeFile(path, texts[index] ?? '', { flag: constants.O_WRONLY });
      return [path, written.catch(() => undefined).then(() => void pending.delete(path))] as const;
    }),
  );
  void Promise.all(pending.values()).then(remove);
  return {
    paths,
    release: () => {
      // Whoever waits for the other end gets it, now or as soon as it waits.
      for (const [path, written] of pending) {
        const readEnd = openSync(path, READ_NOW);
        void written.then(() => closeSync(readEnd));
      }
    },
  };
}

function withNames<T>(count: number, use: (paths: readonly string[]) => T): T {
  const { directory, paths } = makeNames(count);
  try {
    return use(paths);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function makeNames(count: number): { directory: string; paths: readonly string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-run-'));
  const paths = Array.from({ length: count }, (_, i) => join(directory, String(i)));
  const { error, status } = spawnSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
  if (error === undefined && status === 0) return { directory, paths };
  rmSync(directory, { recursive: true, force: true });
  throw error ?? new Error(`mkfifo failed with ${status}`);
}

// To open either end waits for the other one, unless it is a reading end that does not; but its reads would not wait either.
function fillPipe(path: string, text: string): number {
  const first = openSync(path, READ_NOW);
  try {
    const writeEnd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      const readEnd = openSync(path, constants.O_RDONLY);
      writeFully(writeEnd, Buffer.from(text));
      return readEnd;
    } finally {
      closeSync(writeEnd);
    }
  } finally {
    closeSync(first);
  }
}

// The reading ends first: to open the other one would wait for them.
function openPipe(path: string, thread: PipeThread): OutputPipe {
  const ends = { near: openSync(path, READ_NOW), far: openSync(path, READ_NOW) };
  const writeEnd = openSync(path, constants.O_WRONLY);
  return {
    writeEnd,
    reader: new PipeReader(ends, thread),
    handedOver: () => closeSync(writeEnd),
  };
}
