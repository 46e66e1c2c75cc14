import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setImmediate as pause } from 'node:timers/promises';

import {
  CAPABILITIES,
  parseInSlices,
  parseMessage,
  PROTOCOL_VERSION,
  type Envelope,
  type ParsedMessage,
} from '../../core/jsonrpc/envelope.ts';
import { isModern } from '../../core/jsonrpc/modern-headers.ts';
import { cancellation, errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import type { HeaderFields } from '../../core/lane.ts';
import { LIMITS } from '../../core/limits.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import { runInSlices } from '../../core/slices.ts';
import { HttpLane } from './http-lane.ts';
import { type GuardedRequest, listenLocally, type LocalServer } from './http-server.ts';
import { SessionLane } from './session-lane.ts';
import { SseSessions } from './sse-sessions.ts';

interface Parts {
  readonly port: number;
  readonly token: string;
  readonly onReady: (url: string) => void;
}

interface Handlers {
  readonly pass: (message: Message) => Promise<void>;
  readonly bare: (request: BareRequest) => Promise<void>;
  /** For the record: why something was not let in. */
  readonly refused: (reason: string) => void;
}

/**
 * The Streamable HTTP transport's client end before servers on stdio, which know neither sessions nor streams: both are
 * ours here. Each session of the older revisions has its own server. From 2026-07-28 on there are no sessions, and all
 * clients share a server, or a few: one server never has two requests with one id, nor two clients' answers to mix up.
 */
export class HttpSessionsClientSide {
  readonly #parts: Parts;
  readonly #sessions = new Map<string, SessionLane>();
  readonly #shared = new Map<string, SessionLane>();
  readonly #old = new SseSessions();
  #server: LocalServer | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async serve(pass: Handlers['pass'], bare: Handlers['bare'], refused: Handlers['refused']): Promise<never> {
    const handlers = { pass, bare, refused };
    const parts = { ...this.#parts, refused };
    this.#server = await listenLocally(parts, (request) => this.#take(request, handlers));
    this.#parts.onReady(this.#server.url);
    return new Promise(() => undefined);
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  async #take(request: GuardedRequest, handlers: Handlers): Promise<void> {
    if (this.#old.takes(request)) return this.#old.take(request, handlers);
    const { method, headers, response, unread } = request;
    if (method === 'POST') return this.#post(request, handlers);
    const session = this.#sessions.get(headers['mcp-session-id'] ?? '');
    if (session === undefined) return refuse(response, NO_SESSION, handlers);
    const lane = new HttpLane(response, session.scope, { unread });
    if (method === 'GET') return session.stream(lane);
    session.end();
    await handlers.bare({ method, headers, lane });
    lane.open({ status: 204, headers: {} });
    lane.close();
  }

  async #post({ body, headers, response, unread }: GuardedRequest, handlers: Handlers): Promise<void> {
    const { pass } = handlers;
    const messages = (await read(body))?.messages ?? [];
    const requests = messages.filter(({ kind }) => kind === 'request');
    const session = this.#admit(messages, { requests, headers, handlers });
    if ('reason' in session) return refuse(response, { ...session, id: requests[0]?.id }, handlers);
    const lane = new HttpLane(response, session.scope, { session, unread });
    session.expect(requests, lane);
    lane.signal.addEventListener('abort', () => {
      // What we have answered ourselves, at once or after it waited for a person, the server never will.
      if (lane.isAnswered) return session.forget(requests, lane);
      if (session.signal.aborted) return;
      for (const id of session.abandon(requests, lane))
        void pass({ direction: 'to_server', raw: cancellation(id), lane: session });
    });
    await pass({ direction: 'to_server', raw: body, lane, headers });
    // Answered by now: by us, with a refusal, or by a server that was quick.
    if (lane.isAnswered) session.forget(requests, lane);
    if (requests.length > 0) return;
    lane.open({ status: 202, headers: {} });
    lane.close();
  }

  #admit(
    messages: readonly Envelope[],
    {
      requests,
      headers,
      handlers,
    }: { requests: readonly Envelope[]; headers: HeaderFields; handlers: Handlers },
  ): SessionLane | Refused {
    const modern = messages.some((envelope) => isModern(envelope, headers));
    // 2026-07-28: servers ignore a session's id.
    const id = modern ? undefined : headers['mcp-session-id'];
    const refused = id === undefined ? unfit(messages, modern) : undefined;
    if (refused !== undefined) return refused;
    const isFirst = !modern && messages.some(isInitialize);
    if (isFirst && id === undefined && !this.#makeRoom(handlers)) return TOO_MANY;
    const session = id === undefined ? this.#sessionFor(requests, { isFirst }) : this.#use(id);
    if (session === undefined && id !== undefined) return NO_SESSION;
    if (session === undefined || !session.isFree(requests))
      return { status: 409, reason: 'a request with this id is under way' };
    return session;
  }

  // The order in which they stand is that of their last use.
  #use(id: string): SessionLane | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session;
  }

  // Clients go away without a word. One that comes back is told with 404 to begin anew, as at any time (2025-11-25, Session
  // Management).
  #makeRoom({ bare }: Handlers): boolean {
    if (this.#sessions.size < LIMITS.httpSessions) return true;
    const resting = [...this.#sessions.values()].find(({ rests }) => rests);
    if (resting === undefined) return false;
    resting.end();
    void bare({ method: 'DELETE', headers: {}, lane: resting });
    return true;
  }

  #sessionFor(requests: readonly Envelope[], { isFirst }: { isFirst: boolean }): SessionLane | undefined {
    if (isFirst) return this.#open(randomUUID(), this.#sessions);
    for (const server of this.#shared.values()) if (server.isFree(requests)) return server;
    if (this.#shared.size >= LIMITS.sharedServers) return undefined;
    return this.#open(`shared ${randomUUID()}`, this.#shared);
  }

  #open(scope: string, among: Map<string, SessionLane>): SessionLane {
    const session = new SessionLane(scope, {
      isShared: among === this.#shared,
      onClose: () => among.delete(scope),
    });
    among.set(scope, session);
    return session;
  }
}

interface Refused {
  readonly status: number;
  readonly reason: string;
  readonly code?: number;
}

const TOO_MANY: Refused = { status: 503, reason: 'all sessions that there may be are in use' };
const NO_SESSION: Refused = { status: 404, reason: 'there is no such session; begin with initialize' };

// A server on stdio goes by what it hears first, and stays with it: what is not of 2026-07-28 would bring a server that is
// shared back to the older revisions, for everybody.
function unfit(messages: readonly Envelope[], modern: boolean): Refused | undefined {
  // The id of a request says nothing about whose it is.
  if (messages.some(({ cancels }) => cancels !== undefined))
    return { status: 400, reason: 'without a session a request is cancelled by closing it' };
  // What can't be read is for the stages to refuse.
  if (messages.length === 0 || (!modern && messages.some(isInitialize))) return undefined;
  if (!modern) return { status: 400, reason: 'there is no session; begin with initialize' };
  if (messages.every(({ claim }) => claim?.version !== undefined && claim.hasCapabilities)) return undefined;
  const reason = `params._meta has to name ${PROTOCOL_VERSION} and ${CAPABILITIES}`;
  return { status: 400, reason, code: RPC.invalidParams };
}

function isInitialize({ method }: Envelope): boolean {
  return method === 'initialize';
}

function refuse(
  response: ServerResponse,
  { status, reason, code = RPC.invalidRequest, id }: Refused & { readonly id?: string | undefined },
  { refused }: Handlers,
): void {
  refused(`HTTP ${status}: ${reason}`);
  const body = errorReply(id, code, reason);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': String(body.length) });
  response.end(body);
}

// What can't be read is for the stages to refuse.
async function read(body: Uint8Array): Promise<ParsedMessage | undefined> {
  const { yieldBytes } = LIMITS;
  const isLarge = body.length > yieldBytes;
  try {
    return isLarge ? await runInSlices(parseInSlices(body, yieldBytes), () => pause()) : parseMessage(body);
  } catch {
    return undefined;
  }
}
