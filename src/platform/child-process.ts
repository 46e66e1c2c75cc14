import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { HAS_GROUPS, ProcessGroup } from './process-group.ts';
import { type Spawnable, systemRoot, windowsCommand } from './windows-command.ts';

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
  /** We sent it a signal before it was gone: how it ended is our doing. */
  readonly forced?: boolean;
}

/** What to run. No shell is involved: `args` reach the program as they are. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
}

/**
 * Starts a child in a process group of its own, so that what it starts in turn can be ended with it. Should hallpass be
 * killed, a guardian sees to it.
 *
 * @throws {HallpassError} ERR_UPSTREAM_NOT_FOUND when there is nothing of that name to run
 */
export async function startChild(command: Command): Promise<Child> {
  try {
    const group = new ProcessGroup(() => spawnPiped(command), { systemRoot: systemRoot(command.env) });
    const child = group.leader;
    const force = new AbortController();
    const exited = exitOf(child, force.signal);
    // A write after its end fails with EPIPE; the exit tells more, and is handled.
    child.stdin.on('error', () => undefined);
    await once(child, 'spawn');
    const { stdin, stdout, stderr } = child;
    return { stdin, stdout, stderr, exited, stop: (options) => stop({ group, exited, force }, options) };
  } catch (error) {
    throw error instanceof HallpassError ? error : cannotRun(command, error);
  }
}

function spawnPiped(command: Command): Piped {
  const { env, cwd } = command;
  const { file, args, verbatim } = spawnableOf(command);
  return spawn(file, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: HAS_GROUPS,
    windowsVerbatimArguments: verbatim,
    windowsHide: true,
    env: { ...env },
    ...(cwd !== undefined && { cwd }),
  });
}

function spawnableOf(command: Command): Spawnable {
  if (HAS_GROUPS) return { file: command.command, args: command.args, verbatim: false };
  const found = windowsCommand(command, isFile);
  if (found === undefined) throw Object.assign(new Error('not found'), { code: 'ENOENT' });
  return found;
}

type Piped = ChildProcessByStdio<Writable, Readable, Readable>;

function exitOf(child: Piped, force: AbortSignal): Promise<Exit> {
  return new Promise((resolve) => {
    let forced = {};
    child.once('close', (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined, ...forced }),
    );
    child.once('error', () => resolve({ code: undefined, signal: undefined }));
    child.once('exit', () => {
      // Its pipes may stay open for long after.
      if (force.aborted) forced = { forced: true };
      void closePipes(child);
    });
  });
}

// A grandchild that kept the pipes open would hold `close` back for ever. What is still to be read is no such sign.
async function closePipes(child: Piped): Promise<void> {
  const { stdout, stderr } = child;
  do await delay(LIMITS.childTermMs, undefined, { ref: false });
  while (stdout.readableLength + stderr.readableLength > 0);
  destroyPipes(child);
}

function destroyPipes({ stdout, stderr }: Piped): void {
  stdout.destroy();
  stderr.destroy();
}

interface Stoppable {
  readonly group: ProcessGroup<Piped>;
  readonly exited: Promise<Exit>;
  readonly force: AbortController;
}

async function stop({ group, exited, force }: Stoppable, { atOnce = false } = {}): Promise<Exit> {
  group.leader.stdin.end();
  if (!atOnce && (await within(LIMITS.childEofMs, exited))) return sweep(group, exited);
  force.abort();
  group.signal('SIGTERM');
  await within(LIMITS.childTermMs, exited);
  return sweep(group, exited);
}

// Whatever the child left running in its group goes too, and what nobody reads is not waited for.
async function sweep(group: ProcessGroup<Piped>, exited: Promise<Exit>): Promise<Exit> {
  group.kill();
  if (!(await within(LIMITS.childTermMs, exited))) destroyPipes(group.leader);
  return exited;
}

async function within(ms: number, exited: Promise<Exit>): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  const inTime = await Promise.race([exited.then(() => true), late]);
  timer.abort();
  return inTime;
}

function cannotRun({ command, cwd }: Command, cause: unknown): HallpassError {
  const why = reasonOf(cause, cwd);
  return new HallpassError('ERR_UPSTREAM_NOT_FOUND', `the server command "${command}" ${why}`, { cause });
}

function reasonOf(cause: unknown, cwd: string | undefined): string {
  if (isSystemError(cause, 'EACCES')) return 'is not executable';
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an unforeseen fault';
  if (!['ENOENT', 'ENOTDIR', 'ERR_INVALID_ARG_VALUE'].includes(code)) return `could not be started (${code})`;
  return cwd === undefined || isDirectory(cwd)
    ? 'was not found'
    : `can not run in ${cwd}, which is no directory`;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
