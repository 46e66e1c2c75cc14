import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { startGuardian } from './guardian.ts';
import { filledPipes, makePipes } from './output-pipe.ts';
import type { PipeReader } from './pipe-reader.ts';
import { PipeThread } from './pipe-thread.ts';
import type { CommandEnd, OutputSink, RunCommand, RunningCommand } from '../core/run/command.ts';

/**
 * Runs a command with our stdin, and pipes for what it writes. It leads a session, and so a process group, of its own; should
 * hallpass be killed, a guardian ends all of it. What it leaves running when it ends stays.
 */
export async function runPiped(command: RunCommand, sink: OutputSink): Promise<RunningCommand> {
  const thread = new PipeThread();
  const [out, err] = makePipes(2, thread);
  if (out === undefined || err === undefined) throw new Error('two pipes were asked for');
  const guardian = startGuardian();
  const { argv, env, descriptors = [] } = command;
  const filled = filledPipes(descriptors.map((secret) => secret.reveal()));
  const child = spawn(argv[0], argv.slice(1), {
    stdio: ['inherit', out.writeEnd, err.writeEnd, ...filled],
    detached: true,
    env: { ...env },
  });
  for (const readEnd of filled) closeSync(readEnd);
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  for (const pipe of [out, err]) pipe.handedOver();
  try {
    await once(child, 'spawn');
  } catch (error) {
    for (const pipe of [out, err]) pipe.reader.discard();
    guardian.release();
    exited.catch(() => undefined);
    throw cannotRun(error);
  }
  const { pid = 0 } = child;
  guardian.watch(pid);
  const readers = [out.reader, err.reader];
  const ends = Promise.all([pump('stdout', out.reader, sink), pump('stderr', err.reader, sink)]);
  return {
    ended: closing(endOf(exited, { ends, readers }), async () => {
      guardian.release();
      await thread.close();
    }),
    signal: (signal) => signalGroup(pid, signal),
    resize: () => undefined,
    stopReading: (stream) => (stream === 'stderr' ? err : out).reader.stop(),
  };
}

async function closing<T>(done: Promise<T>, close: () => Promise<void>): Promise<T> {
  try {
    return await done;
  } finally {
    await close();
  }
}

interface Outputs {
  /** Resolves when all is read. */
  readonly ends: Promise<unknown>;
  readonly readers: readonly PipeReader[];
}

async function endOf(
  exited: Promise<[number | null, NodeJS.Signals | null]>,
  { ends, readers }: Outputs,
): Promise<CommandEnd> {
  // Who can't be read any more is not written to either: it learns of it, and ends.
  const stop = (): void => {
    for (const reader of readers) reader.stop();
  };
  ends.catch(stop);
  const [code, signal] = await exited;
  // A process that it left running may hold the pipes for ever. What is still to be read is no such sign.
  const timer = new AbortController();
  const abort = (): void => timer.abort();
  ends.then(abort, abort);
  await delay(LIMITS.outputEndMs, undefined, { signal: timer.signal }).catch(() => undefined);
  stop();
  await ends;
  return {
    code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
    signal: signal ?? undefined,
  };
}

// Resolves when there is no more to come.
async function pump(stream: 'stdout' | 'stderr', reader: PipeReader, sink: OutputSink): Promise<void> {
  await reader.read((piece) => sink(stream, piece));
  await sink(stream, undefined);
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    if (!isSystemError(error, 'ESRCH', 'EPERM')) throw error;
  }
}

function cannotRun(cause: unknown): HallpassError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'an unforeseen fault';
  return new HallpassError('ERR_CANNOT_RUN', `the command could not be started: ${code}`, { cause });
}
