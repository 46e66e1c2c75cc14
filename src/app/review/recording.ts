import { LIMITS } from '../../core/limits.ts';
import type { Sessions } from '../session-port.ts';

export interface RecordingDeps {
  readonly sessions: Pick<Sessions, 'recover'>;
  readonly files: {
    watchSession(id: string, changed: () => void): { close(): void };
    isSealed(id: string): boolean;
  };
  readonly isLive: boolean;
}

/** A session that may still be recorded. A process that was killed tells nobody: it is looked after now and then. */
export class Recording {
  readonly #id: string;
  readonly #deps: RecordingDeps;
  #isLive: boolean;

  constructor(id: string, deps: RecordingDeps) {
    this.#id = id;
    this.#deps = deps;
    this.#isLive = deps.isLive;
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** Tells when its files have changed, or its process is gone. */
  watch(changed: () => void): { close(): void } {
    const files = this.#deps.files.watchSession(this.#id, () => {
      // Its last event is there before its seal.
      if (this.#isLive && this.#deps.files.isSealed(this.#id)) this.#isLive = false;
      changed();
    });
    const timer = setInterval(() => void this.#look(changed), LIMITS.reviewLiveMs).unref();
    return {
      close: () => {
        files.close();
        clearInterval(timer);
      },
    };
  }

  async #look(changed: () => void): Promise<void> {
    if (!this.#isLive) return;
    try {
      this.#isLive = (await this.#deps.sessions.recover(this.#id)) === 'live';
    } catch {
      // Its process is gone, and it could not be sealed: that is for the next who looks at the list.
      this.#isLive = false;
    }
    if (!this.#isLive) changed();
  }
}
