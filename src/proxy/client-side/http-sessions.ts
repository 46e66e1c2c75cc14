import { randomUUID } from 'node:crypto';

import { parseMessage, type ParsedMessage } from '../../core/jsonrpc/envelope.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import type { BareRequest, Message } from '../../core/message.ts';
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

/** Requests without a session: the revisions from 2026-07-28 on have none. */
const SHARED = 'shared';

/**
 * The Streamable HTTP transport's client end before servers on stdio, which know neither sessions nor streams: both are
 * ours here. Each session of the older revisions has its own server; all requests of the newer ones share one.
 */
export class HttpSessionsClientSide {
  readonly #parts: Parts;
  readonly #sessions = new Map<string, SessionLane>();
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
    const session = this.#sessionOf(request);
    if (session === undefined) return notFound(request);
    if (request.method === 'POST') return this.#post(request, session, handlers);
    if (request.method === 'GET') return session.stream(new HttpLane(request.response, session.scope));
    this.#sessions.delete(session.scope);
    session.close();
    const lane = new HttpLane(request.response, session.scope);
    await handlers.bare({ method: 'DELETE', headers: request.headers, lane });
    lane.open({ status: 204, headers: {} });
    lane.close();
  }

  async #post(
    { body, headers, response }: GuardedRequest,
    session: SessionLane,
    { pass }: Handlers,
  ): Promise<void> {
    const lane = new HttpLane(response, session.scope, session);
    const ids = requestIds(body);
    await session.claim(ids);
    session.expect(ids, lane);
    await pass({ direction: 'to_server', raw: body, lane, headers });
    if (ids.length > 0) return;
    lane.open({ status: 202, headers: {} });
    lane.close();
  }

  #sessionOf({ headers, body, method }: GuardedRequest): SessionLane | undefined {
    const id = headers['mcp-session-id'];
    if (id !== undefined) return this.#sessions.get(id);
    if (method !== 'POST') return undefined;
    return opensSession(body) ? this.#open(randomUUID()) : (this.#sessions.get(SHARED) ?? this.#open(SHARED));
  }

  #open(scope: string): SessionLane {
    const session = new SessionLane(scope, {
      announce: scope !== SHARED,
      onClose: () => this.#sessions.delete(scope),
    });
    this.#sessions.set(scope, session);
    return session;
  }
}

function notFound({ response }: GuardedRequest): void {
  const body = errorReply(undefined, RPC.invalidRequest, 'there is no such session; begin with initialize');
  response.writeHead(404, { 'content-type': 'application/json', 'content-length': String(body.length) });
  response.end(body);
}

function opensSession(body: Uint8Array): boolean {
  return read(body)?.messages.some(({ method }) => method === 'initialize') === true;
}

function requestIds(body: Uint8Array): string[] {
  return (
    read(body)?.messages.flatMap(({ kind, id }) => (kind === 'request' && id !== undefined ? [id] : [])) ?? []
  );
}

// What can't be read is for the stages to refuse.
function read(body: Uint8Array): ParsedMessage | undefined {
  try {
    return parseMessage(body);
  } catch {
    return undefined;
  }
}
