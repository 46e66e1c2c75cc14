import { randomUUID } from 'node:crypto';

import { SESSIONLESS } from '../../core/lane.ts';
import type { BareRequest, Message } from '../../core/message.ts';
import { HttpLane } from './http-lane.ts';
import { type GuardedRequest, listenLocally, type LocalServer } from './http-server.ts';
import { SseSessions } from './sse-sessions.ts';

interface Parts {
  readonly port: number;
  /** The local bearer token clients must show. */
  readonly token: string;
  readonly onReady: (url: string) => void;
}

/**
 * The Streamable HTTP transport's client end, before a server that speaks it too: each request of the client becomes one
 * to the server, sessions and all.
 */
export class HttpClientSide {
  readonly #parts: Parts;
  readonly #old = new SseSessions();
  #server: LocalServer | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Opens the port, so that a taken one is known before anything starts. */
  async serve(
    pass: (message: Message) => Promise<void>,
    bare: (request: BareRequest) => Promise<void>,
    refused: (reason: string) => void,
  ): Promise<never> {
    const handlers = { pass, bare, refused };
    this.#server = await listenLocally({ ...this.#parts, refused }, (request) =>
      this.#old.takes(request) ? this.#old.take(request, handlers) : relay(request, handlers),
    );
    this.#parts.onReady(this.#server.url);
    // Clients come and go; only a signal or the end of the server ends this.
    return new Promise(() => undefined);
  }

  async close(): Promise<void> {
    await this.#server?.close();
  }
}

async function relay(
  { method, headers, body, response, unread }: GuardedRequest,
  {
    pass,
    bare,
  }: { pass: (message: Message) => Promise<void>; bare: (request: BareRequest) => Promise<void> },
): Promise<void> {
  // Without a session a response can only come on the request's own response.
  const session = headers['mcp-session-id'];
  const lane = new HttpLane(response, session ?? randomUUID(), { owner: session ?? SESSIONLESS, unread });
  if (method === 'POST') await pass({ direction: 'to_server', raw: body, lane, headers });
  else await bare({ method, headers, lane });
}
