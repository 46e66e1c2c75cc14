import { setTimeout as delay } from 'node:timers/promises';

import { type Dispatcher, request as undiciRequest } from 'undici';

import { HallpassError } from '../../core/errors.ts';
import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import { EventCursor } from '../../core/jsonrpc/event-cursor.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { EventTooLongError, SseFramer, type SseEvent } from '../../core/jsonrpc/sse.ts';
import { LIMITS } from '../../core/limits.ts';
import type { HeaderFields, Lane, ResponseHead } from '../../core/lane.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import type { Secret } from '../../core/secret.ts';
import { visible } from '../../core/visible.ts';
import { collect, headOf, isMessage, isPlainText, isStream, withoutType } from './http-response.ts';
import { HttpSession, sessionFields } from './http-session.ts';
import { isBroken, retryStream } from './retry-stream.ts';
import { bearer, headersOf, type ServerHeaders } from './server-headers.ts';

/** What a server wants to see in `Authorization`. Here, and nowhere else, it is attached. */
export interface Credential {
  /** The value for a request to this origin. Throws where there is none, or where it may not go there. */
  valueFor(origin: string): Promise<Secret>;
  /** Another one for one that the server refused; undefined where there is none. Never throws. */
  replace(refused: Secret): Promise<Secret | undefined>;
  /** It is no longer needed. */
  close(): Promise<void>;
}

interface Parts extends ServerHeaders {
  readonly url: string;
  /** What to show the server; absent where it wants nothing. */
  readonly credential?: Credential | undefined;
  readonly dispatcher: Dispatcher;
  readonly userAgent: string;
  /** Text of the server's that is no message, made fit to be shown. */
  readonly maskText: (bytes: Uint8Array) => Uint8Array;
  /** Whether a header holds a secret. */
  readonly holdsSecret: (name: string, value: string) => boolean;
  /** Tells person and log what the server answered instead of MCP. */
  readonly onTrouble: (what: string) => void;
  /** Ends the wait for the response to a request of this lane; false when nobody waited any more. */
  readonly settle: (lane: Lane, id: string) => boolean;
  /** Bytes of one answer; `LIMITS.messageBytes` unless a test wants less. */
  readonly limit?: number;
}

