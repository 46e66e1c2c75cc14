import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { messageEvent } from '../../core/jsonrpc/sse.ts';
import { ownerOf, type Delivery, type Lane, type ResponseHead } from '../../core/lane.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Unread } from './unread.ts';

const JSON_TYPE = 'application/json';
const SSE_TYPE = 'text/event-stream';
/** Made once: every request ends with it, and an error takes a stack to make. */
const GONE = new DOMException('the client has gone away', 'AbortError');

/** One HTTP request of the client: its response carries what the server answers, as JSON or as a stream of events. */
export class HttpLane implements Lane {
  readonly scope: string;
  /** Becomes the session's that the server begins in its answer. */
  owner: string;
  readonly signal: AbortSignal;
  readonly session?: Lane;
  readonly #response: ServerResponse;
  readonly #unread: Unread | undefined;
  #head: ResponseHead = { status: 200, headers: { 'content-type': JSON_TYPE } };

  constructor(
    response: ServerResponse,
    scope: string,
    { session, owner, unread }: { session?: Lane; owner?: string; unread?: Unread } = {},
  ) {
    const gone = new AbortController();
    this.scope = scope;
    this.owner = owner ?? (session === undefined ? scope : ownerOf(session));
    this.signal = gone.signal;
    this.#response = response;
    if (session !== undefined) this.session = session;
    this.#unread = unread;
    unread?.add(response);
    response.on('error', () => gone.abort(GONE));
    response.once('close', () => gone.abort(GONE));
  }

  get isStream(): boolean {
    return this.#head.headers['content-type']?.startsWith(SSE_TYPE) === true;
  }

  /** True once its head is out: with the first of a stream, or with all else. */
  get hasBegun(): boolean {
    return this.#response.headersSent;
  }

  /** True once all has been said here, by the server or by us. */
  get isAnswered(): boolean {
    return this.#response.writableEnded;
  }

  /** True while much of what was sent here waits for the client to read it. */
  get isBehind(): boolean {
    return this.#response.writableLength > LIMITS.laggingBytes;
  }

  /** Ends it where it stands. For the client that is as if the connection had failed. */
  cut(): void {
    this.#response.destroy();
  }

  /** What has begun goes on as it began. */
  open(head: ResponseHead): void {
    if (this.#response.headersSent) return;
    this.owner = head.headers['mcp-session-id'] ?? this.owner;
    this.#head = head;
    if (!this.isStream) return;
    this.#response.writeHead(head.status, {
      ...head.headers,
      'x-accel-buffering': 'no',
      'cache-control': 'no-cache',
    });
    this.#response.flushHeaders();
  }

  async send(bytes: Uint8Array, about?: Delivery): Promise<void> {
    if (this.isStream) return this.#write(about?.event?.encode(bytes) ?? messageEvent(bytes));
    this.#finish(bytes);
  }

  async sendBetween(bytes: Uint8Array): Promise<void> {
    if (this.isStream) await this.#write(bytes);
  }

  /** What the server said is all that comes. A request it never answered gets an error, an accepted message nothing. */
  close(): void {
    if (this.#response.writableEnded) return;
    if (this.isStream) return void this.#response.end();
    const promisesBody = this.#head.headers['content-type'] !== undefined;
    if (promisesBody && this.#head.status < 400) {
      this.#head = { status: 502, headers: { 'content-type': JSON_TYPE } };
      return this.#finish(
        errorReply(undefined, RPC.upstream, 'the MCP server gave no answer that can be delivered'),
      );
    }
    this.#finish(new Uint8Array());
  }

  #finish(body: Uint8Array): void {
    if (this.#response.headersSent || this.signal.aborted) return;
    const { status, headers } = this.#head;
    const type = body.length === 0 ? {} : { 'content-type': headers['content-type'] ?? JSON_TYPE };
    const { 'content-type': _dropped, ...rest } = headers;
    this.#response.writeHead(status, { ...rest, ...type, 'content-length': String(body.length) });
    this.#response.end(body);
    this.#unread?.wrote(this.#response);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.signal.aborted || this.#response.writableEnded) return;
    if (this.#response.write(bytes)) return;
    this.#unread?.wrote(this.#response);
    await once(this.#response, 'drain', { signal: this.signal }).catch(() => undefined);
  }
}
