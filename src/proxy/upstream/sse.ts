import { setTimeout as delay } from 'node:timers/promises';

import type { Dispatcher } from 'undici';

import { HallpassError } from '../../core/errors.ts';
import { toText } from '../../core/bytes.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import { eventName, EventTooLongError, SseFramer, type SseEvent } from '../../core/jsonrpc/sse.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Lane } from '../../core/lane.ts';
import type { Message } from '../../core/message.ts';
import { requestsIn } from './exchange.ts';
import type { AnswerParts } from './http-answers.ts';
import { headOf, isPlainText, isStream } from './http-response.ts';
import { HttpSession } from './http-session.ts';
import type { ServerRequests } from './server-requests.ts';
import type { Gone, SessionServer } from './session-pool.ts';

interface Parts extends Omit<AnswerParts, 'holdsSecret'> {
  readonly url: string;
  readonly requests: ServerRequests;
  /** Where what the server says goes. */
  readonly lane: Lane;
}

/**
 * One session with a server of the old HTTP+SSE transport (2024-11-05): a GET opens the stream on which it says all that it
 * says, beginning with the address to which each message is POSTed. The stream's end is the session's.
 */
export class SseConnection implements SessionServer {
  readonly ended: Promise<Gone>;
  readonly #parts: Parts;
  readonly #session = new HttpSession();
  readonly #closing = new AbortController();
  readonly #gone = Promise.withResolvers<Gone>();
  readonly #first = Promise.withResolvers<void>();
  readonly #posts = new Set<Promise<void>>();
  #pass: (message: Message) => Promise<void> = () => Promise.resolve();
  /** Where to speak to the server. It chose it, within its origin. */
  #endpoint: URL | undefined;
  #onIdle: () => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.ended = this.#gone.promise;
    this.#first.promise.catch(() => undefined);
  }

  /** Opens the stream; when this resolves the server can be spoken to. */
  async start(pass: (message: Message) => Promise<void>): Promise<void> {
    this.#pass = pass;
    const timer = setTimeout(
      () => this.#end(`it did not say within ${LIMITS.endpointMs} ms where to speak to it`),
      LIMITS.endpointMs,
    );
    void this.#listen();
    try {
      await this.#first.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns at once: some servers accept a message only when they have answered it. */
  async send({ lane }: Message, bytes: Uint8Array): Promise<void> {
    const post = this.#post(lane, bytes);
    this.#posts.add(post);
    void post.then(() => this.#posts.delete(post));
    // As every client does: what comes before the end of the handshake servers may refuse.
    if (this.#session.opensStream(bytes)) await post;
  }

  async close({ atOnce }: { atOnce: boolean }): Promise<void> {
    if (!atOnce)
      await Promise.race([
        Promise.all([this.#idle(), Promise.all(this.#posts)]),
        this.ended,
        delay(LIMITS.childEofMs, undefined, { ref: false }),
      ]);
    this.#end('it is no longer needed');
    await Promise.all(this.#posts);
  }

  async #listen(): Promise<void> {
    try {
      const response = await this.#parts.requests.send({
        method: 'GET',
        headers: { accept: 'text/event-stream' },
        signal: this.#closing.signal,
      });
      const why = unfit(response);
      if (why !== undefined) {
        await response.body.dump();
        return this.#fail(why);
      }
      const framer = new SseFramer(this.#parts.limit);
      for await (const chunk of response.body as AsyncIterable<Uint8Array>)
        for (const event of framer.push(chunk)) await this.#event(event);
      this.#fail('it ended its stream of events');
    } catch (error) {
      this.#fail(whyBroken(error));
    }
  }

  async #event(event: SseEvent): Promise<void> {
    const { data } = event;
    const { lane, maskText } = this.#parts;
    const name = eventName(event);
    if (data !== undefined && name === 'endpoint') return this.#learn(data);
    if (data !== undefined && data.length > 0 && name === 'message') return this.#hear(data);
    // What has another name is no message. Comments keep the stream alive, that of the client too.
    if (data === undefined && isPlainText(event.raw)) await lane.sendBetween?.(maskText(event.raw));
  }

  // Attacker-controlled. What we show the server is for its origin, and so is all that a client has to say to it.
  #learn(data: Uint8Array): void {
    const { url } = this.#parts;
    const text = data.length > LIMITS.endpointBytes ? '' : toText(data).trim();
    if (text === '' || !URL.canParse(text, url)) throw refused('it names no address to speak to it');
    const endpoint = new URL(text, url);
    if (endpoint.origin !== new URL(url).origin || endpoint.username !== '' || endpoint.password !== '')
      throw refused('it wants to be spoken to at another origin, which is refused');
    this.#endpoint = endpoint;
    this.#first.resolve();
  }

  async #hear(raw: Uint8Array): Promise<void> {
    this.#session.hear(raw);
    await this.#pass({ direction: 'to_client', raw, lane: this.#parts.lane });
    if (this.#session.isIdle) this.#onIdle();
  }

  async #post(lane: Lane, body: Uint8Array): Promise<void> {
    const { requests, onTrouble } = this.#parts;
    const headers = this.#session.headersFor(body);
    try {
      const response = await requests.send({
        method: 'POST',
        ...(this.#endpoint !== undefined && { url: this.#endpoint }),
        headers,
        body: Buffer.from(body),
        signal: this.#closing.signal,
      });
      // The answer comes on the stream.
      await response.body.dump();
      const { statusCode } = response;
      if (statusCode >= 300) await this.#answer(lane, body, `it answered with HTTP status ${statusCode}`);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      await this.#answer(lane, body, whyBroken(error)).catch(() => onTrouble('an unforeseen fault'));
    }
  }

  // To those who would wait for ever.
  async #answer(lane: Lane, body: Uint8Array, why: string): Promise<void> {
    this.#parts.onTrouble(`the server did not take a message: ${why}`);
    const ids = requestsIn(body);
    this.#session.forget(ids);
    for (const id of ids) {
      if (!this.#parts.settle(lane, id)) continue;
      const reply = errorReply(id, RPC.upstream, `the MCP server did not take the request: ${why}`);
      await (lane.session ?? lane).send(reply, { routing: parseMessage(reply), event: undefined });
    }
    if (this.#session.isIdle) this.#onIdle();
  }

  #idle(): Promise<void> {
    if (this.#session.isIdle) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onIdle = resolve;
    });
  }

  #fail(why: string): void {
    if (!this.#closing.signal.aborted) this.#parts.onTrouble(`the server is gone: ${why}`);
    this.#end(why);
  }

  #end(reason: string): void {
    this.#first.reject(refused(reason));
    this.#gone.resolve({ by: 'server', reason });
    this.#closing.abort();
  }
}

// Why what a server answers to the request for its stream is none.
function unfit(response: Dispatcher.ResponseData): string | undefined {
  const head = headOf(response);
  if (head.status !== 200) return `it answered with HTTP status ${head.status} instead of a stream of events`;
  if (!isStream(head)) return 'it answered with something else than a stream of events';
  const encoding = response.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return undefined;
  return 'it sent a compressed stream, which can not be inspected';
}

function whyBroken(error: unknown): string {
  if (error instanceof HallpassError || error instanceof EventTooLongError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unforeseen fault';
  return `it can not be reached (${code})`;
}

function refused(why: string): HallpassError {
  return new HallpassError('ERR_UPSTREAM', why);
}
