import { EventEmitter } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { Emulator, type StyledText } from './emulator.ts';
import type { Sandbox } from './hallpass.ts';
import { PseudoTerminal } from './pseudo-terminal.ts';
import { strangeSequences } from './strange-sequences.ts';

const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const SHOW_MS = 60_000;
const STAYS_MS = 2_000;

export interface ReviewScreenOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** `hallpass review` on a real terminal, all of whose bytes an emulator obeys. */
export class ReviewScreen {
  readonly emulator: Emulator;
  /** Resolves with the exit code, as a shell sees it. */
  readonly finished: Promise<number>;
  readonly #terminal: PseudoTerminal;
  #hasEnded = false;
  readonly #obeyed = new EventEmitter();

  constructor(hallpass: Sandbox, args: readonly string[], options: ReviewScreenOptions) {
    this.emulator = new Emulator(options);
    this.#terminal = new PseudoTerminal(hallpass, [process.execPath, CLI, 'review', ...args], options);
    this.#terminal.onText((text) => void this.#obey(text));
    this.finished = this.#terminal.finished.finally(() => (this.#hasEnded = true));
  }

  get lines(): string[] {
    return this.emulator.lines;
  }

  get styled(): StyledText[][] {
    return this.emulator.styled;
  }

  /** What it wrote that no screen of ours needs of a terminal. */
  get strange(): string[] {
    return strangeSequences(this.#terminal.text);
  }

  type(keys: string): void {
    this.#terminal.type(keys);
  }

  resize(size: { readonly columns: number; readonly rows: number }): void {
    this.emulator.resize(size);
    this.#terminal.resize(size);
  }

  /** Resolves once what is to be seen matches; rejects after a minute. */
  async shows(pattern: RegExp): Promise<void> {
    const late = AbortSignal.timeout(SHOW_MS);
    while (!pattern.test(this.lines.join('\n'))) {
      await new Promise<void>((resolve, reject) => {
        this.#obeyed.once('text', resolve);
        late.addEventListener('abort', () =>
          reject(new Error(`it does not show ${pattern}\n${this.lines.join('\n')}`)),
        );
      });
    }
  }

  /** True once what is to be seen is another than `before`; false when it stays so for as long as a person would wait. */
  async changes(before: string): Promise<boolean> {
    const late = AbortSignal.timeout(STAYS_MS);
    while (this.lines.join('\n') === before && !late.aborted) {
      await new Promise<void>((resolve) => {
        this.#obeyed.once('text', resolve);
        late.addEventListener('abort', () => resolve());
      });
    }
    return !late.aborted;
  }

  [Symbol.dispose](): void {
    if (!this.#hasEnded) this.#terminal.signal('SIGKILL');
    this.emulator.dispose();
  }

  async #obey(text: string): Promise<void> {
    await this.emulator.write(text);
    this.#obeyed.emit('text');
  }
}
