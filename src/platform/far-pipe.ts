import { readSync } from 'node:fs';
import type { Socket } from 'node:net';

import { isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { READ_BYTES, readPipe } from './pipe-socket.ts';

/** Gets the pieces of a pipe, in order; undefined: there is no more. */
type Give = (piece: Uint8Array<ArrayBuffer> | undefined) => void;

/** Reads a pipe ahead of who masks what comes: what comes while no piece is wanted is gathered to a larger one. */
export class FarPipe {
  readonly #fd: number;
  readonly #give: Give;
  readonly #socket: Socket;
  #room = new Uint8Array(LIMITS.readAheadBytes);
  #length = 0;
  #wanted: number = LIMITS.readAheadPieces;

  constructor(fd: number, give: Give) {
    this.#fd = fd;
    this.#give = give;
    this.#socket = readPipe(fd, (bytes) => this.#took(bytes));
    this.#socket.once('close', () => this.#end());
  }

  /** There is room for one more piece. */
  want(): void {
    this.#wanted += 1;
    this.#giveWanted();
    this.#socket.resume();
  }

  /** Reads what is in the pipe, and no more. */
  stop(): void {
    if (this.#socket.destroyed) return;
    this.#giveAll();
    for (const piece of whatIsIn(this.#fd)) this.#give(piece);
    this.#socket.destroy();
  }

  #took(bytes: Uint8Array): boolean {
    this.#room.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#giveWanted();
    return this.#length + READ_BYTES <= this.#room.length;
  }

  #giveWanted(): void {
    if (this.#wanted === 0 || this.#length === 0) return;
    this.#wanted -= 1;
    this.#giveAll();
  }

  // What is large goes as it is, and there is a new room; what is small is copied.
  #giveAll(): void {
    if (this.#length === 0) return;
    const isLarge = this.#length > READ_BYTES / 2;
    const piece = isLarge ? this.#room.subarray(0, this.#length) : this.#room.slice(0, this.#length);
    if (isLarge) this.#room = new Uint8Array(LIMITS.readAheadBytes);
    this.#length = 0;
    this.#give(piece);
  }

  #end(): void {
    this.#giveAll();
    this.#give(undefined);
  }
}

// As much as a pipe can hold: a process that goes on writing would have no end.
function* whatIsIn(fd: number): Generator<Uint8Array<ArrayBuffer>> {
  for (let left: number = LIMITS.pipeBytes; left > 0;) {
    const piece = new Uint8Array(READ_BYTES);
    const length = readNow(fd, piece);
    if (length === 0) return;
    left -= length;
    yield piece.subarray(0, length);
  }
}

function readNow(fd: number, piece: Uint8Array): number {
  try {
    return readSync(fd, piece);
  } catch (error) {
    if (isSystemError(error, 'EAGAIN')) return 0;
    throw error;
  }
}
