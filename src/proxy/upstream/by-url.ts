import type { PendingRequests } from '../../core/jsonrpc/pending.ts';
import type { HeaderFields, Lane } from '../../core/lane.ts';
import { LIMITS } from '../../core/limits.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import { Handshake } from './handshake.ts';
import type { AnswerParts } from './http-answers.ts';
import { HttpUpstream } from './http.ts';
import { Intake } from './intake.ts';
import { type ServerParts, ServerRequests } from './server-requests.ts';
import { SessionPool } from './session-pool.ts';
import { speaksOld } from './sse-stream.ts';
import { SseConnection } from './sse.ts';

type Parts = ServerParts &
  AnswerParts & {
    readonly pending: PendingRequests;
    /** It is known to speak Streamable HTTP. */
    readonly isNew?: boolean;
  };

/**
 * A server with an address, which may turn out to be one of the old HTTP+SSE transport when it refuses the handshake of the
 * new (2025-11-25, Transports, Backwards Compatibility). For a client that leaves HTTP to us.
 */
export class EitherUpstream {
  readonly ended: Promise<never> = new Promise(() => undefined);
  readonly #parts: Parts;
  readonly #client: 'stdio' | 'http';
  readonly #closing = new AbortController();
  #pass: (message: Message) => Promise<void> = () => Promise.resolve();
  #now: HttpUpstream | SessionPool;

  constructor(parts: Parts, client: 'stdio' | 'http') {
    this.#parts = parts;
    this.#client = client;
    const ifRefused = (lane: Lane, body: Uint8Array): Promise<boolean> => this.#tryOld(lane, body);
    this.#now = new HttpUpstream({ ...parts, ...(parts.isNew !== true && { ifRefused }) });
  }

  start(pass: (message: Message) => Promise<void>): Promise<void> {
    this.#pass = pass;
    return this.#now.start(pass);
  }

  send(message: Message, bytes: Uint8Array, headers: HeaderFields): Promise<void> {
    return this.#now.send(message, bytes, headers);
  }

  bare(request: BareRequest): Promise<void> {
    return this.#now.bare(request);
  }

  async close(options: { atOnce: boolean }): Promise<void> {
    const timer = setTimeout(() => this.#closing.abort(), options.atOnce ? 0 : LIMITS.childEofMs);
    const was = this.#now;
    await was.close(options);
    clearTimeout(timer);
    if (this.#now !== was) await this.#now.close(options);
  }

  // It keeps to what it has turned out to be.
  async #tryOld(lane: Lane, body: Uint8Array): Promise<boolean> {
    const requests = new ServerRequests({ ...this.#parts, isShared: true });
    if (!(await speaksOld(requests, AbortSignal.any([lane.signal, this.#closing.signal])))) return false;
    const old = sseUpstream(this.#parts, this.#client);
    await old.start(this.#pass);
    this.#now = old;
    await old.send({ direction: 'to_server', raw: body, lane }, body, {});
    return true;
  }
}

/**
 * A Streamable HTTP server behind clients of both HTTP transports. Those who speak it too keep their own sessions; those
 * of the old HTTP+SSE transport know nothing of them, and each is to the server what a client on stdio would be.
 */
export class HttpForAll {
  readonly ended: Promise<never> = new Promise(() => undefined);
  readonly #relay: HttpUpstream;
  readonly #sessions: SessionPool;

  constructor({ pending, ...parts }: Parts) {
    this.#relay = new HttpUpstream(parts);
    const open = (): Promise<EitherUpstream> =>
      Promise.resolve(new EitherUpstream({ ...parts, pending, isShared: true }, 'http'));
    this.#sessions = new SessionPool({ open, pending });
  }

  async start(pass: (message: Message) => Promise<void>): Promise<void> {
    await this.#relay.start(pass);
    await this.#sessions.start(pass);
  }

  send(message: Message, bytes: Uint8Array, headers: HeaderFields): Promise<void> {
    return this.#for(message.lane).send(message, bytes, headers);
  }

  bare(request: BareRequest): Promise<void> {
    return this.#for(request.lane).bare(request);
  }

  async close(options: { atOnce: boolean }): Promise<void> {
    await this.#sessions.close(options);
    await this.#relay.close(options);
  }

  // Only a request of Streamable HTTP has a response of its own.
  #for(lane: Lane): HttpUpstream | SessionPool {
    return lane.open === undefined ? this.#sessions : this.#relay;
  }
}

/**
 * A server of the old HTTP+SSE transport: a connection for each session of a client. A client that is there for longer than
 * those, being on stdio, does not begin anew by itself.
 */
export function sseUpstream({ pending, ...parts }: Parts, client: 'stdio' | 'http'): SessionPool {
  const requests = new ServerRequests(parts);
  const intake = new Intake(parts.intakeLimit);
  const handshake = client === 'stdio' ? new Handshake() : undefined;
  const open = (lane: Lane): Promise<SseConnection> =>
    Promise.resolve(new SseConnection({ ...parts, requests, intake, lane, handshake }));
  return new SessionPool({ open, pending, closeShared: () => requests.close() });
}
