import { writeSync } from 'node:fs';
import process from 'node:process';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { visibleJson } from '../core/visible.ts';

/** Where a command speaks: results on stdout, people on stderr. Tests hand in their own. */
export interface Terminal {
  /** The result, for pipes: one line on stdout. */
  result(line: string): void;
  /** One JSON object or event on stdout. */
  json(value: unknown): void;
  /** For the person watching: one line on stderr. */
  note(line: string): void;
  readonly stdinIsTty: boolean;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  /** Of the terminal that stderr is; undefined where it is none, or does not say. */
  readonly stderrSize?: TerminalSize | undefined;
}

/** In characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export const processTerminal: Terminal = {
  result: (line) => writeStdout(`${line}\n`),
  json: (value) => writeStdout(`${visibleJson(value)}\n`),
  note: (line) => writeStderr(`${line}\n`),
  get stdinIsTty() {
    return process.stdin.isTTY === true;
  },
  get stdoutIsTty() {
    return process.stdout.isTTY === true;
  },
  get stderrIsTty() {
    return process.stderr.isTTY === true;
  },
  get stderrSize() {
    const { columns, rows } = process.stderr;
    // A pseudo-terminal that nobody has told its size says 0.
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  },
};

function writeStdout(text: string): void {
  if (!process.stdout.listeners('error').includes(outputLost)) process.stdout.on('error', outputLost);
  process.stdout.write(text);
}

/** Nobody reads stdout any more: nobody's fault, and the end of the program without a word. */
export class ReaderGone extends Error {}

/**
 * What stdout's errors come to.
 *
 * @throws {HallpassError} ERR_OUTPUT
 * @throws {ReaderGone}
 */
export function outputLost(cause: Error): never {
  if (isSystemError(cause, 'EPIPE')) throw new ReaderGone(cause.message, { cause });
  throw new HallpassError('ERR_OUTPUT', `cannot write to standard output: ${cause.message}`, { cause });
}

// Synchronous, so that a last word is out before the process is. A reader that has gone away is no reason to fail.
function writeStderr(text: string): void {
  try {
    writeSync(2, text);
  } catch (error) {
    if (!isSystemError(error, 'EAGAIN')) return;
    if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined);
    process.stderr.write(text);
  }
}
