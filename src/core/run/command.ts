import type { Secret } from '../secret.ts';
import type { ReadPiece } from './passage.ts';
import type { TerminalRecord } from '../session/event.ts';

/** What to run. No shell is involved: the words reach the program as they are. */
export interface RunCommand {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** What it can read, once, from its descriptors 3, 4 and so on. */
  readonly descriptors?: readonly Secret[];
}

export type OutputStream = 'stdout' | 'stderr' | 'terminal';

/** Takes what a command writes, as `TerminalText` reads it, `undefined` at the end. A promise: there is room for more when it resolves. */
export type OutputSink = (stream: OutputStream, piece: ReadPiece | undefined) => Promise<void> | undefined;

/** How it ended. */
export interface CommandEnd {
  /** Its exit code, or 128 + n for a signal, as shells have it. */
  readonly code: number;
  /** The signal's name, where it is known. */
  readonly signal: string | undefined;
}

export interface RunningCommand {
  /** Resolves when it has ended and all that it wrote is read. */
  readonly ended: Promise<CommandEnd>;
  /** To the command and what it has started. */
  signal(signal: NodeJS.Signals): void;
  /** The terminal has another size now. */
  resize(): void;
  /** The size of the terminal that it has; missing: it has none. */
  readonly terminal?: () => TerminalRecord;
  /** Nobody reads this any more: who writes into it learns of it as it always would. */
  stopReading(stream: OutputStream): void;
}
