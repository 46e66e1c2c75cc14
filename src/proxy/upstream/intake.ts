import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';

/**
 * The answers of one server that are being read, all together. Each is bounded by itself, but there may be thousands. Past
 * the limit one more piece waits where the client is what holds things up (on stdio, where all answers go one way), so that
 * the server sees that nobody reads; where it is not, the answer that wants more fails.
 */
export class Intake {
  readonly #limit: number;
  #held = 0;
  #leaving = 0;
  #freed = Promise.withResolvers<void>();

  constructor(limit: number = LIMITS.answerBytes) {
    this.#limit = limit;
  }

  /** For one answer. `waits`: its client may be waited for. */
  open({ waits }: { waits: boolean }): IntakeShare {
    let mine = 0;
    return {
      more: async (bytes) => {
        mine += bytes;
        this.#held += bytes;
        while (this.#held > this.#limit) {
          if (!waits || this.#leaving === 0) throw this.#tooMuch();
          await this.#freed.promise;
        }
      },
      leave: async (bytes, deliver) => {
        this.#leaving += bytes;
        try {
          await deliver();
        } finally {
          this.#leaving -= bytes;
          mine -= bytes;
          this.#free(bytes);
        }
      },
      close: () => {
        this.#free(mine);
        mine = 0;
      },
    };
  }

  #free(bytes: number): void {
    this.#held -= bytes;
    this.#freed.resolve();
    this.#freed = Promise.withResolvers();
  }

  #tooMuch(): HallpassError {
    const what = `the answers that are being read are over the limit of ${this.#limit} bytes together`;
    return new HallpassError('ERR_UPSTREAM', what);
  }
}

export interface IntakeShare {
  /**
   * More of it is there. Resolves when it may go on.
   *
   * @throws {HallpassError} ERR_UPSTREAM where there is no room
   */
  more(bytes: number): Promise<void>;
  /** So much of it is complete and on its way to the client, which takes as long as `deliver` does. */
  leave(bytes: number, deliver: () => Promise<void>): Promise<void>;
  /** Nothing of it is held any more. */
  close(): void;
}
