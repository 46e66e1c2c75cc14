import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { makeCanaries, plant } from '../helpers/canaries.ts';
import type { Running, Sandbox, SpawnOptions } from '../helpers/hallpass.ts';

const { gitlabToken: stranger } = makeCanaries();

/** The line that tells a client where hallpass is. */
export interface Ready {
  readonly event: string;
  readonly connection: string;
  readonly url: string;
  readonly token: string;
  readonly session: string;
  readonly running: Running;
}

/** Starts a `connect --json` and waits until it is ready. */
export async function listening(
  hallpass: Sandbox,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<Ready> {
  const running = hallpass.spawn(args, options);
  const [line] = await running.saying('stdout', /^\{"event":"ready".*\}$/m);
  const ready = JSON.parse(line) as Omit<Ready, 'running'>;
  plant('local token', ready.token);
  return { ...ready, running };
}

export async function post(
  { url, token }: Pick<Ready, 'url' | 'token'>,
  message: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: headersWith({ authorization: `Bearer ${token}`, ...headers }),
    body: JSON.stringify(message),
  });
}

/** The status that a ping with these headers gets; `PORT` and `TOKEN` in them are hallpass' own. */
export async function status(
  { url, token }: Ready,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const { port } = new URL(url);
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace('PORT', port).replace('TOKEN', token),
  ]);
  // Not fetch: it does not let go of Host and Origin.
  const asking = request(url, {
    method: 'POST',
    headers: headersWith(Object.fromEntries(filled) as Record<string, string>),
  });
  // Whoever asks: of that nothing may be told or recorded.
  const params = { _meta: { note: stranger.value } };
  asking.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params }));
  const [answer] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

/** A POST, and the ways to answer it. */
export interface Exchange {
  readonly message: { id?: unknown; method?: string };
  readonly response: ServerResponse;
  /** Answers with JSON, or 202 when the message is a notification. */
  json(value: unknown, headers?: Record<string, string>): void;
}

export interface Upstream extends AsyncDisposable {
  readonly url: string;
  readonly requests: { headers: IncomingHttpHeaders; body: string }[];
}

/** An MCP server by URL that answers POSTs as told, has no streams of its own, and keeps what it got. */
export async function serve(answer: (exchange: Exchange) => void | Promise<void>): Promise<Upstream> {
  const requests: Upstream['requests'] = [];
  const server = createServer((incoming, response) => {
    void buffer(incoming).then((bytes) => {
      const body = bytes.toString();
      requests.push({ headers: incoming.headers, body });
      if (incoming.method !== 'POST') return response.writeHead(405).end();
      return answer(exchangeOf(body, response));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function exchangeOf(body: string, response: ServerResponse): Exchange {
  const message = JSON.parse(body) as Exchange['message'];
  return {
    message,
    response,
    json(value, headers = {}) {
      if (message.id === undefined) response.writeHead(202, headers).end();
      else
        response
          .writeHead(200, { 'content-type': 'application/json', ...headers })
          .end(JSON.stringify(value));
    },
  };
}

function headersWith(more: Readonly<Record<string, string>>): Record<string, string> {
  return { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...more };
}
