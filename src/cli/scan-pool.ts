import { Worker } from 'node:worker_threads';

import type { ScanEvent } from '../app/scan.ts';
import type { DiskFile, ScanPool } from '../app/scan-many.ts';
import type { Profile } from '../core/mask/profile.ts';

/** A file as it is sent to a thread: its path instead of a way to read it. */
export type SentFile = Omit<DiskFile, 'read'>;

interface Job {
  readonly files: readonly SentFile[];
  readonly done: (events: readonly ScanEvent[]) => void;
  readonly failed: (error: Error) => void;
}

/** Starts threads that scan files; each takes the next batch when it is through with one. */
export function startScanPool({ width, profile }: { width: number; profile: Profile }): ScanPool {
  const waiting: Job[] = [];
  const members = Array.from({ length: width }, () => new Member(profile, waiting));
  return {
    width,
    scan: (batch) =>
      new Promise((done, failed) => {
        waiting.push({ files: batch.map(sent), done, failed });
        members.find((member) => member.isIdle)?.next();
      }),
    close: async () => {
      await Promise.all(members.map((member) => member.close()));
    },
  };
}

function sent({ file, path, relative, project, isNamed }: DiskFile): SentFile {
  return { file, path, relative, project, isNamed };
}

class Member {
  readonly #worker: Worker;
  readonly #waiting: Job[];
  #job: Job | undefined;
  #failure: Error | undefined;

  constructor(profile: Profile, waiting: Job[]) {
    // Compiled, this file is in another directory beside that of the worker.
    const name = import.meta.url.endsWith('.ts') ? './scan-worker.ts' : '../cli/scan-worker.js';
    this.#waiting = waiting;
    this.#worker = new Worker(new URL(name, import.meta.url), { workerData: { profile } });
    this.#worker.on('message', (events: readonly ScanEvent[]) => {
      this.#job?.done(events);
      this.#job = undefined;
      this.next();
    });
    this.#worker.on('error', (error: Error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('a thread that scans has ended')));
  }

  get isIdle(): boolean {
    return this.#job === undefined && this.#failure === undefined;
  }

  next(): void {
    this.#job = this.#waiting.shift();
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    if (this.#job !== undefined) this.#worker.postMessage(this.#job.files);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  // One is enough to fail the scan: what this thread had to look at, nobody has looked at.
  #fail(error: Error): void {
    this.#failure ??= error;
    this.#job?.failed(error);
    this.#job = undefined;
    for (const job of this.#waiting.splice(0)) job.failed(error);
  }
}
