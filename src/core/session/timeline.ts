import type { Event } from './event.ts';

/** What is told of an event besides itself. */
export interface Moment {
  readonly event: Event;
  /** On a response: the method and tool of its request, and the microseconds between the two. */
  readonly answers:
    | { readonly method: string; readonly tool: string | undefined; readonly micros: number }
    | undefined;
}

// Requests that are never answered must not pile up.
const MAX_PENDING = 10_000;

/** Brings requests and responses together, event by event. */
export class Timeline {
  readonly #pending = new Map<string, { method: string; tool: string | undefined; mono: number }>();

  next(event: Event): Moment {
    if (event.kind !== 'message' || event.id === undefined) return { event, answers: undefined };
    if (event.method !== undefined) {
      this.#remember(`${event.direction} ${event.id}`, {
        method: event.method,
        tool: event.tool,
        mono: event.mono,
      });
      return { event, answers: undefined };
    }
    const key = `${event.direction === 'to_server' ? 'to_client' : 'to_server'} ${event.id}`;
    const request = this.#pending.get(key);
    this.#pending.delete(key);
    if (request === undefined) return { event, answers: undefined };
    return {
      event,
      answers: { method: request.method, tool: request.tool, micros: event.mono - request.mono },
    };
  }

  #remember(key: string, request: { method: string; tool: string | undefined; mono: number }): void {
    this.#pending.set(key, request);
    const [oldest] = this.#pending.keys();
    if (this.#pending.size > MAX_PENDING && oldest !== undefined) this.#pending.delete(oldest);
  }
}
