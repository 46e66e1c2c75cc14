import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request doesn't get in. */
export interface Denial {
  readonly status: number;
  readonly reason: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ENDPOINT = '/mcp';

/** The two addresses of the old HTTP+SSE transport (2024-11-05): where a client listens, and where it speaks. */
export const OLD_STREAM = '/sse';
export const OLD_MESSAGES = '/messages';

const METHODS = new Map([
  [ENDPOINT, ['POST', 'GET', 'DELETE']],
  [OLD_STREAM, ['GET']],
  [OLD_MESSAGES, ['POST']],
]);

/**
 * Whether a request may be read at all. Any web page can make a browser send requests here, and by DNS rebinding under
 * a name of its own, hence Host and Origin; any local user can connect, hence the token. Undefined: it may.
 */
export function guardRequest(
  request: IncomingMessage,
  { port, token }: { port: number; token: string },
): Denial | undefined {
  const { host, origin, authorization } = request.headers;
  if (!isOurs(host, port)) return { status: 403, reason: 'the Host header names another server' };
  if (origin !== undefined && !isOurs(withoutScheme(origin), port))
    return { status: 403, reason: 'requests of web pages are refused' };
  const methods = METHODS.get(pathOf(request));
  if (methods === undefined) return { status: 404, reason: `there is only ${ENDPOINT}` };
  if (!isToken(authorization, token))
    return {
      status: 401,
      reason: 'the local token is missing or wrong',
      headers: { 'www-authenticate': 'Bearer' },
    };
  if (!methods.includes(request.method ?? ''))
    return { status: 405, reason: `use ${methods.join(', ')}`, headers: { allow: methods.join(', ') } };
  return undefined;
}

/** Whether a POST's body can be inspected. */
export function guardBody({ headers }: IncomingMessage): Denial | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { status: 415, reason: 'the body must be application/json' };
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    return { status: 415, reason: 'compressed bodies are refused' };
  return undefined;
}

function isOurs(host: string | undefined, port: number): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

function withoutScheme(origin: string): string | undefined {
  return origin.startsWith('http://') ? origin.slice('http://'.length) : undefined;
}

/** Where a request goes, without its query. */
export function pathOf({ url = '' }: Pick<IncomingMessage, 'url'>): string {
  return url.split('?')[0] ?? '';
}

// Hashed first, so that neither length nor content shows in the time it takes.
function isToken(authorization: string | undefined, token: string): boolean {
  const given = /^bearer +(.*)$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
