import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request that reached the fake MCP server, and the response to write to. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The body, byte for byte. */
  readonly body: string;
  readonly message: {
    readonly id?: unknown;
    readonly method?: string;
    readonly params?: Record<string, unknown>;
  };
  readonly response: ServerResponse;
  /** Resolves when whoever asked has gone. */
  readonly gone: Promise<unknown>;
}

/** An HTTP server in place of an MCP server: `answer` decides, everything asked is kept. */
export class FakeUpstream {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #waiting: {
    readonly matches: (asked: Asked) => boolean;
    readonly resolve: (asked: Asked) => void;
  }[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer: (asked: Asked) => unknown): Promise<FakeUpstream> {
    const server = createServer();
    const fake = new FakeUpstream(server);
    server.on('request', (request, response) => void fake.#take(request, response, answer));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  /** The first request that matches, when it has come. */
  when(matches: (asked: Asked) => boolean): Promise<Asked> {
    const come = this.asked.find(matches);
    if (come !== undefined) return Promise.resolve(come);
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await Promise.resolve();
  }

  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    answer: (asked: Asked) => unknown,
  ): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const asked: Asked = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
      message: parsed(body),
      response,
      gone: once(response, 'close'),
    };
    this.asked.push(asked);
    for (const { matches, resolve } of this.#waiting) if (matches(asked)) resolve(asked);
    await answer(asked);
  }
}

function parsed(body: string): Asked['message'] {
  try {
    return JSON.parse(body) as Asked['message'];
  } catch {
    return {};
  }
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Begins a stream of events; the function sends one piece of it. */
export function events(
  response: ServerResponse,
  headers: Record<string, string> = {},
): (text: string) => void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.flushHeaders();
  return (text) => void response.write(text);
}
