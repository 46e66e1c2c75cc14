import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { LIMITS } from '../../core/limits.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import { OLD_MESSAGES, OLD_STREAM } from './http-guard.ts';
import type { GuardedRequest } from './http-server.ts';
import { SseLane } from './sse-lane.ts';

interface Handlers {
  readonly pass: (message: Message) => Promise<void>;
  readonly bare: (request: BareRequest) => Promise<void>;
  /** For the record: why something was not let in. */
  readonly refused: (reason: string) => void;
}

/**
 * The old HTTP+SSE transport's client end (2024-11-05), on the port of the new one: a GET opens a stream, which is the
 * session, and each POST to the address that the stream begins with is a message. Like stdio it knows no headers.
 */
export class SseSessions {
  readonly #sessions = new Map<string, SseLane>();

  /** Whether a request is one of the old transport's. */
  takes({ path }: GuardedRequest): boolean {
    return path === OLD_STREAM || path === OLD_MESSAGES;
  }

  async take(request: GuardedRequest, handlers: Handlers): Promise<void> {
    if (request.path === OLD_STREAM) {
      if (this.#sessions.size >= LIMITS.httpSessions) return refuse(request.response, TOO_MANY, handlers);
      return this.#open(request, handlers);
    }
    const { query, body, response } = request;
    const lane = this.#sessions.get(query.get('sessionId') ?? '');
    if (lane === undefined) return refuse(response, NO_SESSION, handlers);
    await handlers.pass({ direction: 'to_server', raw: body, lane });
    response.writeHead(202, { 'content-length': '0' }).end();
  }

  // The client's own way of leaving is to close its stream.
  #open({ response, unread }: GuardedRequest, { bare }: Handlers): void {
    const scope = randomUUID();
    const lane = new SseLane(response, { scope, address: `${OLD_MESSAGES}?sessionId=${scope}`, unread });
    this.#sessions.set(scope, lane);
    lane.signal.addEventListener('abort', () => {
      this.#sessions.delete(scope);
      void bare({ method: 'DELETE', headers: {}, lane });
    });
  }
}

const NO_SESSION = { status: 404, reason: `there is no such session; begin with GET ${OLD_STREAM}` };
const TOO_MANY = { status: 503, reason: 'all sessions that there may be are in use' };

function refuse(
  response: ServerResponse,
  { status, reason }: { status: number; reason: string },
  { refused }: Handlers,
): void {
  refused(`HTTP ${status}: ${reason}`);
  const body = errorReply(undefined, RPC.invalidRequest, reason);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': String(body.length) });
  response.end(body);
}
