import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isLegacyRequest,
  type JSONRPCMessage,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  type McpServer,
  originValidationResponse,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';

import { EventLog } from './event-log.ts';
import { makeEverything, type Notifier } from './everything.ts';
import { refuseWithoutTasks } from './tasks.ts';

/**
 * Serves everything by HTTP: sessions for the older revisions, none for 2026-07-28; at /sse by the old HTTP+SSE transport.
 * Returns the URL.
 */
export async function serveHttp(): Promise<string> {
  const modern = createMcpHandler(() => makeEverything(() => notify), { legacy: 'reject' });
  const notify: Notifier = modern.notify;
  const sessions = new Sessions(() => makeEverything());
  const old = new OldSessions(() => makeEverything());
  const server = createServer((incoming, response) => {
    if (/^\/(?:sse|messages)\b/.test(incoming.url ?? '')) return void old.handle(incoming, response);
    return void answer(incoming, response, async (request) => {
      const denied =
        hostHeaderValidationResponse(request, localhostAllowedHostnames()) ??
        originValidationResponse(request, localhostAllowedOrigins());
      if (denied !== undefined) return denied;
      if (await isLegacyRequest(request)) return sessions.handle(request);
      return (await refused(request)) ?? modern.fetch(request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

async function refused(request: Request): Promise<Response | undefined> {
  if (request.method !== 'POST') return undefined;
  const message = (await request
    .clone()
    .json()
    .catch(() => ({}))) as JSONRPCMessage;
  const refusal = refuseWithoutTasks(message);
  return refusal && Response.json(refusal, { status: 400 });
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

/** A server for each stream. The SDK's second generation has no transport for it; that of the first serves as well. */
class OldSessions {
  readonly #make: () => McpServer;
  // oxlint-disable-next-line typescript/no-deprecated -- the transport that this is about
  readonly #open = new Map<string, SSEServerTransport>();

  constructor(make: () => McpServer) {
    this.#make = make;
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = new URL(incoming.url ?? '', 'http://127.0.0.1').searchParams.get('sessionId');
    const known = this.#open.get(id ?? '');
    if (known !== undefined) return known.handlePostMessage(incoming, response);
    if (incoming.method !== 'GET') return void response.writeHead(404).end();
    // oxlint-disable-next-line typescript/no-deprecated -- as above
    const transport = new SSEServerTransport('/messages', response);
    this.#open.set(transport.sessionId, transport);
    response.once('close', () => this.#open.delete(transport.sessionId));
    return this.#make().connect(transport);
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
