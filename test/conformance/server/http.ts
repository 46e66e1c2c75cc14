import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServer,
  originValidationResponse,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

import { EventLog } from './event-log.ts';
import { makeEverything, type Notifier } from './everything.ts';

/** Serves everything by HTTP: sessions for the older revisions, none for 2026-07-28. Returns the URL. */
export async function serveHttp(): Promise<string> {
  const modern = createMcpHandler(() => makeEverything(() => notify), { legacy: 'reject' });
  const notify: Notifier = modern.notify;
  const sessions = new Sessions(() => makeEverything());
  const server = createServer((incoming, response) => {
    void answer(incoming, response, async (request) => {
      const denied =
        hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
        originValidationResponse(request, localhostAllowedOrigins());
      if (denied !== undefined) return denied;
      return (await isLegacyRequest(request)) ? sessions.handle(request) : modern.fetch(request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

/** A server for each session. */
class Sessions {
  readonly #make: () => McpServer;
  readonly #open = new Map<string, WebStandardStreamableHTTPServerTransport>();

  constructor(make: () => McpServer) {
    this.#make = make;
  }

  async handle(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id === null) return (await this.#begin()).handleRequest(request);
    return this.#open.get(id)?.handleRequest(request) ?? new Response('no such session', { status: 404 });
  }

  async #begin(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void this.#open.set(id, transport),
      onsessionclosed: (id) => void this.#open.delete(id),
      eventStore: new EventLog(),
      retryInterval: 50,
    });
    await this.#make().connect(transport);
    return transport;
  }
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { status, headers, body } = await handle(await toRequest(incoming, gone.signal));
  response.writeHead(status, Object.fromEntries(headers));
  response.flushHeaders();
  try {
    for await (const piece of body ?? []) response.write(piece);
  } finally {
    response.end();
  }
}

async function toRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const { headers, method = 'GET', url = '' } = incoming;
  const fields = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );
  const body = method === 'POST' ? { body: new Uint8Array(await buffer(incoming)) } : {};
  // By a name of ours: the Host header may hold anything.
  return new Request(`http://127.0.0.1${url}`, { method, headers: fields, signal, ...body });
}
