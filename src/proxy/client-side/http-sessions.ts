import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setImmediate as pause } from 'node:timers/promises';

import {
  parseInSlices,
  parseMessage,
  type Envelope,
  type ParsedMessage,
} from '../../core/jsonrpc/envelope.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { LIMITS } from '../../core/limits.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import { runInSlices } from '../../core/slices.ts';
import { HttpLane } from './http-lane.ts';
import { type GuardedRequest, listenLocally, type LocalServer } from './http-server.ts';
import { SessionLane } from './session-lane.ts';

interface Parts {
  readonly port: number;
  readonly token: string;
  readonly onReady: (url: string) => void;
}

interface Handlers {
  readonly pass: (message: Message) => Promise<void>;
  readonly bare: (request: BareRequest) => Promise<void>;
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
  #server: LocalServer | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async serve(pass: Handlers['pass'], bare: Handlers['bare']): Promise<never> {
    this.#server = await listenLocally(this.#parts, (request) => this.#take(request, { pass, bare }));
    this.#parts.onReady(this.#server.url);
    return new Promise(() => undefined);
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }

  async #take(request: GuardedRequest, handlers: Handlers): Promise<void> {
    const { method, headers, response } = request;
    if (method === 'POST') return this.#post(request, handlers);
    const session = this.#sessions.get(headers['mcp-session-id'] ?? '');
    if (session === undefined)
      return answer(response, 404, 'there is no such session; begin with initialize');
    const lane = new HttpLane(response, session.scope);
    if (method === 'GET') return session.stream(lane);
    session.close();
    await handlers.bare({ method, headers, lane });
    lane.open({ status: 204, headers: {} });
    lane.close();
  }

  async #post({ body, headers, response }: GuardedRequest, { pass }: Handlers): Promise<void> {
    const messages = (await read(body))?.messages ?? [];
    const requests = messages.filter(({ kind }) => kind === 'request');
    const id = headers['mcp-session-id'];
    // The id of a request says nothing about whose it is.
    if (id === undefined && messages.some(({ cancels }) => cancels !== undefined))
      return answer(response, 400, 'without a session a request is cancelled by closing it');
    const session = id === undefined ? this.#sessionFor(messages, requests) : this.#sessions.get(id);
    if (session === undefined && id !== undefined)
      return answer(response, 404, 'there is no such session; begin with initialize');
    if (session === undefined || !session.isFree(requests))
      return answer(response, 409, 'a request with this id is under way');
    const lane = new HttpLane(response, session.scope, session);
    session.expect(requests, lane);
    await pass({ direction: 'to_server', raw: body, lane, headers });
    // Answered by now: by us, with a refusal, or by a server that was quick.
    if (lane.isAnswered) session.forget(requests, lane);
    if (requests.length > 0) return;
    lane.open({ status: 202, headers: {} });
    lane.close();
  }

  #sessionFor(messages: readonly Envelope[], requests: readonly Envelope[]): SessionLane | undefined {
    if (messages.some(({ method }) => method === 'initialize'))
      return this.#open(randomUUID(), this.#sessions);
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

function answer(response: ServerResponse, status: number, why: string): void {
  const body = errorReply(undefined, RPC.invalidRequest, why);
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
