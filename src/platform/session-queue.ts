import { joinedOutput, mayGrow, type OutputPart } from '../core/session/joined-output.ts';
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
 * Events whose payloads another thread writes, one at a time and in the order they came. As long as there comes more of
 * one output with each turn of the event loop it becomes one event, up to a size: an event costs as much as many bytes do.
 */
export class SessionQueue {
  readonly #write: (event: QueuedEvent) => Promise<void>;
  readonly #waiting: Entry[] = [];
  #isRunning = false;
  #isWatched = false;
  #hasGrown = false;
  #last: Promise<void> | undefined;

  /** `write` records one event. Once it has rejected it always does. */
  constructor(write: (event: QueuedEvent) => Promise<void>) {
    this.#write = write;
  }

  get isEmpty(): boolean {
    return !this.#isRunning && this.#waiting.length === 0;
  }

  /** Resolves when the event is recorded. */
  add(event: QueuedEvent): Promise<void> {
    const { recorded } = this.#joined(event) ?? this.#pushed(event);
    this.#hasGrown = true;
    this.#go();
    return recorded.promise;
  }

  /** Resolves when what was added so far is recorded, or has failed. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#last]);
  }

  #joined(event: QueuedEvent): Entry | undefined {
    const last = this.#waiting.at(-1);
    const joined = last && joinedOutput(last.event, event);
    // It happened when its first byte came.
    if (last !== undefined && joined !== undefined) last.event = { ...joined, moment: last.event.moment };
    return joined && last;
  }

  #pushed(event: QueuedEvent): Entry {
    const entry = { event, recorded: Promise.withResolvers<void>() };
    this.#waiting.push(entry);
    this.#last = entry.recorded.promise;
    return entry;
  }

  #go(): void {
    if (this.#isRunning || this.#waiting.length === 0) return;
    if (this.#isFirstWhole()) void this.#run();
    else this.#watch();
  }

  // Nothing will be joined to it any more.
  #isFirstWhole(): boolean {
    const [first] = this.#waiting;
    return this.#waiting.length > 1 || (first !== undefined && !mayGrow(first.event));
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    setImmediate(() => {
      this.#isWatched = false;
      const isQuiet = !this.#hasGrown;
      this.#hasGrown = false;
      if (isQuiet) void this.#run();
      else this.#go();
    });
  }

  async #run(): Promise<void> {
    const entry = this.#waiting.shift();
    if (entry === undefined) return;
    this.#isRunning = true;
    const { event, recorded } = entry;
    await this.#write(event).then(recorded.resolve, recorded.reject);
    this.#isRunning = false;
    this.#go();
  }
}
