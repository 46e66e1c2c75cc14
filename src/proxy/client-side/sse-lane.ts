import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import { toBytes, toText } from '../../core/bytes.ts';
import { messageEvent } from '../../core/jsonrpc/sse.ts';
import type { Lane } from '../../core/lane.ts';
import type { Unread } from './unread.ts';

/** The one stream on which a client of the old HTTP+SSE transport hears all that its server says. */
export class SseLane implements Lane {
  readonly scope: string;
  readonly signal: AbortSignal;
  readonly #response: ServerResponse;
  readonly #unread: Unread;
  readonly #gone = new AbortController();

  /** Begins the stream: its first event is the address at which the client is to speak. */
  constructor(
    response: ServerResponse,
    { scope, address, unread }: { scope: string; address: string; unread: Unread },
  ) {
    this.scope = scope;
    this.signal = this.#gone.signal;
    this.#response = response;
    this.#unread = unread;
    unread.add(response);
    response.on('error', () => this.#gone.abort());
    response.once('close', () => this.#gone.abort());
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    response.write(`event: endpoint\ndata: ${address}\n\n`);
  }

  /** In an event of our own: fields of the server's are about its stream, which is not this one. */
  async send(bytes: Uint8Array): Promise<void> {
    await this.#write(messageEvent(bytes));
  }

  /** Of what stands between messages only comments are for this client too: they keep its stream alive. */
  async sendBetween(bytes: Uint8Array): Promise<void> {
    const comments = toText(bytes)
      .split(/\r\n|\r|\n/)
      .filter((line) => line.startsWith(':'));
    if (comments.length > 0) await this.#write(toBytes(`${comments.join('\n')}\n\n`));
  }

  end(): void {
    this.#gone.abort();
    this.#response.end();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.signal.aborted || this.#response.writableEnded) return;
    if (this.#response.write(bytes)) return;
    this.#unread.wrote(this.#response);
    await once(this.#response, 'drain', { signal: this.signal }).catch(() => undefined);
  }
}
