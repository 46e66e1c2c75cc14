import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

import { LIMITS } from '../core/limits.ts';
import { privateDirectory, readSmallFile, replaceFile } from './files.ts';

/**
 * How processes of one user tell each other that something was decided, without anybody looking again and again: who waits
 * listens on a private socket and leaves its address in a private directory; who decides rings at all of them. What was
 * decided stands in the database; a ring says only that it is time to look.
 */
export class ApprovalBell {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Calls `onRing` for each ring until disposed of. */
  async listen(onRing: () => void): Promise<{ close(): void }> {
    privateDirectory(this.#directory);
    const { path, remove } = newAddress();
    const server = createServer((socket) => {
      socket.destroy();
      onRing();
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(path, resolve);
    });
    // Waiting for a decision keeps the process, not the bell.
    server.unref();
    const note = join(this.#directory, `${process.pid}-${randomBytes(8).toString('hex')}`);
    replaceFile(note, path);
    return {
      close: () => {
        rmSync(note, { force: true });
        server.close();
        remove();
      },
    };
  }

  /** Resolves when everybody who listens has been told. Whoever has died meanwhile is forgotten. */
  async ring(): Promise<void> {
    privateDirectory(this.#directory);
    const notes = readdirSync(this.#directory).map((name) => join(this.#directory, name));
    await Promise.all(notes.map(ringAt));
  }
}

async function ringAt(note: string): Promise<void> {
  const address = readSmallFile(note, LIMITS.approvalAddressBytes)?.toString('utf8');
  if (address === undefined) return;
  const heard = await new Promise<boolean>((resolve) => {
    const socket = connect(address);
    socket
      .setTimeout(LIMITS.approvalRingMs, () => socket.destroy())
      .on('error', () => resolve(false))
      .on('connect', () => socket.end())
      .on('close', () => resolve(true));
  });
  if (!heard) rmSync(note, { force: true });
}

// A socket's path has a hundred characters at most, so it is not under the state directory, which may lie anywhere.
function newAddress(): { path: string; remove: () => void } {
  if (process.platform === 'win32') {
    const path = `\\\\.\\pipe\\hallpass-${randomBytes(16).toString('hex')}`;
    return { path, remove: () => undefined };
  }
  const path = join(mkdtempSync(join(tmpdir(), 'hallpass-')), 'bell');
  return { path, remove: () => rmSync(dirname(path), { recursive: true, force: true }) };
}
