import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { sendRest, type UploadDeps } from './upload.ts';

export interface LiveUploadDeps extends Pick<UploadDeps, 'files'> {
  /** Requests end with the signal. */
  readonly clientFor: (signal: AbortSignal) => UploadDeps['client'];
  /** Resolves when everything recorded so far is on the disk. */
  readonly flush: () => Promise<void>;
  readonly note: (line: string) => void;
}

/**
 * Sends a session to the hub while it is recorded: whole events only, and only what is on the disk, so that no crash here
 * leaves the hub with bytes that the session then has not. Ends itself when the hub won't have it.
 */
export class LiveUpload {
  readonly #session: string;
  readonly #deps: LiveUploadDeps;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #complained = false;

  constructor(session: string, deps: LiveUploadDeps) {
    this.#session = session;
    this.#deps = deps;
    this.#running = this.#run();
  }

  /** Resolves when nothing more is sent. What is under way is cut off: whoever uploads the rest begins there. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { files, clientFor, flush } = this.#deps;
    const client = clientFor(this.#stop.signal);
    for (let sent = -1; await this.#pause();) {
      // Between two events: the sizes of both files belong together.
      const sizes = files.sizes(this.#session);
      if (sizes.log === sent) continue;
      try {
        await flush();
        await sendRest(this.#session, sizes, { files, client });
        sent = sizes.log;
      } catch (error) {
        if (!this.#goesOn(error)) return;
      }
    }
  }

  #goesOn(error: unknown): boolean {
    if (this.#stop.signal.aborted) return false;
    const { code, message } =
      error instanceof HallpassError ? error : { code: '', message: 'something went wrong' };
    if (!this.#complained)
      this.#deps.note(`not uploaded while it runs: ${message}. It is tried again at the end`);
    this.#complained = true;
    return code === 'ERR_HUB_UNREACHABLE' || code === 'ERR_ISSUER_UNREACHABLE';
  }

  async #pause(): Promise<boolean> {
    const { signal } = this.#stop;
    const options = { signal, ref: false };
    return delay(LIMITS.liveUploadMs, !signal.aborted, options).catch(() => false);
  }
}
