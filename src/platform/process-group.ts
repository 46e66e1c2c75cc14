import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

import { isSystemError } from '../core/errors.ts';
import { type Guardian, startGuardian } from './guardian.ts';

/** Whether a child is to be started as the leader of a process group: `detached`. */
export const HAS_GROUPS = process.platform !== 'win32';

/** A child and all that it started and that stayed in its group; on Windows, its tree of processes. */
export class ProcessGroup<C extends ChildProcess> {
  readonly leader: C;
  readonly #guardian: Guardian | undefined;
  readonly #systemRoot: string;
  #gone = false;

  constructor(start: () => C, options: { readonly systemRoot: string }) {
    this.#systemRoot = options.systemRoot;
    // First, so that one write is all there is between the start of the child and its being watched over.
    this.#guardian = HAS_GROUPS ? startGuardian() : undefined;
    try {
      this.leader = start();
    } catch (error) {
      this.#end();
      throw error;
    }
    this.#watch();
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.leader;
    if (pid === undefined || this.#gone) return;
    if (HAS_GROUPS) this.#send(pid, signal);
    else endTree(this.leader, pid, this.#systemRoot);
  }

  /** The last step: nothing of it survives this. */
  kill(): void {
    this.signal('SIGKILL');
    this.#end();
  }

  #watch(): void {
    const { pid } = this.leader;
    if (pid === undefined) return this.#end();
    this.#guardian?.watch(pid);
    // From here on its number is its own only as long as others are in its group.
    this.leader.once('exit', () => (HAS_GROUPS ? this.#send(pid, 0) : this.#end()));
  }

  #send(pid: number, signal: 'SIGTERM' | 'SIGKILL' | 0): void {
    try {
      process.kill(-pid, signal);
    } catch (error) {
      if (!isSystemError(error, 'ESRCH', 'EPERM')) throw error;
      if (isSystemError(error, 'ESRCH')) this.#end();
    }
  }

  #end(): void {
    if (!this.#gone) this.#guardian?.release();
    this.#gone = true;
  }
}

// There is no TERM: the tree is ended at once. What a process that has left had started is no longer part of it.
function endTree(child: ChildProcess, pid: number, systemRoot: string): void {
  // By its whole path: one of that name in the current directory is not ours to run.
  const killer = spawn(`${systemRoot}\\System32\\taskkill.exe`, ['/PID', String(pid), '/T', '/F'], {
    stdio: 'ignore',
    windowsHide: true,
  });
  killer.once('error', () => child.kill('SIGKILL'));
}
