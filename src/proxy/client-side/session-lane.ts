import type { Envelope } from '../../core/jsonrpc/envelope.ts';
import { RPC } from '../../core/jsonrpc/replies.ts';
import { LIMITS } from '../../core/limits.ts';
import {
  SESSIONLESS,
  type Delivery,
  type HeaderFields,
  type Lane,
  type ResponseHead,
} from '../../core/lane.ts';
import type { HttpLane } from './http-lane.ts';

const JSON_HEAD = { 'content-type': 'application/json' };
const STREAM_HEAD = { 'content-type': 'text/event-stream' };

/** Errors that say themselves in 2026-07-28 with which HTTP status they come. */
const STATUS = new Map<number, number>([
  [RPC.methodNotFound, 404],
  [RPC.headerMismatch, 400],
  [RPC.missingCapability, 400],
  [RPC.unsupportedVersion, 400],
]);

interface Exchange {
  readonly lane: HttpLane;
  readonly progressToken: string | undefined;
}

/**
 * All HTTP requests to one server on stdio: those of a session, or, where the protocol has no sessions, of any clients.
 * What the server says finds its way by what it is: a response to the request with its id, progress to the request that
 * asked for it, the rest to the session's own stream.
 */
export class SessionLane implements Lane {
  readonly scope: string;
  readonly owner: string;
  readonly signal: AbortSignal;
  readonly #isShared: boolean;
  readonly #onClose: () => void;
  readonly #gone = new AbortController();
  /** By request id, until the server has answered: also when the client has gone, lest the next one get its answer. */
  readonly #exchanges = new Map<string, Exchange>();
  /** Requests whose clients have gone, by id, until the server answers all the same. */
  readonly #cancelled = new Set<string>();
  /** Said while nobody listened. */
  readonly #kept: { bytes: Uint8Array; about: Delivery | undefined }[] = [];
  #keptBytes = 0;
  #stream: HttpLane | undefined;
  /** Resolves when one more HTTP request is to be answered from here. */
  #joined = Promise.withResolvers<void>();

  constructor(scope: string, options: { isShared: boolean; onClose: () => void }) {
    this.scope = scope;
    this.owner = options.isShared ? SESSIONLESS : scope;
    this.signal = this.#gone.signal;
    this.#isShared = options.isShared;
    this.#onClose = options.onClose;
  }

  /** True when nobody waits here, neither for an answer nor for what the server may say by itself. */
  get rests(): boolean {
    return this.#exchanges.size === 0 && this.#stream === undefined;
  }

