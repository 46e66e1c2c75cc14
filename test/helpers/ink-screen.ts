import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

import { type Instance, render } from 'ink';
import type { ReactElement } from 'react';

/** A terminal of a size, in memory: what it shows last, and somebody who types. */
export class InkScreen {
  readonly #out: Out;
  readonly #keys = new PassThrough();
  readonly instance: Instance;

  constructor(tree: ReactElement, size: { columns: number; rows: number }) {
    this.#out = new Out(size.columns, size.rows);
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
    this.instance = render(tree, { ...streams, debug: true, exitOnCtrlC: false, patchConsole: false });
  }

  get lines(): string[] {
    return this.#out.shown.split('\n');
  }

  /** Everything that was ever on it. */
  get all(): string {
    return this.#out.frames.join('\n');
  }

  type(keys: string): void {
    this.#keys.write(keys);
  }

  /** Resolves once what it shows matches. */
  async shows(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#out.shown)) await new Promise((resolve) => this.#out.once('frame', resolve));
  }
}

class Out extends EventEmitter {
  readonly isTTY = true;
  readonly frames: string[] = [];
  readonly columns: number;
  readonly rows: number;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  get shown(): string {
    return this.frames.at(-1) ?? '';
  }

  write(text: string, done?: unknown): boolean {
    if (!text.startsWith('\u001b')) this.frames.push(text);
    if (typeof done === 'function') (done as () => void)();
    this.emit('frame');
    return true;
  }
}
