import { LIMITS } from '../limits.ts';
import type { SessionIndex } from './session-index.ts';
import type { ReviewedSession } from './source.ts';

/** By which rules secrets were found. The index doesn't know: events with findings are read, some at a time. */
export class RuleCounts {
  readonly #session: ReviewedSession;
  #counts = new Map<string, number>();
  #index: SessionIndex | undefined;
  #next = 0;

  constructor(session: ReviewedSession) {
    this.#session = session;
  }

  /** The rules so far, those that found the most first. */
  get rules(): readonly { readonly rule: string; readonly count: number }[] {
    return Array.from(this.#counts, ([rule, count]) => ({ rule, count })).toSorted(
      (one, other) => other.count - one.count,
    );
  }

  /** Looks at some more events. True: all that are in the index have been looked at. */
  step(): boolean {
    const { index } = this.#session;
    if (index !== this.#index) this.#startAnew(index);
    for (let read = 0; read < LIMITS.statsAtOnce && this.#next < index.events; this.#next += 1) {
      if (index.event(this.#next).findings === 0) continue;
      this.#take(this.#next);
      read += 1;
    }
    return this.#next >= index.events;
  }

  #startAnew(index: SessionIndex): void {
    this.#index = index;
    this.#counts = new Map();
    this.#next = 0;
  }

  #take(seq: number): void {
    const event = this.#session.event(seq);
    for (const { rule } of 'findings' in event ? (event.findings ?? []) : []) this.#add(rule, 1);
    const unlisted = 'unlisted' in event ? (event.unlisted ?? 0) : 0;
    if (unlisted > 0) this.#add(UNLISTED, unlisted);
  }

  #add(rule: string, count: number): void {
    this.#counts.set(rule, (this.#counts.get(rule) ?? 0) + count);
  }
}

const UNLISTED = '(not listed)';
