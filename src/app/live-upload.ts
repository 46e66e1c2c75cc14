import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { Head } from '../core/tlog/proof.ts';
import type { HubClient } from '../identity/hub-client.ts';
import { sendRest, type Sizes, type UploadDeps } from './upload.ts';
import { Checkpointer, type CheckpointDeps } from './upload-checkpoint.ts';

export interface LiveUploadDeps extends Pick<UploadDeps, 'files' | 'sending'> {
  /** What requests go through; they end with the signal. */
  readonly connectFor: (signal: AbortSignal) => CheckpointDeps & {
    readonly client: UploadDeps['client'] & Pick<HubClient, 'checkpoint'>;
  };
  /** The session as this process has recorded it, whatever lies on the disk. */
  readonly recorded: {
    head(): Head;
    sizes(): Sizes;
    /** Resolves when everything recorded so far is on the disk. */
    flush(): Promise<void>;
  };
  readonly note: (line: string) => void;
}

// What may be better the next time.
const PASSING = new Set(['ERR_HUB_UNREACHABLE', 'ERR_ISSUER_UNREACHABLE', 'ERR_CERTIFICATE']);

/**
 * Sends a session to the hub while it is recorded: whole events only, and only what is on the disk, so that no crash here
 * leaves the hub with bytes that the session then has not; and checkpoints of them. Ends itself when the hub won't have it.
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
    const send = sender(this.#session, this.#deps, this.#stop.signal);
    while (await this.#pause()) {
      try {
        await send();
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
    return PASSING.has(code);
  }

  async #pause(): Promise<boolean> {
    const { signal } = this.#stop;
    const options = { signal, ref: false };
    return delay(LIMITS.liveUploadMs, !signal.aborted, options).catch(() => false);
  }
}

/** What sends what is new of a session, and a checkpoint of it where one is due. */
export function sender(
  session: string,
  { files, sending, connectFor, recorded }: LiveUploadDeps,
  signal: AbortSignal,
): () => Promise<void> {
  const { client, ...deps } = connectFor(signal);
  const checkpointer = new Checkpointer(session, deps);
  let sent = -1;
  return async () => {
    // Between two events: the sizes of both files, and the tree over them, belong together. In the files there may be more already.
    const [sizes, head] = [recorded.sizes(), recorded.head()];
    if (sizes.log !== sent) {
      await recorded.flush();
      await sendRest(session, sizes, { files, client, sending });
      sent = sizes.log;
    }
    if (checkpointer.isDue(head.size)) await checkpointer.send(head, client);
  };
}
