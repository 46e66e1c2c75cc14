import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError, isSystemError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** One answered request; neither query nor headers, which may hold secrets. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}

export interface Listening {
  readonly port: number;
  /** From now on requests are answered; those that came before have waited. */
  answer(handler: Handler): void;
  /** Lets requests under way end, for a while. */
  stop(): Promise<void>;
}

const IDLE_MS = 50;
const HOSTS = ['127.0.0.1', '::1', 'localhost'];

/** True for an address that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return HOSTS.includes(host);
}

/**
 * Listens on this machine's own addresses.
 *
 * @throws {HallpassError} ERR_USAGE for any other address, ERR_PORT_TAKEN
 */
export async function listen(address: { host: string; port: number }): Promise<Listening> {
  const { host, port } = address;
  if (!isLoopback(host)) {
    throw new HallpassError('ERR_USAGE', `the hub does not listen on ${host}: only on this machine for now`, {
      hint: `Use one of ${HOSTS.join(', ')}.`,
    });
  }
  const { promise: handler, resolve: answer } = Promise.withResolvers<Handler>();
  const server = createServer({ maxHeaderSize: LIMITS.headerBytes }, (request, response) => {
    void handler.then((handle) => handle(request, response));
  });
  await started(server, { host, port });
  return { port: (server.address() as AddressInfo).port, answer, stop: () => stopped(server) };
}

/** Refuses requests for another host: a web page whose name was made to point here has no business here. */
export function onlyFor(origin: string, handler: Handler): Handler {
  const { host } = new URL(origin);
  return (request, response) => {
    if (request.headers.host === host) return handler(request, response);
    const error = { code: 'ERR_BAD_REQUEST', message: `this hub is ${origin}`, hint: `Use ${origin}.` };
    response.writeHead(421, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  };
}

/** Says of each request how it was answered. */
export function logged(log: (line: RequestLine) => void, handler: Handler): Handler {
  return (request, response) => {
    const start = performance.now();
    const { method = '', url = '' } = request;
    response.once('close', () => {
      log({ method, path: loggedPath(url), status: response.statusCode, ms: performance.now() - start });
    });
    handler(request, response);
  };
}

// Who has the id of a sign-in under way and its cookie goes on with it: one half of that is not for a log.
function loggedPath(url: string): string {
  const [path = ''] = url.split('?');
  return path.replace(/^(\/dev-oidc\/(?:interaction|device))\/(?!auth$).*$/, '$1/…');
}

function started(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      if (!isSystemError(cause, 'EADDRINUSE', 'EACCES')) return reject(cause);
      reject(new HallpassError('ERR_PORT_TAKEN', `cannot listen on port ${port} of ${host}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

async function stopped(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection that was answered since then is kept alive for the next request, of which there will be none.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS);
  await Promise.race([closed, delay(LIMITS.hubStopMs, undefined, { ref: false })]);
  clearInterval(idle);
  server.closeAllConnections();
  await closed;
}
