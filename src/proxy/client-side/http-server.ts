import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

import { HallpassError, isSystemError } from '../../core/errors.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { LIMITS } from '../../core/limits.ts';
import type { HeaderFields } from '../../core/lane.ts';
import { type Denial, ENDPOINT, guardBody, guardRequest, pathOf } from './http-guard.ts';
import { Unread } from './unread.ts';

/** A request that has passed the guard. `body` is empty for GET and DELETE. */
export interface GuardedRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** One of those that the guard knows. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The fields of MCP's that may go on to a server; never Authorization, never a cookie. */
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
  readonly response: ServerResponse;
  /** What all clients have yet to read. */
  readonly unread: Unread;
}

export interface LocalServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

interface ListenParts {
  readonly port: number;
  readonly token: string;
  readonly bodyLimit?: number;
  /** Bytes of all requests under way; `LIMITS.requestBytes` unless a test wants less. */
  readonly heldLimit?: number;
  /** For the record: why a request was not let in. Called before it is answered. */
  readonly refused: (reason: string) => void;
}

/**
 * Listens on 127.0.0.1 and hands on what the guard lets in.
 *
 * @throws {HallpassError} ERR_PORT_TAKEN
 */
export async function listenLocally(
  { port, token, bodyLimit = LIMITS.messageBytes, heldLimit = LIMITS.requestBytes, refused }: ListenParts,
  onRequest: (request: GuardedRequest) => Promise<void>,
): Promise<LocalServer> {
  const server = createServer({ maxHeaderSize: LIMITS.headerBytes, requestTimeout: 0 });
  server.maxConnections = LIMITS.openRequests;
  server.on('drop', () => refused(`more than ${LIMITS.openRequests} connections`));
  const bound = await listen(server, port);
  const shared = { token, bodyLimit, held: new Held(heldLimit), unread: new Unread(), refused };
  server.on(
    'request',
    (request, response) => void handle({ request, response, port: bound, ...shared }, onRequest),
  );
  server.on('clientError', (error, socket) => unreadable(error, socket, refused));
  return { url: `http://127.0.0.1:${bound}${ENDPOINT}`, port: bound, close: () => close(server) };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1', LIMITS.openRequests);
  try {
    await once(server, 'listening');
  } catch (cause) {
    if (!isSystemError(cause, 'EADDRINUSE', 'EACCES')) throw cause;
    throw new HallpassError('ERR_PORT_TAKEN', `port ${port} on 127.0.0.1 is taken`, { cause });
  }
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await Promise.resolve();
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly port: number;
  readonly token: string;
  readonly bodyLimit: number;
  readonly held: Held;
  readonly unread: Unread;
  readonly refused: (reason: string) => void;
}

async function handle(
  { request, response, port, token, bodyLimit, held, unread, refused }: Incoming,
  onRequest: (request: GuardedRequest) => Promise<void>,
): Promise<void> {
  const denial =
    guardRequest(request, { port, token }) ?? (request.method === 'POST' ? guardBody(request) : undefined);
  if (denial !== undefined) return deny(response, denial, refused);
  try {
    const body = await readBody(request, bodyLimit, held.shareOf(response));
    if (!(body instanceof Uint8Array)) return deny(response, body, refused);
    const [path, query] = [pathOf(request), queryOf(request)];
    await onRequest({
      method: methodOf(request),
      path,
      query,
      headers: forwarded(request),
      body,
      response,
      unread,
    });
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    const reason = error instanceof HallpassError ? error.message : 'an unforeseen fault';
    deny(response, { status: 500, reason }, refused);
  }
}

function deny(
  response: ServerResponse,
  { status, reason, headers }: Denial,
  refused: Incoming['refused'],
): void {
  refused(`HTTP ${status}: ${reason}`);
  if (response.headersSent) return void response.destroy();
  const body = errorReply(undefined, RPC.invalidRequest, reason);
  response.writeHead(status, {
    ...headers,
    'content-type': 'application/json',
    'content-length': String(body.length),
    connection: 'close',
  });
  response.end(body);
}

// What is no HTTP. Whoever simply left needs no answer, and nothing was refused.
function unreadable(
  error: Error & { code?: string },
  socket: Duplex,
  refused: (reason: string) => void,
): void {
  const hasLeft = error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE';
  if (hasLeft || !socket.writable) return void socket.destroy();
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  refused(`HTTP ${status}`);
  // What has been answered once would take it for more of that answer.
  if ('bytesWritten' in socket && socket.bytesWritten !== 0) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}

async function readBody(
  request: IncomingMessage,
  limit: number,
  hold: (bytes: number) => boolean,
): Promise<Uint8Array | Denial> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    parts.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size > limit) return { status: 413, reason: `the body is over ${limit} bytes` };
    if (!hold((chunk as Uint8Array).length)) return BUSY;
  }
  return Buffer.concat(parts);
}

const BUSY: Denial = {
  status: 503,
  reason: 'the requests under way are too large together',
  headers: { 'retry-after': '1' },
};

/** The bodies of all requests that are being read or answered. */
class Held {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts what one request holds until it is answered; the function says whether there is room for more of it. */
  shareOf(response: ServerResponse): (bytes: number) => boolean {
    let mine = 0;
    response.once('close', () => (this.#bytes -= mine));
    return (bytes) => {
      if (this.#bytes + bytes > this.#limit) return false;
      mine += bytes;
      this.#bytes += bytes;
      return true;
    };
  }
}

function methodOf({ method }: IncomingMessage): GuardedRequest['method'] {
  return method === 'GET' || method === 'DELETE' ? method : 'POST';
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.slice(pathOf({ url }).length));
}

// An allow list: what is not named here is the client's own business and stays on this machine.
function forwarded({ headers }: IncomingMessage): HeaderFields {
  const kept = Object.entries(headers).filter(
    ([name]) => name === 'accept' || name === 'last-event-id' || name.startsWith('mcp-'),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
