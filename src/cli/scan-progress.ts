import process from 'node:process';

import { LIMITS } from '../core/limits.ts';
import { readEnvironment } from '../platform/environment.ts';
import type { Terminal } from './terminal.ts';

/** What there is to do in all; undefined where nobody can know. */
export interface WorkAhead {
  readonly files: number;
  readonly bytes: number;
}

export interface ProgressParts {
  readonly write: (text: string) => void;
  readonly now: () => number;
  readonly columns: number;
  readonly ahead: WorkAhead | undefined;
}

const CLEAR = '\r\u001b[K';
const WIDTH = 24;

/** A bar on stderr while a scan takes its time. It is taken away whenever something else is to be said. */
export class ScanProgress {
  readonly #parts: ProgressParts;
  readonly #started: number;
  #drawnAt = -Infinity;
  #isDrawn = false;
  #files = 0;
  #bytes = 0;

  constructor(parts: ProgressParts) {
    this.#parts = parts;
    this.#started = parts.now();
  }

  /** One more file is through. */
  fileDone(): void {
    this.#files++;
  }

  /** So much was read. */
  advance(bytes: number): void {
    this.#bytes += bytes;
    const now = this.#parts.now();
    const { progressAfterMs, progressEveryMs } = LIMITS;
    if (now - this.#started < progressAfterMs || now - this.#drawnAt < progressEveryMs) return;
    this.#drawnAt = now;
    this.#isDrawn = true;
    this.#parts.write(CLEAR + this.#line());
  }

  clear(): void {
    if (this.#isDrawn) this.#parts.write(CLEAR);
    this.#isDrawn = false;
  }

  #line(): string {
    const { ahead, columns } = this.#parts;
    const size = `${(this.#bytes / 1e6).toFixed(1)} MB`;
    if (ahead === undefined) return `${this.#files} files, ${size}`.slice(0, columns - 1);
    const part = Math.min(1, ahead.bytes === 0 ? 1 : this.#bytes / ahead.bytes);
    const bar = '█'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '░');
    const line = `${bar} ${Math.floor(part * 100)}%  ${this.#files}/${ahead.files} files, ${size}`;
    return line.slice(0, columns - 1);
  }
}

/** Whether a bar is wanted: on a terminal that can take one back, and nowhere else. */
export function wantsProgress(terminal: Terminal): boolean {
  const { ci, variables } = readEnvironment();
  return terminal.stderrIsTty && !ci && variables['TERM'] !== 'dumb';
}

/** The bar of this process. */
export function startProgress(terminal: Terminal, ahead: WorkAhead | undefined): ScanProgress {
  return new ScanProgress({
    write: (text) => void process.stderr.write(text),
    now: () => performance.now(),
    columns: terminal.stderrSize?.columns ?? 80,
    ahead,
  });
}
