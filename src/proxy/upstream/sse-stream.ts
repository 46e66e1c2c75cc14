import type { Dispatcher } from 'undici';

import { toText } from '../../core/bytes.ts';
import { HallpassError } from '../../core/errors.ts';
import { eventName, EventTooLongError, SseFramer } from '../../core/jsonrpc/sse.ts';
import { LIMITS } from '../../core/limits.ts';
import { headOf, isStream } from './http-response.ts';
import type { ServerRequests } from './server-requests.ts';

/**
 * Asks a server of the old HTTP+SSE transport (2024-11-05) for its stream.
 *
 * @throws {HallpassError} ERR_UPSTREAM for an answer that is none, and whatever the connection throws
 */
export async function openStream(
  requests: ServerRequests,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const headers = { accept: 'text/event-stream' };
  const response = await requests.send({ method: 'GET', headers, signal });
  const why = unfit(response);
  if (why === undefined) return response.body as AsyncIterable<Uint8Array>;
  await response.body.dump();
  throw new HallpassError('ERR_UPSTREAM', why);
}

/**
 * The address to speak to the server at, as its stream at `url` says. Attacker-controlled: what we show the server is for
 * its origin, and so is all that a client has to say to it.
 *
 * @throws {HallpassError} ERR_UPSTREAM
 */
export function endpointIn(data: Uint8Array, url: string): URL {
  const text = data.length > LIMITS.endpointBytes ? '' : toText(data).trim();
  if (text === '' || !URL.canParse(text, url))
    throw new HallpassError('ERR_UPSTREAM', 'it names no address to speak to it');
  const endpoint = new URL(text, url);
  if (endpoint.origin === new URL(url).origin && endpoint.username === '' && endpoint.password === '')
    return endpoint;
  throw new HallpassError('ERR_UPSTREAM', 'it wants to be spoken to at another origin, which is refused');
}

/** Whether a server begins its stream as those of the old transport do. Never throws. */
export async function speaksOld(requests: ServerRequests, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal, AbortSignal.timeout(LIMITS.detectMs)]);
  try {
    const framer = new SseFramer(LIMITS.endpointBytes);
    for await (const chunk of await openStream(requests, until))
      for (const event of framer.push(chunk)) return eventName(event) === 'endpoint';
  } catch {
    // Whatever it is, it is no such stream. What the server said first is what the client hears.
  } finally {
    over.abort();
  }
  return false;
}

/** Why a stream or a request came to nothing, in words of our own. */
export function whyBroken(error: unknown): string {
  if (error instanceof HallpassError || error instanceof EventTooLongError) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unforeseen fault';
  return `it can not be reached (${code})`;
}

function unfit(response: Dispatcher.ResponseData): string | undefined {
  const head = headOf(response);
  if (head.status !== 200) return `it answered with HTTP status ${head.status} instead of a stream of events`;
  if (!isStream(head)) return 'it answered with something else than a stream of events';
  const encoding = response.headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return undefined;
  return 'it sent a compressed stream, which can not be inspected';
}
