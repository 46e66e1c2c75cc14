import type { Readable } from 'node:stream';

import { type Dispatcher, request as undiciRequest } from 'undici';

import { HallpassError } from '../../core/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { HeaderFields } from '../../core/lane.ts';
import type { Secret } from '../../core/secret.ts';
import type { Challenge, UpstreamAuthorization } from './authorization.ts';
import { bearer, headersOf, type ServerHeaders } from './server-headers.ts';

/** Where the server is, and what it wants with every request. */
export interface ServerParts extends ServerHeaders {
  readonly url: string;
  /** What to show the server; absent where it wants nothing. */
  readonly authorization?: UpstreamAuthorization | undefined;
  readonly dispatcher: Dispatcher;
  readonly userAgent: string;
  /** Others use the dispatcher and what is shown too, and it is them who end both. */
  readonly isShared?: boolean;
}

export interface ServerRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  /** Another address of the same server, at the same origin. */
  readonly url?: URL;
  readonly headers: HeaderFields;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
  /** The whole body is on its way: what is sent from now on comes later. */
  readonly onSent?: () => void;
}

/** Makes requests to one server, with what it wants to see attached. */
export class ServerRequests {
  readonly #parts: ServerParts;
  readonly #address: URL;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#address = new URL(parts.url);
  }

  /** undici follows no redirect unless it is told to, so what is attached goes to this origin and to no other. */
  async send(request: ServerRequest): Promise<Dispatcher.ResponseData> {
    const { authorization } = this.#parts;
    let shown = await authorization?.valueFor(this.#address.origin);
    for (let refusals = 0; ; refusals += 1) {
      const response = await this.#dispatch(request, shown);
      const challenge = challengeIn(response, shown, request.signal);
      if (challenge === undefined || refusals >= LIMITS.challenges) return response;
      const other = await authorization?.onChallenge(challenge);
      if (other === undefined) return response;
      await response.body.dump();
      shown = other;
    }
  }

  async close(): Promise<void> {
    if (this.#parts.isShared === true) return;
    await this.#parts.authorization?.close();
    await this.#parts.dispatcher.close().catch(() => undefined);
  }

  #dispatch(
    { url, onSent, ...request }: ServerRequest,
    shown: Secret | undefined,
  ): Promise<Dispatcher.ResponseData> {
    const { dispatcher } = this.#parts;
    const headers = {
      accept: 'application/json, text/event-stream',
      ...request.headers,
      ...this.#fixed(request.method),
      ...headersOf(this.#parts),
      ...(shown && { authorization: bearer(shown) }),
    };
    const address = url ?? this.#address;
    // A server may say where to speak to it. What it gets to see is for this origin only.
    if (address !== this.#address && address.origin !== this.#address.origin)
      throw new HallpassError('ERR_UPSTREAM', 'the server names an address of another origin');
    const { body } = request;
    const whole = { ...request, headers, dispatcher, headersTimeout: 0, bodyTimeout: 0 };
    if (body === undefined || onSent === undefined) return undiciRequest(address, whole);
    return undiciRequest(address, {
      ...whole,
      headers: { ...headers, 'content-length': String(body.length) },
      // undici takes anything that can be iterated over (its Request, isIterable), which its types don't say.
      body: told(body, onSent) as Iterable<Buffer> as unknown as Readable,
    });
  }

  #fixed(method: string): HeaderFields {
    const type = method === 'POST' ? { 'content-type': 'application/json' } : {};
    return { ...type, 'accept-encoding': 'identity', 'user-agent': this.#parts.userAgent };
  }
}

// It is asked for what comes next only when all there is has been written.
function* told(body: Buffer, onSent: () => void): Generator<Buffer, void> {
  yield body;
  onSent();
}

function challengeIn(
  { statusCode, headers }: Dispatcher.ResponseData,
  refused: Secret | undefined,
  signal: AbortSignal,
): Challenge | undefined {
  if (statusCode !== 401 && statusCode !== 403) return undefined;
  const wwwAuthenticate = [headers['www-authenticate'] ?? []].flat();
  return { status: statusCode, wwwAuthenticate, refused, signal };
}
