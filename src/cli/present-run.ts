import { fstatSync } from 'node:fs';
import process from 'node:process';
import type { Writable } from 'node:stream';

import type { RunResult } from '../app/run.ts';
import type { Leak } from '../app/run-output.ts';
import type { Tried } from '../app/upload-spooled.ts';
import { isSystemError } from '../core/errors.ts';
import { type CiSystem, maskLines } from '../core/run/ci-masks.ts';
import type { OutputStream } from '../core/run/command.ts';
import { visible } from '../core/visible.ts';
import { uploadLine } from './present-upload.ts';
import { outputLost, type Terminal } from './terminal.ts';

/** Shows what a command writes where it would have written it itself, and hallpass's own words on stderr. */
export interface RunPresenter {
  show(stream: OutputStream, masked: Uint8Array): Promise<void> | undefined;
  /** Tells the CI system of a secret. */
  announce(value: string): void;
  note(line: string): void;
  ended(result: RunResult): void;
  uploaded(tried: Tried | undefined): void;
}

const LF = 0x0a;

/** Whether what is written to one stands among what is written to the other: one terminal, one file, one pipe. */
export function isSameFile(one: number, other: number): boolean {
  try {
    const [a, b] = [fstatSync(one, { bigint: true }), fstatSync(other, { bigint: true })];
    return a.dev === b.dev && a.ino === b.ino;
  } catch (error) {
    // One of them is closed.
    if (isSystemError(error, 'EBADF')) return false;
    throw error;
  }
}

/** Tells when a stream that is full has room again, or is gone: to all who wait for it at once, with one look at it. */
export class Room {
  readonly #waits = new Map<Writable, Promise<void>>();

  of(target: Writable): Promise<void> {
    const wait = this.#waits.get(target) ?? this.#begin(target);
    this.#waits.set(target, wait);
    return wait;
  }

  #begin(target: Writable): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        target.off('drain', end).off('close', end);
        this.#waits.delete(target);
        resolve();
      };
      target.on('drain', end).on('close', end);
    });
  }
}

export class OutputPresenter implements RunPresenter {
  readonly #terminal: Terminal;
  readonly #ci: CiSystem | undefined;
  #atLineStart = true;
  // Of what stands where the last word will stand.
  #isLineOpen = false;
  readonly #isOneStream = isSameFile(1, 2);
  readonly #room = new Room();

  /** `onGone`: nobody reads this stream any more. */
  constructor(
    terminal: Terminal,
    options: { ci: CiSystem | undefined; onGone: (stream: OutputStream) => void },
  ) {
    this.#terminal = terminal;
    this.#ci = options.ci;
    for (const stream of ['stdout', 'stderr'] as const) {
      process[stream].on('error', (error: Error) =>
        isSystemError(error, 'EPIPE') ? options.onGone(stream) : outputLost(error),
      );
    }
  }

  show(stream: OutputStream, masked: Uint8Array): Promise<void> | undefined {
    const target = stream === 'stderr' ? process.stderr : process.stdout;
    const endsLine = masked.at(-1) === LF;
    if (target === process.stdout) this.#atLineStart = endsLine;
    if (target === process.stderr || this.#isOneStream) this.#isLineOpen = !endsLine;
    return target.write(masked) || target.destroyed ? undefined : this.#room.of(target);
  }

  announce(value: string): void {
    if (this.#ci === undefined) return;
    // A command counts at the beginning of a line only.
    process.stdout.write((this.#atLineStart ? '' : '\n') + maskLines(this.#ci, value).join(''));
    this.#atLineStart = true;
  }

  note(line: string): void {
    this.#terminal.note(`hallpass: ${visible(line)}`);
  }

  ended(result: RunResult): void {
    // What the command wrote last need not end its line, and would look as if it went on.
    this.#terminal.note(`${this.#isLineOpen ? '\n' : ''}${runSummary(result)}`);
    this.#isLineOpen = false;
  }

  uploaded(tried: Tried | undefined): void {
    if (tried !== undefined) this.note(uploadLine(tried));
  }
}

/** With `--json`: an event a line on stdout. */
export class JsonPresenter implements RunPresenter {
  readonly #terminal: Terminal;
  readonly #decoders = new Map<OutputStream, InstanceType<typeof TextDecoder>>();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(stream: OutputStream, masked: Uint8Array): undefined {
    const decoder = this.#decoders.get(stream) ?? new TextDecoder();
    this.#decoders.set(stream, decoder);
    const text = decoder.decode(masked, { stream: true });
    if (text !== '') this.#terminal.json({ event: 'output', stream, text });
  }

  announce(): void {
    // A CI system reads lines, and these are not the command's.
  }

  note(line: string): void {
    this.#terminal.note(`hallpass: ${visible(line)}`);
  }

  ended({ session, end, secrets, exposed, excepted, leaks, leaked, sealed }: RunResult): void {
    const { code, signal = null } = end;
    const printed = { leaked, leaks };
    this.#terminal.json({
      event: 'exit',
      session,
      exit_code: code,
      signal,
      secrets,
      exposed,
      ...(excepted > 0 && { excepted }),
      sealed,
      ...printed,
    });
  }

  uploaded(tried: Tried | undefined): void {
    if (tried !== undefined) this.#terminal.json({ event: 'upload', ...tried.result });
  }
}

/** The last line of every session. */
export function runSummary({ secrets, exposed, excepted, sealed, why }: RunResult): string {
  const end = sealed ? 'sealed' : `NOT sealed: ${visible(why ?? 'unknown reason', { oneLine: true })}`;
  const masked = `${secrets} secret${secrets === 1 ? '' : 's'} masked`;
  const passed = excepted > 0 ? `, ${excepted} excepted` : '';
  return `${masked}, ${exposed} exposed${passed}, ${end}. hallpass review`;
}

/** Where it printed a secret first. */
export function leakText({ stream, line, rule, placeholder }: Leak): string {
  const where = stream === 'terminal' ? 'its terminal' : `its ${stream}`;
  return `line ${line} of ${where}: ${placeholder} [${rule}]`;
}
