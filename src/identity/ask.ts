import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { requireSecure } from './address.ts';

/** The one seam to the network. Follows no redirect and gives up after `LIMITS.hubRequestMs`. */
export type Fetch = typeof fetch;

/** What a hub or an issuer answered: its status, and its body where that is a JSON object. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** By which the same is known again. */
  readonly etag?: string;
}

/**
 * A `Fetch` that keeps every rule of ours, whoever calls it: no plain http but on this machine, no redirects, a time
 * limit (milliseconds), and no answer larger than `LIMITS.hubAnswerBytes`.
 */
export function carefulFetch(base: Fetch, patience: number = LIMITS.hubRequestMs): Fetch {
  return async (input, init) => {
    const url = requireSecure(input instanceof Request ? input.url : input, 'a part of the login');
    const limit = AbortSignal.timeout(patience);
    const signal = init?.signal ? AbortSignal.any([init.signal, limit]) : limit;
    const response = await base(url, { ...init, redirect: 'manual', signal });
    const body = await readLimited(response, url);
    const { status, statusText, headers } = response;
    const isBodiless = status === 204 || status === 205 || status === 304;
    return new Response(isBodiless ? null : body, { status, statusText, headers });
  };
}

/**
 * Asks the hub. A hub that can't be reached, or fails by itself, is ERR_HUB_UNREACHABLE; every other answer is the
 * caller's to judge.
 */
export async function askHub(url: URL, init: RequestInit, ask: Fetch): Promise<Answer> {
  const response = await ask(url, init).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  if (response.status >= 500 || response.status === 429)
    throw outOfReach(url, `it answered with HTTP status ${response.status}`);
  const etag = response.headers.get('etag');
  return { status: response.status, body: objectOf(await response.text()), ...(etag !== null && { etag }) };
}

/** Why a request failed, in a word or two: the system's code where there is one. */
export function reasonOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if (at.name === 'TimeoutError') return 'no answer in time';
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(at.code)) return at.code;
  }
  return 'the connection failed';
}

/** The error for a hub whose network, or which itself, failed. Our own errors stay what they are. */
export function unreachable(url: URL, cause: unknown): HallpassError {
  return cause instanceof HallpassError ? cause : outOfReach(url, reasonOf(cause), cause);
}

function outOfReach(url: URL, why: string, cause?: unknown): HallpassError {
  return new HallpassError('ERR_HUB_UNREACHABLE', `the hub ${url.origin} can not be reached (${why})`, {
    cause,
  });
}

// What is no JSON object says nothing.
function objectOf(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

async function readLimited({ body }: Response, url: URL): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // A fetch body's chunks are bytes, whatever its type says.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(chunk);
    size += chunk.length;
    if (size > LIMITS.hubAnswerBytes)
      throw new HallpassError('ERR_HUB', `${url.origin} answers with more than it may`);
  }
  return Buffer.concat(parts);
}
