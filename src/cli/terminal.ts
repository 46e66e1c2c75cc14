import { writeSync } from 'node:fs';
import process from 'node:process';

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
}

export const processTerminal: Terminal = {
  result: (line) => process.stdout.write(`${line}\n`),
  json: (value) => process.stdout.write(`${visibleJson(value)}\n`),
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
};

// Synchronous, so that a last word is out before the process is. A reader that has gone away is no reason to fail.
function writeStderr(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    process.stderr.write(text);
  }
}
