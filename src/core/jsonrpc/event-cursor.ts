import type { SseEvent } from './sse.ts';

/** Node's timers can't wait for longer. */
const LONGEST_MS = 2 ** 31 - 1;

/** How far a stream of events has been read, and how it wants to be taken up again (WHATWG HTML, 9.2). */
export class EventCursor {
  /** The id of the last event that had one. */
  id: string | undefined;
  /** What the server wants to be waited before. It chose it. */
  retryMs: number | undefined;
  /** There was a stream. */
  begun = false;
  /** How many messages have come. */
  messages = 0;

  see({ rest, data }: SseEvent): void {
    if (data !== undefined && data.length > 0) this.messages += 1;
    for (const line of rest.split('\n')) {
      const [, name, value = ''] = /^(id|retry)(?:: ?(.*))?$/.exec(line) ?? [];
      if (name === 'id' && !value.includes('\0')) this.id = value === '' ? undefined : value;
      if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Math.min(Number(value), LONGEST_MS);
    }
  }
}
