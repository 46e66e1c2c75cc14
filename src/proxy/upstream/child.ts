import type { Readable, Writable } from 'node:stream';

/** A running child process with piped stdio, as the platform hands it to those who talk to it. */
export interface Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process has exited and its pipes are drained. */
  readonly exited: Promise<Exit>;
  /**
   * Asks it to leave and sees that it does: end of its stdin, then TERM, then KILL, each to the whole process group.
   * With `atOnce` the first step is left out.
   */
  stop(options?: { atOnce?: boolean }): Promise<Exit>;
}

export interface Exit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** We sent it a signal before it was gone: how it ended is our doing. */
  readonly forced?: boolean;
}