/** An MCP server that speaks Streamable HTTP. One request to it for each message, answers on that message's lane. */
export class HttpUpstream {
  readonly ended: Promise<never> = new Promise(() => undefined);
  readonly #parts: Parts;
  readonly #session = new HttpSession();
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Of what is running, what a client waits for. */
  readonly #posts = new Set<Promise<void>>();
  /** By request of a client on stdio: what ends it. */
  readonly #cancels = new Map<string, AbortController>();
  /** With which headers the request was made whose answer comes in on a lane. */
  readonly #asked = new WeakMap<Lane, HeaderFields>();
  #pass: (message: Message) => Promise<void> = () => Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async start(pass: (message: Message) => Promise<void>): Promise<void> {
    this.#pass = pass;
    await Promise.resolve();
  }

  /** Returns at once: answers may take for ever, and other messages must not wait for them. */
  async send(message: Message, bytes: Uint8Array, headers: HeaderFields): Promise<void> {
    if (message.direction === 'to_client') return void this.#run(this.#reply(message.lane, bytes));
    const cancelled = message.headers === undefined ? this.#session.cancelled(bytes) : undefined;
    if (cancelled !== undefined) return this.#cancel(message.lane, cancelled);
    const post = this.#run(this.#post(message, bytes, headers), this.#posts);
    // As every client does on HTTP: what comes before the end of the handshake servers may refuse.
    if (message.headers === undefined && this.#session.opensStream(bytes)) await post;
  }

  // Closing the request is the cancellation (2026-07-28, Streamable HTTP). Its answer is owed to nobody any more.
  #cancel(lane: Lane, id: string): void {
    this.#parts.settle(lane, id);
    this.#cancels.get(id)?.abort();
  }

  async bare({ method, headers, lane }: BareRequest): Promise<void> {
    void this.#run(this.#exchange({ method, headers, lane }));
    await Promise.resolve();
  }

  async close({ atOnce }: { atOnce: boolean }): Promise<void> {
    if (!atOnce)
      await Promise.race([
        Promise.allSettled(this.#posts),
        delay(LIMITS.childEofMs, undefined, { ref: false }),
      ]);
    const end = this.#session.farewell();
    if (end !== undefined) await this.#farewell(end);
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    await this.#parts.credential?.close();
    await this.#parts.dispatcher.close().catch(() => undefined);
  }

  // What goes wrong answers whoever waits; beyond that nobody waits for it.
  #run(task: Promise<void>, also?: Set<Promise<void>>): Promise<void> {
    const safe = task.catch(() => this.#parts.onTrouble('an unforeseen fault in talking to the server'));
    for (const set of [this.#running, also]) {
      set?.add(safe);
      void safe.then(() => set?.delete(safe));
    }
    return safe;
  }

  // What we answer to a request of the server's goes out by itself; the stream on which it came goes on.
  async #reply(lane: Lane, body: Uint8Array): Promise<void> {
    const own = lane.open === undefined;
    const aside: Lane = { scope: lane.scope, signal: lane.signal, send: () => Promise.resolve() };
    const headers = own ? this.#session.headersFor(body) : sessionFields(this.#asked.get(lane) ?? {});
    await this.#exchange({ method: 'POST', headers, lane: aside, body, own });
  }

  async #post(message: Message, body: Uint8Array, headers: HeaderFields): Promise<void> {
    const { lane } = message;
    // Without headers the client is on stdio, and HTTP's side of the protocol is up to us.
    const own = message.headers === undefined;
    const cancel = new AbortController();
    const ids = own ? requestsIn(body) : [];
    for (const id of ids) this.#cancels.set(id, cancel);
    await this.#exchange({
      method: 'POST',
      headers: own ? this.#session.headersFor(body) : headers,
      lane,
      body,
      own,
      signal: cancel.signal,
    });
    for (const id of ids) if (this.#cancels.get(id) === cancel) this.#cancels.delete(id);
    if (own && this.#session.opensStream(body))
      void this.#run(this.#exchange({ method: 'GET', headers: this.#session.streamHeaders(), lane, own }));
  }

  async #exchange(asked: Omit<Exchange, 'cursor'>): Promise<void> {
    const exchange = { ...asked, cursor: new EventCursor() };
    const { method, headers, lane, body, own } = exchange;
    this.#asked.set(lane, headers);
    try {
      const response = await this.#request({
        method,
        headers: { accept: 'application/json, text/event-stream', ...headers, ...this.#fixed(method) },
        ...(body !== undefined && { body: Buffer.from(body) }),
        signal: AbortSignal.any([this.#closing.signal, lane.signal, ...(asked.signal ? [asked.signal] : [])]),
      });
      const head = headOf(response);
      if (own) this.#session.learn(head);
      await this.#answer(exchange, head, response);
      if (own) await this.#takeUpAgain(exchange);
      if (own) await this.#unanswered(exchange);
    } catch (error) {
      const isEnded = [lane.signal, this.#closing.signal, asked.signal].some((signal) => signal?.aborted);
      if (!isEnded) await this.#unreachable(exchange, error);
    } finally {
      lane.close?.();
      if (own) this.#session.forget(requestsIn(body));
      // Without a session nothing else can answer on this lane.
      if (!own && headers['mcp-session-id'] === undefined)
        for (const id of requestsIn(body)) this.#parts.settle(lane, id);
    }
  }

  // undici follows no redirect unless it is told to, so what is attached goes to this origin and to no other.
  async #request(request: HttpRequest): Promise<Dispatcher.ResponseData> {
    const { credential, url } = this.#parts;
    if (credential === undefined) return this.#dispatch(request);
    const shown = await credential.valueFor(new URL(url).origin);
    const response = await this.#dispatch(request, shown);
    const other = response.statusCode === 401 ? await credential.replace(shown) : undefined;
    if (other === undefined) return response;
    await response.body.dump();
    return this.#dispatch(request, other);
  }

  #dispatch(request: HttpRequest, shown?: Secret): Promise<Dispatcher.ResponseData> {
    const { dispatcher, url } = this.#parts;
    const headers = {
      ...request.headers,
      ...headersOf(this.#parts),
      ...(shown && { authorization: bearer(shown) }),
    };
    return undiciRequest(url, { ...request, headers, dispatcher, headersTimeout: 0, bodyTimeout: 0 });
  }

  #fixed(method: string): HeaderFields {
    const type = method === 'POST' ? { 'content-type': 'application/json' } : {};
    return { ...type, 'accept-encoding': 'identity', 'user-agent': this.#parts.userAgent };
  }

  async #answer(
    exchange: Exchange,
    head: ResponseHead,
    { body, headers }: Dispatcher.ResponseData,
  ): Promise<void> {
    const { lane } = exchange;
    const why = this.#unfit(head, headers['content-encoding']);
    if (why !== undefined) {
      await body.dump().catch(() => undefined);
      return this.#fail(exchange, why);
    }
    if (isStream(head)) return this.#stream(exchange, head, body);
    const { limit = LIMITS.messageBytes } = this.#parts;
    const bytes = await collect(body, limit);
    if (bytes === undefined) return this.#fail(exchange, `the answer is over the limit of ${limit} bytes`);
    if (head.status >= 400) return this.#httpError(exchange, head, bytes);
    if (bytes.length === 0) return lane.open?.(withoutType(head));
    lane.open?.(head);
    await this.#hand(exchange, { direction: 'to_client', raw: bytes, lane });
  }

  // Why an answer isn't even looked at.
  #unfit({ status, headers }: ResponseHead, encoding: string | string[] | undefined): string | undefined {
    if (Object.entries(headers).some(([name, value]) => this.#parts.holdsSecret(name, value)))
      return 'the server put a secret into a header, which can not change';
    if (encoding !== undefined && encoding !== 'identity')
      return 'the server sent a compressed answer, which can not be inspected';
    if (status >= 300 && status < 400)
      return `the server redirects (HTTP status ${status}), which is not followed`;
    return undefined;
  }

  async #hand({ own }: Exchange, message: Message): Promise<void> {
    if (!own) return this.#pass(message);
    const { raw, unfit } = this.#session.hear(message.raw);
    for (const { name, why } of unfit)
      this.#parts.onTrouble(`the tool "${visible(name)}" can not be called by HTTP and is left out: ${why}`);
    await this.#pass({ ...message, raw });
  }

  async #stream(exchange: Exchange, head: ResponseHead, body: AsyncIterable<Uint8Array>): Promise<void> {
    exchange.lane.open?.(head);
    exchange.cursor.begun = true;
    const framer = new SseFramer(this.#parts.limit);
    try {
      for await (const chunk of body)
        for (const event of framer.push(chunk)) await this.#event(exchange, event);
    } catch (error) {
      if (!isBroken(error) || !this.#canTakeUp(exchange)) throw error;
    }
  }

  // An HTTP client does so itself; for one on stdio it is up to us (2025-11-25, Resumability and Redelivery).
  async #takeUpAgain(exchange: Exchange): Promise<void> {
    const { cursor, lane } = exchange;
    const signal = AbortSignal.any([this.#closing.signal, lane.signal]);
    await retryStream(cursor, {
      signal,
      isWanted: () => this.#canTakeUp(exchange),
      open: async (after) => {
        const headers = { ...this.#session.streamHeaders(after), ...this.#fixed('GET') };
        const response = await this.#request({ method: 'GET', headers, signal });
        const head = headOf(response);
        const isOpen = head.status === 200 && isStream(head);
        if (isOpen) await this.#answer(exchange, head, response);
        else await response.body.dump();
        return isOpen;
      },
    });
  }

  #canTakeUp({ own, method, body, cursor }: Exchange): boolean {
    if (own !== true || !this.#session.resumes || !cursor.begun) return false;
    return method === 'GET' || (cursor.id !== undefined && this.#session.awaits(requestsIn(body)));
  }

  async #event(exchange: Exchange, event: SseEvent): Promise<void> {
    const { lane } = exchange;
    exchange.cursor.see(event);
    const { data } = event;
    if (data !== undefined && data.length > 0)
      return this.#hand(exchange, { direction: 'to_client', raw: data, lane, event });
    if (isPlainText(event.raw)) return lane.sendBetween?.(this.#parts.maskText(event.raw));
    this.#parts.onTrouble('a comment in its answer is not UTF-8, so it can not be inspected and is withheld');
  }

  // A JSON-RPC error is a message like any other. Anything else (a login page, a gateway's words) is text.
  async #httpError(exchange: Exchange, head: ResponseHead, bytes: Uint8Array): Promise<void> {
    const { lane, own, method } = exchange;
    // A server without a stream of its own, or without sessions to end, says so with 405.
    if (own && method !== 'POST') return;
    if (isMessage(bytes)) {
      lane.open?.(head);
      return this.#hand(exchange, { direction: 'to_client', raw: bytes, lane });
    }
    if (own || lane.open === undefined)
      return this.#fail(exchange, `the server answered with HTTP status ${head.status}`);
    this.#parts.onTrouble(`the server answered with HTTP status ${head.status}`);
    lane.open({ ...head, headers: { ...head.headers, 'content-type': 'text/plain; charset=utf-8' } });
    if (isPlainText(bytes)) return lane.send(this.#parts.maskText(bytes));
    this.#parts.onTrouble('what it said is not UTF-8, so it can not be inspected and is withheld');
    lane.close?.();
  }

  async #unreachable(exchange: Exchange, error: unknown): Promise<void> {
    if (error instanceof EventTooLongError) return this.#fail(exchange, error.message);
    // Its credential could not be had, which hallpass can say in words of its own.
    if (error instanceof HallpassError) return this.#fail(exchange, error.message);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unforeseen fault';
    await this.#fail(exchange, `the server can not be reached (${code})`);
  }

  async #fail({ lane, body }: Exchange, why: string): Promise<void> {
    this.#parts.onTrouble(why);
    lane.open?.({ status: 502, headers: { 'content-type': 'application/json' } });
    for (const id of requestsIn(body))
      if (this.#parts.settle(lane, id)) await lane.send(errorReply(id, RPC.upstream, why));
  }

  // An HTTP client sees the end of its stream; a client on stdio would wait for ever.
  async #unanswered(exchange: Exchange): Promise<void> {
    const why = 'the server ended its answer before the response';
    for (const id of requestsIn(exchange.body)) {
      if (!this.#parts.settle(exchange.lane, id)) continue;
      this.#parts.onTrouble(why);
      await exchange.lane.send(errorReply(id, RPC.upstream, why));
    }
  }

  async #farewell(headers: HeaderFields): Promise<void> {
    const signal = AbortSignal.timeout(LIMITS.childEofMs);
    const response = await this.#request({ method: 'DELETE', headers, signal }).catch(() => undefined);
    await response?.body.dump().catch(() => undefined);
  }
}

interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: HeaderFields;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

interface Exchange {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: HeaderFields;
  readonly lane: Lane;
  readonly body?: Uint8Array;
  /** Ours rather than an HTTP client's. */
  readonly own?: boolean;
  /** Aborted when its answer is no longer wanted. */
  readonly signal?: AbortSignal;
  readonly cursor: EventCursor;
}

function requestsIn(body: Uint8Array | undefined): string[] {
  if (body === undefined) return [];
  return parseMessage(body).messages.flatMap(({ kind, id }) =>
    kind === 'request' && id !== undefined ? [id] : [],
  );
}
