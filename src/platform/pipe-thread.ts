import { Worker } from 'node:worker_threads';

import type { ReadPiece } from '../core/run/passage.ts';
import type { TextRest } from '../core/run/terminal-text.ts';

/** Takes the next piece of a pipe. A promise: there is room for more when it resolves. */
export type TakePiece = (piece: ReadPiece) => Promise<void> | undefined;

/** What the thread is told of a pipe. */
export type ToPipe =
  | { readonly fd: number; readonly word: 'read'; readonly rest: TextRest }
  | { readonly fd: number; readonly word: 'more' | 'stop' };

/** What came out of a pipe; undefined: there is no more, and it is closed. */
export interface FromPipe {
  readonly fd: number;
  readonly piece: SentPiece | undefined;
}

/** A piece on its way between threads. */
export interface SentPiece extends Omit<ReadPiece, 'text'> {
  /** Undefined: it is the source. */
  readonly text: Uint8Array | undefined;
}

interface Reading {
  readonly take: TakePiece;
  readonly ended: PromiseWithResolvers<void>;
}

/** A thread that reads pipes, so that this one has the next piece when it is done with one. It is started by the first pipe. */
export class PipeThread {
  #worker: Worker | undefined;
  readonly #readings = new Map<number, Reading>();

  /**
   * Reads what comes behind `rest`. Resolves at the end of the pipe, when all of it was taken. The descriptor is the thread's
   * from now on, which closes it.
   */
  read(fd: number, rest: TextRest, take: TakePiece): Promise<void> {
    const ended = Promise.withResolvers<void>();
    this.#readings.set(fd, { take, ended });
    this.#worker ??= this.#start();
    this.#say({ fd, word: 'read', rest });
    return ended.promise;
  }

  /** What is in the pipe by now is its end. */
  stop(fd: number): void {
    if (this.#readings.has(fd)) this.#say({ fd, word: 'stop' });
  }

  /** Nothing is read any more. */
  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    // Compiled, this file is in another directory beside that of the worker.
    const name = import.meta.url.endsWith('.ts') ? './pipe-worker.ts' : '../platform/pipe-worker.js';
    const worker = new Worker(new URL(name, import.meta.url));
    worker.on('message', (message: FromPipe) => this.#hear(message));
    worker.on('error', (error: Error) => this.#fail(error));
    worker.on('exit', () => this.#fail(new Error('the thread that reads pipes has ended')));
    return worker;
  }

  #hear({ fd, piece }: FromPipe): void {
    const reading = this.#readings.get(fd);
    if (reading === undefined) return;
    if (piece !== undefined) return this.#take(fd, { reading, piece });
    this.#readings.delete(fd);
    reading.ended.resolve();
  }

  #take(fd: number, { reading, piece }: { reading: Reading; piece: SentPiece }): void {
    const more = (): void => {
      if (this.#readings.get(fd) === reading) this.#say({ fd, word: 'more' });
    };
    const room = reading.take({ ...piece, text: piece.text ?? piece.source });
    if (room === undefined) more();
    else void room.then(more);
  }

  #say(message: ToPipe): void {
    this.#worker?.postMessage(message);
  }

  #fail(error: Error): void {
    for (const { ended } of this.#readings.values()) ended.reject(error);
    this.#readings.clear();
  }
}