  /** True when no request with one of these ids is under way. */
  isFree(requests: readonly Envelope[]): boolean {
    return requests.every(({ id = '' }) => !this.#exchanges.has(id) && !this.#cancelled.has(id));
  }

  /**
   * Of these requests, those that the server has yet to answer, now that their client has gone. In 2026-07-28 that is
   * the cancellation, after which a server says no more of them.
   */
  abandon(requests: readonly Envelope[], lane: HttpLane): string[] {
    if (!this.#isShared) return [];
    const ids = requests.flatMap(({ id }) =>
      id !== undefined && this.#exchanges.get(id)?.lane === lane ? [id] : [],
    );
    this.forget(requests, lane);
    for (const id of ids) this.#cancelled.add(id);
    for (const id of this.#cancelled)
      if (this.#cancelled.size > LIMITS.cancelledIds) this.#cancelled.delete(id);
    return ids;
  }

  /** What the server answers to these requests goes out on `lane`. */
  expect(requests: readonly Envelope[], lane: HttpLane): void {
    // A batch is answered message by message.
    lane.open(this.#head(requests.length > 1 ? STREAM_HEAD : JSON_HEAD));
    for (const { id, progressToken } of requests)
      if (id !== undefined) this.#exchanges.set(id, { lane, progressToken });
    this.#join();
    this.#forgetLost();
  }

  /** These requests never reached the server. */
  forget(requests: readonly Envelope[], lane: HttpLane): void {
    for (const { id = '' } of requests)
      if (this.#exchanges.get(id)?.lane === lane) this.#exchanges.delete(id);
  }

  /** The session's own stream, on which the server may speak at any time. A new one takes the place of an old one. */
  async stream(lane: HttpLane): Promise<void> {
    this.#stream?.close();
    this.#stream = lane;
    lane.open({ status: 200, headers: STREAM_HEAD });
    lane.signal.addEventListener('abort', () => {
      if (this.#stream === lane) this.#stream = undefined;
    });
    this.#join();
    this.#keptBytes = 0;
    for (const { bytes, about } of this.#kept.splice(0)) await lane.send(bytes, about);
  }

  async send(bytes: Uint8Array, about?: Delivery): Promise<void> {
    const messages = about?.routing.messages ?? [];
    const answers = messages.filter(({ kind }) => kind === 'response');
    if (answers.length > 0) return this.#respond(answers, bytes, about);
    const [envelope] = messages;
    const lane = this.#listenerFor(envelope);
    if (lane === undefined) return this.#keep(bytes, about);
    if (!lane.isStream) lane.open(this.#head(STREAM_HEAD));
    await this.#sendOn(lane, bytes, about);
  }

  end(): void {
    this.#gone.abort();
    this.#stream?.close();
    for (const { lane } of this.#exchanges.values()) lane.close();
    this.#onClose();
  }

  #head(type: HeaderFields): ResponseHead {
    return { status: 200, headers: { ...type, ...(!this.#isShared && { 'mcp-session-id': this.scope }) } };
  }

  // More than one are a batch's, and go where the batch came from.
  async #respond(
    answers: readonly Envelope[],
    bytes: Uint8Array,
    about: Delivery | undefined,
  ): Promise<void> {
    for (const { id = '' } of answers) this.#cancelled.delete(id);
    const [lane] = answers.flatMap(({ id = '' }) => this.#exchanges.get(id)?.lane ?? []);
    if (lane === undefined) return;
    this.forget(answers, lane);
    const status =
      this.#isShared && answers.length === 1 ? STATUS.get(answers[0]?.errorCode ?? 0) : undefined;
    if (status !== undefined) lane.open({ ...this.#head(JSON_HEAD), status });
    await this.#sendOn(lane, bytes, about);
    if (!this.#lanes().includes(lane)) lane.close();
  }

  // A client that does not read is waited for, and the server with it, but only as long as nobody else is there. Then it
  // may fall behind, up to a limit.
  async #sendOn(lane: HttpLane, bytes: Uint8Array, about: Delivery | undefined): Promise<void> {
    const isAlone = !this.#hasOthers(lane);
    if (!isAlone && lane.isBehind) return lane.cut();
    const sent = lane.send(bytes, about);
    if (isAlone) await Promise.race([sent, this.#joined.promise]);
  }

  #hasOthers(lane: HttpLane): boolean {
    if (this.#stream !== undefined && this.#stream !== lane) return true;
    for (const exchange of this.#exchanges.values()) if (exchange.lane !== lane) return true;
    return false;
  }

  #join(): void {
    this.#joined.resolve();
    this.#joined = Promise.withResolvers();
  }

  #listenerFor(envelope: Envelope | undefined): HttpLane | undefined {
    const { progressToken, subscriptionId = '' } = envelope ?? {};
    const subscribed = this.#exchanges.get(subscriptionId)?.lane;
    if (subscribed !== undefined) return subscribed;
    const exchanges = [...this.#exchanges.values()];
    const asked = exchanges.find((exchange) => exchange.progressToken === progressToken)?.lane;
    if (progressToken !== undefined && asked !== undefined) return asked;
    const lanes = this.#lanes();
    // What does not say for whom it is may be for any client of a shared server, so it goes out only where there is one.
    if (this.#isShared) return lanes.length === 1 ? lanes[0] : undefined;
    return this.#stream ?? lanes.findLast((lane) => !lane.signal.aborted);
  }

  #lanes(): HttpLane[] {
    return [...new Set([...this.#exchanges.values()].map(({ lane }) => lane))];
  }

  // Requests that a server never answers, though their clients have gone.
  #forgetLost(): void {
    if (this.#exchanges.size <= LIMITS.lostRequests) return;
    const lost = [...this.#exchanges].filter(([, { lane }]) => lane.signal.aborted);
    const [oldest] = lost;
    if (lost.length > LIMITS.lostRequests && oldest !== undefined) this.#exchanges.delete(oldest[0]);
  }

  #keep(bytes: Uint8Array, about: Delivery | undefined): void {
    // Without a session there will be no stream.
    if (this.#isShared) return;
    this.#kept.push({ bytes, about });
    this.#keptBytes += bytes.length;
    while (this.#kept.length > LIMITS.keptMessages || this.#keptBytes > LIMITS.keptBytes)
      this.#keptBytes -= this.#kept.shift()?.bytes.length ?? 0;
  }
}
