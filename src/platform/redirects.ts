import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError, isSystemError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';

const PATH = '/callback';
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>hallpass</title>
<p>hallpass has the answer. You can close this page; the terminal says how it went.</p></html>`;

/** Where a browser comes back to after an authorization: 127.0.0.1, on a port of its own (RFC 8252 section 7.3). */
export class LoopbackRedirects {
  readonly uri: string;
  readonly #server: Server;
  readonly #answer = Promise.withResolvers<URLSearchParams>();
  #state: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
    server.on('request', (request, response) => this.#take(request, response));
  }

  /** On `port` where that is free, else on any. */
  static async listen(port = 0): Promise<LoopbackRedirects> {
    const server = createServer({ maxHeaderSize: LIMITS.headerBytes });
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if (port !== 0 && isSystemError(error, 'EADDRINUSE', 'EACCES')) return LoopbackRedirects.listen();
      throw error;
    }
    return new LoopbackRedirects(server);
  }

  /** What the browser brings for the authorization with this state. Throws ERR_OAUTH when nothing comes. */
  async answer(state: string, signal: AbortSignal): Promise<URLSearchParams> {
    this.#state = state;
    const done = new AbortController();
    const tooLate = delay(LIMITS.authorizationMs, undefined, {
      signal: AbortSignal.any([signal, done.signal]),
    }).then(() => Promise.reject(nobodyCame()));
    try {
      return await Promise.race([this.#answer.promise, tooLate]);
    } finally {
      tooLate.catch(() => undefined);
      done.abort();
    }
  }

  async close(): Promise<void> {
    // The page may still be on its way.
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    await Promise.race([closed, delay(LIMITS.pageMs, undefined, { ref: false })]);
    this.#server.closeAllConnections();
  }

  // Any page of the web can have a browser ask here. What does not know the state is no answer, and ends nothing.
  #take({ method, url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const { host, origin } = new URL(this.uri);
    const asked = URL.canParse(url, origin) ? new URL(url, origin) : undefined;
    const state = asked?.searchParams.get('state');
    const isAnswer = method === 'GET' && headers.host === host && asked?.pathname === PATH;
    if (!isAnswer || this.#state === undefined || state !== this.#state)
      return void response.writeHead(404, { connection: 'close' }).end();
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'",
        'referrer-policy': 'no-referrer',
        connection: 'close',
      })
      .end(PAGE);
    this.#answer.resolve(asked.searchParams);
  }
}

function nobodyCame(): HallpassError {
  return new HallpassError('ERR_OAUTH', 'nobody authorized it in time');
}
