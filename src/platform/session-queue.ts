import { joinedOutput, type OutputPart } from '../core/session/joined-output.ts';
import type { Moment } from './session-appender.ts';

/** An event on its way to the log. */
export interface QueuedEvent extends OutputPart {
  readonly moment: Moment;
}

interface Entry {
  event: QueuedEvent;
  readonly recorded: PromiseWithResolvers<void>;
}

/**
 * Events whose payloads other threads hash and write, one at a time and in the order they came. What of one output waits
 * becomes one event, so that of much output there are fewer.
 */
export class SessionQueue {
  readonly #write: (event: QueuedEvent) => Promise<void>;
  readonly #waiting: Entry[] = [];
  #isRunning = false;
  #last: Promise<void> | undefined;

  /** `write` records one event. Once it has rejected it always does. */
  constructor(write: (event: QueuedEvent) => Promise<void>) {
    this.#write = write;
  }

  get isEmpty(): boolean {
    return !this.#isRunning;
  }

  /** Resolves when the event is recorded. */
  add(event: QueuedEvent): Promise<void> {
    const last = this.#waiting.at(-1);
    const joined = last && joinedOutput(last.event, event);
    if (last !== undefined && joined !== undefined) {
      // It happened when its first byte came.
      last.event = { ...joined, moment: last.event.moment };
      return last.recorded.promise;
    }
    const entry = { event, recorded: Promise.withResolvers<void>() };
    this.#waiting.push(entry);
    this.#last = entry.recorded.promise;
    if (!this.#isRunning) void this.#run();
    return entry.recorded.promise;
  }

  /** Resolves when what was added so far is recorded, or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#last]);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) {
      const { event, recorded } = entry;
      await this.#write(event).then(recorded.resolve, recorded.reject);
    }
    this.#isRunning = false;
  }
}
