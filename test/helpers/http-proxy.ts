import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { Agent } from 'undici';

import type { PendingRequests } from '../../src/core/jsonrpc/pending.ts';
import { holdsSecret } from '../../src/core/mask/headers.ts';
import { HttpClientSide } from '../../src/proxy/client-side/streamable-http.ts';
import { HttpUpstream } from '../../src/proxy/upstream/http.ts';
import { FakeUpstream, type Asked } from './http-upstream.ts';
import { Wiring } from './wiring.ts';

/** The answer to one HTTP request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly json: () => unknown;
}

/** An upstream that speaks HTTP, wired as `connect --url` does. */
export function httpUpstream(url: string, wiring: Wiring, limit?: number): HttpUpstream {
  return new HttpUpstream(serverParts(url, wiring, limit));
}

/** What stands before a server at `url`, wired as `connect --url` does. */
export function serverParts(
  url: string,
  wiring: Wiring,
  limit?: number,
): ConstructorParameters<typeof HttpUpstream>[0] & { readonly pending: PendingRequests } {
  return {
    url,
    pending: wiring.pending,
    dispatcher: new Agent({ connect: { timeout: 5_000 } }),
    userAgent: 'hallpass/test',
    maskText: (bytes) => wiring.deps.masker.maskText(bytes).bytes,
    holdsSecret: (name, value) => holdsSecret(name, value, wiring.deps.masker),
    onTrouble: (what) => wiring.troubles.push(what),
    settle: (lane, id) => wiring.pending.settle('to_server', lane.scope, id),
    ...(limit !== undefined && { limit }),
  };
}

/** A proxy on a loopback port before a fake HTTP server: `await using proxy = await httpProxy(…)`. */
export async function httpProxy(
  answer: (asked: Asked) => unknown,
  options: { limit?: number; url?: string; wiring?: Wiring } = {},
): Promise<HttpProxy> {
  const upstream = await FakeUpstream.start(answer);
  const wiring = options.wiring ?? new Wiring();
  const token = randomBytes(24).toString('base64url');
  const ready = Promise.withResolvers<string>();
  const client = new HttpClientSide({ port: 0, token, onReady: ready.resolve });
  const ended = wiring.run(client, httpUpstream(options.url ?? upstream.url, wiring, options.limit));
  return new HttpProxy({ url: await ready.promise, token, wiring, upstream, ended });
}

export class HttpProxy {
  readonly url: string;
  readonly token: string;
  readonly wiring: Wiring;
  readonly upstream: FakeUpstream;
  readonly #ended: Promise<unknown>;

  constructor(parts: {
    url: string;
    token: string;
    wiring: Wiring;
    upstream: FakeUpstream;
    ended: Promise<unknown>;
  }) {
    this.url = parts.url;
    this.token = parts.token;
    this.wiring = parts.wiring;
    this.upstream = parts.upstream;
    this.#ended = parts.ended;
  }

  /** POSTs a message, given as its very text or as a value, and reads the whole answer. */
  async post(message: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return read(await this.open(message, headers));
  }

  /** POSTs a message; the answer is there with its headers, its body still to come. */
  open(
    message: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const body = typeof message === 'string' ? message : JSON.stringify(message);
    return send(this, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
    });
  }

  /** GET or DELETE. */
  bare(
    method: 'GET' | 'DELETE',
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    return send(this, { method, headers, signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wiring.stop();
    await this.upstream.close();
    await this.#ended;
  }
}

interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request with the token of what listens at `url`. Plain node:http: it leaves every header alone. */
export async function send(
  to: { url: string; token: string },
  { method, headers, body, signal }: Sent,
): Promise<IncomingMessage> {
  const asking = httpRequest(to.url, {
    method,
    headers: {
      authorization: `Bearer ${to.token}`,
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    agent: false,
    ...(signal !== undefined && { signal }),
  });
  asking.end(body);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return response;
}

export async function read(response: IncomingMessage): Promise<Answer> {
  const body = await text(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    json: () => JSON.parse(body) as unknown,
  };
}

/** The pieces of a body as they come: each call waits for text up to and including `mark`. */
export function reader(response: IncomingMessage): (mark: string) => Promise<string> {
  const pieces = response[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
  let buffered = '';
  return async (mark) => {
    while (!buffered.includes(mark)) {
      const piece = await pieces.next();
      if (piece.done === true)
        throw new Error(`the answer ended before ${JSON.stringify(mark)}: ${JSON.stringify(buffered)}`);
      buffered += piece.value.toString();
    }
    const end = buffered.indexOf(mark) + mark.length;
    const found = buffered.slice(0, end);
    buffered = buffered.slice(end);
    return found;
  };
}
