import process from 'node:process';

import { type IPty, spawn } from '@lydell/node-pty';

import type { Sandbox } from './hallpass.ts';

const SAY_MS = 60_000;

interface Screen {
  readonly columns: number;
  readonly rows: number;
}

/** A program on a real terminal of its own, in a sandbox; all that it shows is searched for secrets in the end. */
export class PseudoTerminal {
  /** Resolves with the exit code, as a shell sees it. */
  readonly finished: Promise<number>;
  readonly #pty: IPty;
  #shown = '';
  #looked = 0;
  readonly #lookers = new Set<() => void>();

  constructor(
    hallpass: Sandbox,
    [file = '', ...args]: readonly string[],
    { env = {}, columns, rows }: Screen & { readonly env?: Readonly<Record<string, string>> },
  ) {
    this.#pty = spawn(file, args, {
      cols: columns,
      rows,
      cwd: hallpass.project,
      env: { ...hallpass.env, ...env },
    });
    hallpass.watch(() => ({ streams: { terminal: Buffer.from(this.#shown) }, directories: [] }));
    this.#pty.onData((text) => {
      this.#shown += text;
      for (const look of this.#lookers) look();
    });
    this.finished = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode));
    });
  }

  /** All that it has shown, escape sequences included. */
  get text(): string {
    return this.#shown;
  }

  /** Calls back with each piece of what it shows from now on. */
  onText(listener: (text: string) => void): void {
    this.#pty.onData(listener);
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize({ columns, rows }: Screen): void {
    this.#pty.resize(columns, rows);
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.#pty.pid, signal);
  }

  /** Resolves once it shows that, behind what was waited for before. */
  saying(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#lookers.delete(look);
        reject(new Error(`it did not show ${pattern}\n${this.#shown.slice(this.#looked)}`));
      }, SAY_MS);
      const look = (): void => {
        const match = pattern.exec(this.#shown.slice(this.#looked));
        if (match === null) return;
        clearTimeout(timer);
        this.#lookers.delete(look);
        this.#looked += match.index + match[0].length;
        resolve(match);
      };
      this.#lookers.add(look);
      look();
    });
  }
}
