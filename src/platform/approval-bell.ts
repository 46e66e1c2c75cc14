import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

import { isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { createForAppend, privateDirectory } from './files.ts';

/**
 * How processes of one user tell each other that something was decided, without anybody looking again and again: who waits
 * listens on a private socket and leaves its address, as the name of an empty file, in a private directory; who decides
 * rings at all of them. What was decided stands in the database; a ring says only that it is time to look.
 */
export class ApprovalBell {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Calls `onRing` for each ring until closed. */
  async listen(onRing: () => void): Promise<{ close(): void }> {
    privateDirectory(this.#directory);
    const { path, remove } = newAddress();
    const note = join(this.#directory, nameOf(path));
    const server = createServer((socket) => {
      socket.on('error', () => undefined).destroy();
      onRing();
    });
    const close = (): void => {
      rmSync(note, { force: true });
      server.close();
      remove();
    };
    try {
      await listening(server, path);
      closeSync(createForAppend(note));
    } catch (error) {
      close();
      throw error;
    }
    return { close };
  }

  /**
   * Resolves when everybody who listens has been told; never rejects, for what is told of is done. Whoever has died
   * meanwhile is forgotten.
   */
  async ring(): Promise<void> {
    await Promise.all(this.#notes().map((name) => ringAt(join(this.#directory, name), addressOf(name))));
  }

  #notes(): string[] {
    try {
      return readdirSync(this.#directory).filter((name) => addressOf(name) !== '');
    } catch {
      // Nobody has ever listened here, or nobody can: they look from time to time anyhow.
      return [];
    }
  }
}

async function listening(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
  // A ring that could not be taken (no more files, say) is a ring missed, and no end of the session.
  server.on('error', () => undefined);
  // Waiting for a decision keeps the process, not the bell.
  server.unref();
}

async function ringAt(note: string, address: string): Promise<void> {
  if (!(await isGone(address))) return;
  try {
    rmSync(note, { force: true });
  } catch {
    // It is not ours, then: a directory, say. It may lie there.
  }
  removeSocket(address);
}

// Only that nobody is there is a sign of death. Whoever is stopped, or has too many rings before it (EAGAIN), looks later.
function isGone(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path: address });
    socket
      .setTimeout(LIMITS.approvalRingMs, () => socket.destroy())
      .on('error', (error) => resolve(isSystemError(error, 'ECONNREFUSED', 'ENOENT')))
      // What is connected will be accepted: by who is stopped, when they go on. Nobody waits for that.
      .on('connect', () => resolve(false))
      .on('connect', () => socket.end().unref())
      .on('close', () => resolve(false));
  });
}

// The address is in the name: there is no moment in which half of it is to be read.
function nameOf(path: string): string {
  return Buffer.from(path).toString('base64url');
}

function addressOf(name: string): string {
  return Buffer.from(name, 'base64url').toString();
}

// A socket's path has a hundred characters at most, so it is not under the state directory, which may lie anywhere.
function newAddress(): { path: string; remove: () => void } {
  if (process.platform === 'win32') {
    const path = `\\\\.\\pipe\\hallpass-${randomBytes(16).toString('hex')}`;
    return { path, remove: () => undefined };
  }
  const isShort = tmpdir().length <= LIMITS.socketDirectoryCharacters;
  const path = join(mkdtempSync(join(isShort ? tmpdir() : '/tmp', 'hallpass-')), SOCKET);
  return { path, remove: () => removeSocket(path) };
}

const SOCKET = 'bell';

// Nothing but what `newAddress` makes, and no directory that holds anything else.
function removeSocket(path: string): void {
  if (!path.endsWith(`/${SOCKET}`)) return;
  try {
    rmSync(path, { force: true });
    rmdirSync(dirname(path));
  } catch {
    // Somebody else was first; or it is a leftover in /tmp, which harms nobody.
  }
}
