import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../../core/errors.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import { eventName, SseFramer, type SseEvent } from '../../core/jsonrpc/sse.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Lane } from '../../core/lane.ts';
import type { Message } from '../../core/message.ts';
import { isCancellation, requestsIn } from './exchange.ts';
import type { AnswerParts } from './http-answers.ts';
import { isPlainText } from './http-response.ts';
import { type Handshake, isAnswer } from './handshake.ts';
import { HttpSession } from './http-session.ts';
import type { Intake } from './intake.ts';
import type { ServerRequests } from './server-requests.ts';
import type { Gone, SessionServer } from './session-pool.ts';
import { endpointIn, openStream, whyBroken } from './sse-stream.ts';

interface Parts extends Omit<AnswerParts, 'holdsSecret'> {
  readonly url: string;
  readonly requests: ServerRequests;
  /** Where what the server says goes. */
  readonly lane: Lane;
  /** Of all that is being read from the server, for other clients too. */
  readonly intake: Intake;
  /** Of a client that outlives its server's streams: how it began. */
  readonly handshake?: Handshake | undefined;
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
  readonly #posts = new Set<Promise<unknown>>();
  /** What is to know when a large message has been sent whole. */
  readonly #sending = new Set<Promise<void>>();
  #pass: (message: Message) => Promise<void> = () => Promise.resolve();
  /** Where to speak to the server. It chose it, within its origin. */
  #endpoint: URL | undefined;
  #onIdle: () => void = () => undefined;
  /** Resolves when the server takes messages; undefined before the first. */
  #ready: Promise<void> | undefined;
  /** The answer to a handshake that we repeat. */
  #again: { readonly id: string; readonly onAnswer: () => void } | undefined;

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
    const begins = this.#parts.handshake?.see(bytes) === true;
    const ready = (this.#ready ??= begins ? Promise.resolve() : this.#greetAgain());
    const post: Promise<unknown> = ready.then(() => this.#post(lane, bytes));
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
    const share = this.#parts.intake.open({ waits: true });
    try {
      const body = await openStream(this.#parts.requests, this.#closing.signal);
      const framer = new SseFramer(this.#parts.limit);
      for await (const chunk of body) {
        await share.more(chunk.length);
        for (const event of framer.push(chunk)) await share.leave(event.raw.length, () => this.#event(event));
      }
      this.#fail('it ended its stream of events');
    } catch (error) {
      this.#fail(whyBroken(error));
    } finally {
      share.close();
    }
  }

  async #event(event: SseEvent): Promise<void> {
    const { data } = event;
    const { lane, maskText, url } = this.#parts;
    const name = eventName(event);
    if (data !== undefined && name === 'endpoint') {
      this.#endpoint = endpointIn(data, url);
      return this.#first.resolve();
    }
    if (data !== undefined && data.length > 0 && name === 'message') return this.#hear(data);
    // What has another name is no message. Comments keep the stream alive, that of the client too.
    if (data === undefined && isPlainText(event.raw)) await lane.sendBetween?.(maskText(event.raw));
  }

  async #hear(raw: Uint8Array): Promise<void> {
    this.#session.hear(raw);
    if (this.#again !== undefined && isAnswer(raw, this.#again.id)) return this.#again.onAnswer();
    await this.#pass({ direction: 'to_client', raw, lane: this.#parts.lane });
    if (this.#session.isIdle) this.#onIdle();
  }

  /** False when the server did not take it. */
  async #post(lane: Lane, body: Uint8Array): Promise<boolean> {
    const { requests, onTrouble } = this.#parts;
    const headers = this.#session.headersFor(body);
    // On another connection it could be there before the whole of what it is for.
    if (isCancellation(body)) await Promise.all(this.#sending);
    const sent = Promise.withResolvers<void>();
    if (body.length > LIMITS.yieldBytes) this.#sending.add(sent.promise);
    try {
      const response = await requests.send({
        method: 'POST',
        ...(this.#endpoint !== undefined && { url: this.#endpoint }),
        headers,
        body: Buffer.from(body.buffer, body.byteOffset, body.length),
        onSent: sent.resolve,
        signal: this.#closing.signal,
      });
      // The answer comes on the stream.
      await response.body.dump();
      const { statusCode } = response;
      if (statusCode < 300) return true;
      await this.#answer(lane, body, `it answered with HTTP status ${statusCode}`);
    } catch (error) {
      if (this.#closing.signal.aborted) return false;
      await this.#answer(lane, body, whyBroken(error)).catch(() => onTrouble('an unforeseen fault'));
    } finally {
      sent.resolve();
      this.#sending.delete(sent.promise);
    }
    return false;
  }

  // The client knows the answer, or one like it.
  async #greetAgain(): Promise<void> {
    const { handshake, lane, onTrouble } = this.#parts;
    const { again } = handshake ?? {};
    if (again === undefined) return;
    onTrouble('a new session was begun with the server, in which the handshake of the client is repeated');
    const answered = new Promise<void>((resolve) => {
      this.#again = { id: again.id, onAnswer: resolve };
    });
    if (!(await this.#post(lane, again.initialize))) return this.#fail('it did not take the handshake');
    await Promise.race([answered, this.ended]);
    this.#again = undefined;
    await this.#post(lane, again.initialized);
  }

  // To those who would wait for ever.
  async #answer(lane: Lane, body: Uint8Array, what: string): Promise<void> {
    const why = this.#masked(what);
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

  #fail(what: string): void {
    const why = this.#masked(what);
    if (!this.#closing.signal.aborted) this.#parts.onTrouble(`the server is gone: ${why}`);
    this.#end(why);
  }

  // The server may have had its say in it.
  #masked(what: string): string {
    return Buffer.from(this.#parts.maskText(Buffer.from(what))).toString();
  }

  #end(reason: string): void {
    this.#first.reject(gone(reason));
    this.#gone.resolve({ by: 'server', reason });
    this.#closing.abort();
  }
}

function gone(why: string): HallpassError {
  return new HallpassError('ERR_UPSTREAM', why);
}
