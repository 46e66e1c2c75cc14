import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';

/** A running child process with piped stdio. */
export interface Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when the process has exited and its pipes are drained. */
  readonly exited: Promise<Exit>;
  /** End of its stdin (not with `atOnce`), then TERM, then KILL, each to the whole process group, until it is gone. */
  stop(options?: { atOnce?: boolean }): Promise<Exit>;
}

export interface Exit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** What to run. No shell is involved: `args` reach the program as they are. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
}

/**
 * Starts a child in a process group of its own, so that what it starts in turn can be ended with it.
 *
 * @throws {HallpassError} ERR_UPSTREAM_NOT_FOUND when there is nothing of that name to run
 */
export async function startChild({ command, args, env, cwd }: Command): Promise<Child> {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    env: { ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const exited = exitOf(child);
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw cannotRun(command, error);
  }
  // A write after its end fails with EPIPE; the exit tells more, and is handled.
  child.stdin.on('error', () => undefined);
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    stop: (options) => stop(child, exited, options),
  };
}

type Piped = ChildProcessByStdio<Writable, Readable, Readable>;

function exitOf(child: Piped): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
    child.once('error', () => resolve({ code: undefined, signal: undefined }));
    // A grandchild that kept the pipes open would hold `close` back for ever.
    child.once(
      'exit',
      () => void delay(LIMITS.childTermMs, undefined, { ref: false }).then(() => closePipes(child)),
    );
  });
}

function closePipes(child: Piped): void {
  child.stdout.destroy();
  child.stderr.destroy();
}

async function stop(child: Piped, exited: Promise<Exit>, { atOnce = false } = {}): Promise<Exit> {
  child.stdin.end();
  if (!atOnce && (await within(LIMITS.childEofMs, exited))) return sweep(child, exited);
  signalGroup(child, 'SIGTERM');
  if (await within(LIMITS.childTermMs, exited)) return sweep(child, exited);
  return sweep(child, exited);
}

// Whatever the child left running in its group goes too.
function sweep(child: Piped, exited: Promise<Exit>): Promise<Exit> {
  signalGroup(child, 'SIGKILL');
  return exited;
}

async function within(ms: number, exited: Promise<Exit>): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([exited.then(() => true), late]);
  timer.abort();
  return inTime;
}

function signalGroup(child: Piped, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (!isSystemError(error, 'ESRCH', 'EPERM')) throw error;
  }
}

function cannotRun(command: string, cause: unknown): HallpassError {
  const why = isSystemError(cause, 'EACCES') ? 'is not executable' : 'was not found';
  return new HallpassError('ERR_UPSTREAM_NOT_FOUND', `the server command "${command}" ${why}`, { cause });
}
