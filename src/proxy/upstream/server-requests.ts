import { type Dispatcher, request as undiciRequest } from 'undici';

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
}

export interface ServerRequest {
  readonly method: 'POST' | 'GET' | 'DELETE';
  readonly headers: HeaderFields;
  readonly body?: Buffer;
  readonly signal: AbortSignal;
}

/** Makes requests to one server, with what it wants to see attached. */
export class ServerRequests {
  readonly #parts: ServerParts;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  /** undici follows no redirect unless it is told to, so what is attached goes to this origin and to no other. */
  async send(request: ServerRequest): Promise<Dispatcher.ResponseData> {
    const { authorization, url } = this.#parts;
    let shown = await authorization?.valueFor(new URL(url).origin);
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
    await this.#parts.authorization?.close();
    await this.#parts.dispatcher.close().catch(() => undefined);
  }

  #dispatch(request: ServerRequest, shown: Secret | undefined): Promise<Dispatcher.ResponseData> {
    const { dispatcher, url } = this.#parts;
    const headers = {
      accept: 'application/json, text/event-stream',
      ...request.headers,
      ...this.#fixed(request.method),
      ...headersOf(this.#parts),
      ...(shown && { authorization: bearer(shown) }),
    };
    return undiciRequest(url, { ...request, headers, dispatcher, headersTimeout: 0, bodyTimeout: 0 });
  }

  #fixed(method: string): HeaderFields {
    const type = method === 'POST' ? { 'content-type': 'application/json' } : {};
    return { ...type, 'accept-encoding': 'identity', 'user-agent': this.#parts.userAgent };
  }
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
