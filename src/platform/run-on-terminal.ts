import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import process from 'node:process';

import { type IPty, spawn } from '@lydell/node-pty';

import { isSystemError } from '../core/errors.ts';
import type { CommandEnd, OutputSink, RunCommand, RunningCommand } from '../core/run/command.ts';
import { TerminalText } from '../core/run/terminal-text.ts';
import { namedPipes } from './output-pipe.ts';
import { sizeOfTerminal } from './terminal-size.ts';

/**
 * POSIX shell, which leads the terminal's session so that the command has a process group with a parent in it: a group
 * without one can't be stopped by Ctrl-Z (POSIX.1-2024, 2.4.3: orphaned process groups). It has nothing of ours but the words
 * to run, which it does not look into. When the command is stopped it tells hallpass and stops itself; continued, it
 * continues the command. What it says of jobs is nobody's business. What the command is to have in descriptors it opens first.
 */
const monitor = (descriptors: number): string => `
${Array.from({ length: descriptors }, (_, index) => `exec ${3 + index}<"$1"; shift`).join('\n')}
exec 9>&2 2>/dev/null
set -m
"$@" 2>&9 9>&-
code=$?
while jobs %% >/dev/null; do
  kill -s TSTP "$PPID"
  kill -s STOP $$
  fg %% >/dev/null
  code=$?
done
exit $code
`;

/** Runs a command on a terminal of its own, of the size of ours, which is ours to type into. */
export function runOnTerminal(command: RunCommand, sink: OutputSink): RunningCommand {
  const { argv, env, descriptors = [] } = command;
  const pipes = namedPipes(descriptors.map((secret) => secret.reveal()));
  const words = ['-c', monitor(descriptors.length), 'hallpass-run', ...pipes.paths, ...argv];
  const pty = startOn(words, env, () => pipes.release());
  // With no encoding it gives out bytes, whatever its types say.
  const text = new TerminalText();
  pty.onData((chunk: unknown) => void sink('terminal', text.push(chunk as Buffer)));
  const type = (keys: Buffer): void => pty.write(keys as unknown as string);
  process.stdin.on('data', type);
  takeKeys();
  const ended = new Promise<CommandEnd>((resolve) => {
    pty.onExit((exit) => {
      pipes.release();
      process.stdin.off('data', type);
      void sink('terminal', text.end());
      resolve(endWhen(sink('terminal', undefined), exit));
    });
  });
  return {
    ended,
    signal: (signal) => signalCommand(pty, signal),
    resize: () => resize(pty),
    terminal: () => ({ columns: pty.cols, rows: pty.rows }),
    stopReading: () => pty.kill('SIGHUP'),
  };
}

function startOn(words: string[], env: RunCommand['env'], onFailure: () => void): IPty {
  try {
    const { columns, rows } = sizeOfTerminal();
    return spawn('/bin/sh', words, {
      cols: columns,
      rows,
      name: env['TERM'] ?? 'xterm',
      cwd: workingDirectory(env['PWD']),
      env: { ...env },
      encoding: null,
    });
  } catch (error) {
    onFailure();
    throw error;
  }
}

// What is left of the output still goes to a terminal that takes it as it is.
async function endWhen(
  shown: Promise<void> | undefined,
  exit: Parameters<typeof endOf>[0],
): Promise<CommandEnd> {
  try {
    await shown;
  } finally {
    giveKeysBack();
  }
  return endOf(exit);
}

// A shell says by a code above 128 what a signal was.
function endOf({ exitCode, signal }: { exitCode: number; signal?: number | undefined }): CommandEnd {
  return { code: signal ? 128 + signal : exitCode, signal: undefined };
}

function resize(pty: IPty): void {
  const { columns, rows } = sizeOfTerminal();
  pty.resize(columns, rows);
}

// Keys are the command's: what Ctrl-C means is said by its terminal, not by ours.
function takeKeys(): void {
  process.stdin.setRawMode(true);
  // Raw as libuv has it still makes CR LF of each LF, which the command's own terminal has done already.
  spawnSync('stty', ['-opost'], { stdio: ['inherit', 'ignore', 'ignore'] });
  process.stdin.resume();
}

function giveKeysBack(): void {
  process.stdin.setRawMode(false);
  process.stdin.pause();
}

function signalCommand(pty: IPty, signal: NodeJS.Signals): void {
  // Stopped by a key, as the command is meanwhile: our shell has stopped us, and now continues us.
  if (signal === 'SIGCONT') {
    takeKeys();
    resize(pty);
    send(pty.pid, signal);
    return;
  }
  if (signal === 'SIGTSTP') {
    giveKeysBack();
    return;
  }
  for (const child of childrenOf(pty.pid)) send(-child, signal);
}

// The one child of the shell that leads the session is the command, and leads its own group.
function childrenOf(pid: number): number[] {
  if (existsSync(childrenFile(pid))) {
    const text = readFileSync(childrenFile(pid), 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  }
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const lines = stdout.split('\n').map((line) => line.trim().split(/ +/).map(Number));
  return lines.flatMap(([child = 0, parent]) => (parent === pid ? [child] : []));
}

// Linux.
function childrenFile(pid: number): string {
  return `/proc/${pid}/task/${pid}/children`;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isSystemError(error, 'ESRCH', 'EPERM')) throw error;
  }
}

// A shell's idea of where it is, as long as that is true: it may have come there by a link.
function workingDirectory(claimed: string | undefined): string {
  const here = process.cwd();
  const [there, real] = [statSync(claimed ?? here, { throwIfNoEntry: false }), statSync(here)];
  return there?.ino === real.ino && there.dev === real.dev ? (claimed ?? here) : here;
}
