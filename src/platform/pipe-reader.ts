import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';

import { LIMITS } from '../core/limits.ts';
import { TerminalText } from '../core/run/terminal-text.ts';
import { readPipe } from './pipe-socket.ts';
import type { PipeThread, TakePiece } from './pipe-thread.ts';

/** Reads what a program writes into a pipe in this thread, and when there is more to read than it takes to start another one, in that. */
export class PipeReader {
  readonly #near: number;
  /** Another end of the same pipe, for the other thread. */
  readonly #far: number;
  readonly #thread: PipeThread;
  readonly #text = new TerminalText();
  #socket: Socket | undefined;
  #isStopped = false;

  constructor({ near, far }: { readonly near: number; readonly far: number }, thread: PipeThread) {
    this.#near = near;
    this.#far = far;
    this.#thread = thread;
  }

  /** Resolves at the end of the pipe, when all of it was taken. */
  async read(take: TakePiece): Promise<void> {
    const isMore = await this.#readNear(take);
    // The other end keeps the pipe open, and what is in it.
    this.#socket?.destroy();
    if (isMore && !this.#isStopped) return this.#thread.read(this.#far, this.#text.rest, take);
    closeSync(this.#far);
    await take(this.#text.end());
  }

  /** What is in the pipe by now is its end; who writes into it learns that nobody reads it any more. */
  stop(): void {
    this.#isStopped = true;
    this.#socket?.destroy();
    this.#thread.stop(this.#far);
  }

  /** Nothing was read, and nothing will be. */
  discard(): void {
    closeSync(this.#near);
    closeSync(this.#far);
  }

  // False: that was all.
  #readNear(take: TakePiece): Promise<boolean> {
    return new Promise((resolve) => {
      let bytes = 0;
      const socket = readPipe(this.#near, (chunk) => {
        bytes += chunk.length;
        const room = take(this.#text.push(Uint8Array.from(chunk)));
        const isMuch = bytes >= LIMITS.readAloneBytes;
        if (room === undefined && !isMuch) return true;
        void Promise.resolve(room).then(() => (isMuch ? resolve(true) : socket.resume()));
        return false;
      });
      socket.once('close', () => resolve(false));
      this.#socket = socket;
    });
  }
}
