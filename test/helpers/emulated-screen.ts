import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

import type { ReactNode } from 'react';

import { showScreen } from '../../src/tui/show-screen.ts';
import { Emulator } from './emulator.ts';

/** A screen as `showScreen` shows it, in a terminal emulator. */
export class EmulatedScreen {
  readonly emulator: Emulator;
  readonly finished: Promise<unknown>;
  readonly #out: Out;
  readonly #keys: PassThrough;

  constructor(tree: ReactNode, size: { readonly columns: number; readonly rows: number }) {
    this.emulator = new Emulator(size);
    this.#out = new Out(size, this.emulator);
    this.#keys = new PassThrough();
    const stdin = Object.assign(this.#keys, {
      isTTY: true,
      setRawMode: () => stdin,
      ref: () => stdin,
      unref: () => stdin,
    });
    // Ink asks no more of a terminal than these have.
    const streams = { stdout: this.#out, stdin } as unknown as {
      stdout: NodeJS.WriteStream;
      stdin: NodeJS.ReadStream;
    };
    this.finished = showScreen(tree, streams);
  }

  /** All bytes that went to the terminal. */
  get written(): string {
    return this.#out.written;
  }

  type(keys: string): void {
    this.#keys.write(keys);
  }

  /** Resolves once what it shows satisfies `isThere`. */
  async shows(isThere: (lines: string[]) => boolean): Promise<string[]> {
    while (!isThere(this.emulator.lines)) await new Promise((resolve) => this.#out.once('obeyed', resolve));
    return this.emulator.lines;
  }

  resize(size: { readonly columns: number; readonly rows: number }): void {
    this.emulator.resize(size);
    this.#out.columns = size.columns;
    this.#out.rows = size.rows;
    this.#out.emit('resize');
  }
}

class Out extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  written = '';
  readonly #emulator: Emulator;

  constructor(size: { readonly columns: number; readonly rows: number }, emulator: Emulator) {
    super();
    this.columns = size.columns;
    this.rows = size.rows;
    this.#emulator = emulator;
  }

  write(text: string, done?: unknown): boolean {
    this.written += text;
    void this.#obey(text, typeof done === 'function' ? (done as () => void) : () => undefined);
    return true;
  }

  async #obey(text: string, done: () => void): Promise<void> {
    await this.#emulator.write(text);
    this.emit('obeyed');
    done();
  }
}
