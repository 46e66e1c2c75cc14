import type { Dispatcher } from 'undici';

import { SseFramer, type SseEvent } from '../../core/jsonrpc/sse.ts';
import { LIMITS } from '../../core/limits.ts';
import type { ResponseHead } from '../../core/lane.ts';
import type { Message } from '../../core/message.ts';
import { visible } from '../../core/visible.ts';
import { type Exchange, requestsIn } from './exchange.ts';
import type { FailureParts, HttpFailures } from './http-failures.ts';
import { collect, isMessage, isPlainText, isStream, withoutType } from './http-response.ts';
import type { HttpSession } from './http-session.ts';
import { Intake, type IntakeShare } from './intake.ts';
import { isBroken } from './retry-stream.ts';

export interface AnswerParts extends FailureParts {
  /** Whether a header holds a secret. */
  readonly holdsSecret: (name: string, value: string) => boolean;
  /** Bytes of one answer; `LIMITS.messageBytes` unless a test wants less. */
  readonly limit?: number;
  /** Bytes of all answers together; `LIMITS.answerBytes` unless a test wants less. */
  readonly intakeLimit?: number;
}

interface Collaborators {
  readonly session: HttpSession;
  readonly failures: HttpFailures;
  readonly pass: (message: Message) => Promise<void>;
}

type Taken = Exchange & { readonly share: IntakeShare };

/** Reads what a server answers, one message or a stream of them, and hands it to the stages. */
export class HttpAnswers {
  readonly #parts: AnswerParts;
  readonly #with: Collaborators;
  readonly #intake: Intake;

  constructor(parts: AnswerParts, collaborators: Collaborators) {
    this.#parts = parts;
    this.#with = collaborators;
    this.#intake = new Intake(parts.intakeLimit);
  }

  /** Takes an answer to its end. Throws what the connection throws. */
  async take(exchange: Exchange, head: ResponseHead, response: Dispatcher.ResponseData): Promise<void> {
    // Answers to HTTP clients leave each on its own way.
    const share = this.#intake.open({ waits: exchange.own === true });
    try {
      await this.#take({ ...exchange, share }, head, response);
    } finally {
      share.close();
    }
  }

  async #take(
    exchange: Taken,
    head: ResponseHead,
    { body, headers }: Dispatcher.ResponseData,
  ): Promise<void> {
    const { lane, share } = exchange;
    const { failures } = this.#with;
    const why = this.#unfit(head, headers['content-encoding']);
    if (why !== undefined) {
      await body.dump().catch(() => undefined);
      return failures.fail(exchange, why);
    }
    if (isStream(head)) return this.#stream(exchange, head, body);
    const { limit = LIMITS.messageBytes } = this.#parts;
    const bytes = await collect(body, limit, share);
    if (bytes === undefined) return failures.fail(exchange, `the answer is over the limit of ${limit} bytes`);
    await share.leave(bytes.length, async () => {
      if (head.status >= 400) return this.#httpError(exchange, head, bytes);
      if (bytes.length === 0 && lane.hasBegun === true)
        return failures.fail(exchange, 'the server gave no answer');
      if (bytes.length === 0) return lane.open?.(withoutType(head));
      lane.open?.(head);
      return this.#hand(exchange, { direction: 'to_client', raw: bytes, lane });
    });
  }

  /** Whether a stream that has ended is to be opened again. */
  canTakeUp({ own, method, body, cursor }: Exchange): boolean {
    const { session } = this.#with;
    if (own !== true || !session.resumes || !cursor.begun) return false;
    return method === 'GET' || (cursor.id !== undefined && session.awaits(requestsIn(body)));
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
    const { pass, session } = this.#with;
    if (!own) return pass(message);
    const { raw, unfit } = session.hear(message.raw);
    for (const { name, why } of unfit)
      this.#parts.onTrouble(`the tool "${visible(name)}" can not be called by HTTP and is left out: ${why}`);
    await pass({ ...message, raw });
  }

  async #stream(exchange: Taken, head: ResponseHead, body: AsyncIterable<Uint8Array>): Promise<void> {
    exchange.lane.open?.(head);
    exchange.cursor.begun = true;
    const framer = new SseFramer(this.#parts.limit);
    try {
      for await (const chunk of body) {
        await exchange.share.more(chunk.length);
        for (const event of framer.push(chunk))
          await exchange.share.leave(event.raw.length, () => this.#event(exchange, event));
      }
    } catch (error) {
      if (!isBroken(error) || !this.canTakeUp(exchange)) throw error;
    }
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
    const why = `the server answered with HTTP status ${head.status}`;
    // A client that was told that its call waits has its status.
    if (own || lane.open === undefined || lane.hasBegun === true)
      return this.#with.failures.fail(exchange, why);
    this.#parts.onTrouble(why);
    lane.open({ ...head, headers: { ...head.headers, 'content-type': 'text/plain; charset=utf-8' } });
    if (isPlainText(bytes)) return lane.send(this.#parts.maskText(bytes));
    this.#parts.onTrouble('what it said is not UTF-8, so it can not be inspected and is withheld');
    lane.close?.();
  }
}
