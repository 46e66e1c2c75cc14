import { setTimeout as delay } from 'node:timers/promises';

import { EventCursor } from '../../core/jsonrpc/event-cursor.ts';
import { LIMITS } from '../../core/limits.ts';
import { type HeaderFields, type Lane, ownerOf } from '../../core/lane.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import { type Exchange, isCancellation, opensSession, requestsIn } from './exchange.ts';
import { type AnswerParts, HttpAnswers } from './http-answers.ts';
import { HttpFailures } from './http-failures.ts';
import { headOf, isStream } from './http-response.ts';
import { HttpSession, sessionFields } from './http-session.ts';
import { retryStream } from './retry-stream.ts';
import { type ServerParts, ServerRequests } from './server-requests.ts';

const TOO_MANY = 'too many requests are under way to the server';

interface HttpParts extends AnswerParts {
  /** What else there is to try where a handshake is refused as one of another transport; false: nothing. */
  readonly ifRefused?: (lane: Lane, body: Uint8Array) => Promise<boolean>;
}

/** With which a server of the old HTTP+SSE transport may answer what it does not expect. */
const NO_HANDSHAKE = new Set([400, 404, 405]);

/** An MCP server that speaks Streamable HTTP. One request to it for each message, answers on that message's lane. */
export class HttpUpstream {
  readonly ended: Promise<never> = new Promise(() => undefined);
  readonly #parts: HttpParts;
  readonly #requests: ServerRequests;
  readonly #session = new HttpSession();
  readonly #failures: HttpFailures;
  readonly #answers: HttpAnswers;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Of what is running, what a client waits for. */
  readonly #posts = new Set<Promise<void>>();
  #postBytes = 0;
  /** What is to know when a large request has been sent whole, and whose it is. */
  readonly #sending = new Map<Promise<void>, string>();
  /** By request of a client on stdio: what ends it. */
  readonly #cancels = new Map<string, AbortController>();
  /** With which headers the request was made whose answer comes in on a lane. */
  readonly #asked = new WeakMap<Lane, HeaderFields>();
  #pass: (message: Message) => Promise<void> = () => Promise.resolve();

  constructor(parts: ServerParts & HttpParts) {
    this.#parts = parts;
    this.#requests = new ServerRequests(parts);
    this.#failures = new HttpFailures(parts);
    this.#answers = new HttpAnswers(parts, {
      session: this.#session,
      failures: this.#failures,
      pass: (message) => this.#pass(message),
    });
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
    if (this.#sending.size > 0 && isCancellation(bytes)) await this.#sent(message.lane);
    const isFull = message.headers === undefined && this.#isFull(bytes);
    if (isFull && requestsIn(bytes).length > 0)
      return this.#failures.fail({ lane: message.lane, body: bytes }, TOO_MANY);
    this.#postBytes += bytes.length;
    const post = this.#run(this.#post(message, bytes, headers), this.#posts);
    void post.then(() => (this.#postBytes -= bytes.length));
    // What nobody answers waits until there is room, and with it all that the client has to say.
    if (isFull) await post;
    // As every client does on HTTP: what comes before the end of the handshake servers may refuse.
    if (message.headers === undefined && this.#session.opensStream(bytes)) await post;
  }

  // On another connection a cancellation could be there before the whole of what it is for. That it has left is all that can
  // be known here of what a server has read.
  async #sent(lane: Lane): Promise<void> {
    const owner = ownerOf(lane);
    await Promise.all([...this.#sending].flatMap(([sent, whose]) => (whose === owner ? [sent] : [])));
  }

  // HTTP clients have their requests counted where they come in.
  #isFull(bytes: Uint8Array): boolean {
    const { openRequests, requestBytes } = LIMITS;
    return this.#posts.size >= openRequests || this.#postBytes + bytes.length > requestBytes;
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
    await this.#requests.close();
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
    const onSent = body.length > LIMITS.yieldBytes ? this.#sendingOf(lane) : undefined;
    await this.#exchange({
      method: 'POST',
      headers: own ? this.#session.headersFor(body) : headers,
      lane,
      body,
      own,
      signal: cancel.signal,
      ...(onSent !== undefined && { onSent }),
    });
    onSent?.();
    for (const id of ids) if (this.#cancels.get(id) === cancel) this.#cancels.delete(id);
    if (own && this.#session.opensStream(body))
      void this.#run(this.#exchange({ method: 'GET', headers: this.#session.streamHeaders(), lane, own }));
  }

  #sendingOf(lane: Lane): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sending.set(promise, ownerOf(lane));
    return () => {
      this.#sending.delete(promise);
      resolve();
    };
  }

  async #exchange(asked: Omit<Exchange, 'cursor'>): Promise<void> {
    const exchange = { ...asked, cursor: new EventCursor() };
    const { method, headers, lane, body, own } = exchange;
    this.#asked.set(lane, headers);
    try {
      const response = await this.#requests.send({
        method,
        headers,
        ...(body !== undefined && { body: Buffer.from(body.buffer, body.byteOffset, body.length) }),
        ...(exchange.onSent !== undefined && { onSent: exchange.onSent }),
        signal: AbortSignal.any([this.#closing.signal, lane.signal, ...(asked.signal ? [asked.signal] : [])]),
      });
      const head = headOf(response);
      if (own && (await this.#isElsewhere(exchange, head.status))) return await response.body.dump();
      if (own) this.#session.learn(head);
      await this.#answers.take(exchange, head, response);
      if (own) await this.#takeUpAgain(exchange);
      if (own) await this.#failures.unanswered(exchange);
    } catch (error) {
      const isEnded = [lane.signal, this.#closing.signal, asked.signal].some((signal) => signal?.aborted);
      if (!isEnded) await this.#failures.unreachable(exchange, error);
    } finally {
      lane.close?.();
      if (own) this.#session.forget(requestsIn(body));
      // Without a session nothing else can answer on this lane.
      if (!own && headers['mcp-session-id'] === undefined)
        for (const id of requestsIn(body)) this.#parts.settle(lane, id);
    }
  }

  // 2025-11-25, Transports, Backwards Compatibility.
  async #isElsewhere({ lane, body }: Exchange, status: number): Promise<boolean> {
    const { ifRefused } = this.#parts;
    if (ifRefused === undefined || body === undefined || !NO_HANDSHAKE.has(status)) return false;
    return opensSession(body) && ifRefused(lane, body);
  }

  // An HTTP client does so itself; for one on stdio it is up to us (2025-11-25, Resumability and Redelivery).
  async #takeUpAgain(exchange: Exchange): Promise<void> {
    const { cursor, lane } = exchange;
    const signal = AbortSignal.any([this.#closing.signal, lane.signal]);
    await retryStream(cursor, {
      signal,
      isWanted: () => this.#answers.canTakeUp(exchange),
      open: async (after) => {
        const headers = this.#session.streamHeaders(after);
        const response = await this.#requests.send({ method: 'GET', headers, signal });
        const head = headOf(response);
        const isOpen = head.status === 200 && isStream(head);
        if (isOpen) await this.#answers.take(exchange, head, response);
        else await response.body.dump();
        return isOpen;
      },
    });
  }

  async #farewell(headers: HeaderFields): Promise<void> {
    const signal = AbortSignal.timeout(LIMITS.childEofMs);
    const response = await this.#requests.send({ method: 'DELETE', headers, signal }).catch(() => undefined);
    await response?.body.dump().catch(() => undefined);
  }
}
