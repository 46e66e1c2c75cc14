import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

interface Event {
  readonly stream: string;
  readonly message: JSONRPCMessage;
}

/** What was said in one session, for clients that come back with a Last-Event-ID. */
export class EventLog implements EventStore {
  readonly #events: Event[] = [];

  async storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    this.#events.push({ stream, message });
    return String(this.#events.length - 1);
  }

  async getStreamIdForEventId(id: string): Promise<string | undefined> {
    return this.#events[Number(id)]?.stream;
  }

  async replayEventsAfter(
    id: string,
    { send }: { send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const last = Number(id);
    const stream = this.#events[last]?.stream ?? '';
    for (const [index, event] of this.#events.entries()) {
      const isMessage = 'method' in event.message || 'result' in event.message || 'error' in event.message;
      if (index > last && event.stream === stream && isMessage) await send(String(index), event.message);
    }
    return stream;
  }
}
