import type { Envelope } from '../../core/jsonrpc/envelope.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Delivery, Lane } from '../../core/lane.ts';
import type { HttpLane } from './http-lane.ts';

const JSON_HEAD = { 'content-type': 'application/json' };
const STREAM_HEAD = { 'content-type': 'text/event-stream' };

/**
 * All HTTP requests of one session, before a server on stdio. What the server says finds its way by what it is: a
 * response to the request with its id, progress to the request that asked for it, the rest to the session's own stream.
 */
export class SessionLane implements Lane {
  readonly scope: string;
  readonly signal: AbortSignal;
  readonly #announce: boolean;
  readonly #onClose: () => void;
  readonly #gone = new AbortController();
  readonly #exchanges = new Map<string, HttpLane>();
  readonly #freed = new Set<() => void>();
  /** Said while nobody listened. */
  readonly #kept: { bytes: Uint8Array; about: Delivery | undefined }[] = [];
  #stream: HttpLane | undefined;

  constructor(scope: string, options: { announce: boolean; onClose: () => void }) {
    this.scope = scope;
    this.signal = this.#gone.signal;
    this.#announce = options.announce;
    this.#onClose = options.onClose;
  }

  /** Waits until none of `ids` is in use by a request that another client of the session has under way. */
  async claim(ids: readonly string[]): Promise<void> {
    while (ids.some((id) => this.#exchanges.has(id))) {
      await new Promise<void>((resolve) => this.#freed.add(resolve));
    }
  }

  expect(ids: readonly string[], lane: HttpLane): void {
    // A batch is answered message by message.
    const type = ids.length > 1 ? STREAM_HEAD : JSON_HEAD;
    const headers = { ...type, ...(this.#announce && { 'mcp-session-id': this.scope }) };
    lane.open({ status: 200, headers });
    for (const id of ids) this.#exchanges.set(id, lane);
    lane.signal.addEventListener('abort', () => ids.forEach((id) => this.#free(id, lane)));
  }

  /** The session's own stream, on which the server may speak at any time. A new one takes the place of an old one. */
  async stream(lane: HttpLane): Promise<void> {
    this.#stream?.close();
    this.#stream = lane;
    lane.open({ status: 200, headers: STREAM_HEAD });
    lane.signal.addEventListener('abort', () => {
      if (this.#stream === lane) this.#stream = undefined;
    });
    for (const { bytes, about } of this.#kept.splice(0)) await lane.send(bytes, about);
  }

  async send(bytes: Uint8Array, about?: Delivery): Promise<void> {
    const [envelope] = about?.routing.messages ?? [];
    if (envelope?.kind === 'response') return this.#respond(envelope, bytes, about);
    const lane = this.#listenerFor(envelope);
    if (lane === undefined) return this.#keep(bytes, about);
    if (!lane.isStream)
      lane.open({
        status: 200,
        headers: { ...STREAM_HEAD, ...(this.#announce && { 'mcp-session-id': this.scope }) },
      });
    await lane.send(bytes, about);
  }

  close(): void {
    this.#gone.abort();
    this.#stream?.close();
    for (const lane of this.#exchanges.values()) lane.close();
    this.#onClose();
  }

  async #respond({ id }: Envelope, bytes: Uint8Array, about: Delivery | undefined): Promise<void> {
    const lane = id === undefined ? undefined : this.#exchanges.get(id);
    if (id === undefined || lane === undefined) return;
    this.#free(id, lane);
    await lane.send(bytes, about);
    if (![...this.#exchanges.values()].includes(lane)) lane.close();
  }

  // Progress tokens are the request's id in every SDK; where they are not, any open request of the session will do.
  #listenerFor(envelope: Envelope | undefined): HttpLane | undefined {
    const token = envelope?.progressToken;
    const asked = token === undefined ? undefined : this.#exchanges.get(token);
    return asked ?? this.#stream ?? [...this.#exchanges.values()].at(-1);
  }

  #keep(bytes: Uint8Array, about: Delivery | undefined): void {
    this.#kept.push({ bytes, about });
    if (this.#kept.length > LIMITS.keptMessages) this.#kept.shift();
  }

  #free(id: string, lane: HttpLane): void {
    if (this.#exchanges.get(id) === lane) this.#exchanges.delete(id);
    for (const resume of this.#freed) resume();
    this.#freed.clear();
  }
}
