import { parseMessage } from '../../core/jsonrpc/envelope.ts';

/**
 * What a client on stdio began its session with, as it was delivered. It does not learn that its server begins anew, and
 * a server takes nothing before a handshake: so that is repeated for it.
 */
export class Handshake {
  #initialize: Uint8Array | undefined;
  #initialized: Uint8Array | undefined;

  /** Notes what the client sends. True when it begins a session by itself. */
  see(body: Uint8Array): boolean {
    const method = parseMessage(body).messages[0]?.method;
    if (method === 'initialize') [this.#initialize, this.#initialized] = [body, undefined];
    if (method === 'notifications/initialized') this.#initialized = body;
    return method === 'initialize';
  }

  /** What to say to a server that begins anew, and the id of the answer in between; undefined before the first handshake. */
  get again(): { initialize: Uint8Array; id: string; initialized: Uint8Array } | undefined {
    if (this.#initialize === undefined || this.#initialized === undefined) return undefined;
    const id = parseMessage(this.#initialize).messages[0]?.id;
    if (id === undefined) return undefined;
    return { initialize: this.#initialize, id, initialized: this.#initialized };
  }
}

/** Whether a message answers the request with this id. */
export function isAnswer(raw: Uint8Array, id: string): boolean {
  try {
    return parseMessage(raw).messages.some((one) => one.kind === 'response' && one.id === id);
  } catch {
    // What can't be read is for the stages to refuse.
    return false;
  }
}
