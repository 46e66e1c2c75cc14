import type { Context } from 'hono';

import { LIMITS } from '../../core/limits.ts';
import { badRequest, OAuthError, tooLarge } from './errors.ts';

/** The body of a request, at most `limit` bytes. Throws 413. */
export async function readBody(context: Context, limit: number): Promise<Buffer> {
  const tooMuch = tooLarge(`the body has more than ${limit} bytes`);
  if (Number(context.req.header('content-length') ?? 0) > limit) throw tooMuch;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = context.req.raw.body as ReadableStream<Uint8Array> | null;
  for await (const chunk of stream ?? []) {
    size += chunk.length;
    if (size > limit) throw tooMuch;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** A JSON object from the network: nothing in it is known. */
export async function readJson(context: Context): Promise<Readonly<Record<string, unknown>>> {
  const body = await readBody(context, LIMITS.hubBodyBytes);
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    throw badRequest('the body is not JSON');
  }
  throw badRequest('the body is not a JSON object');
}

/** A form as OAuth sends it: no parameter twice (RFC 6749 section 3.2). */
export async function readForm(context: Context): Promise<ReadonlyMap<string, string>> {
  const type = context.req.header('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type))
    throw new OAuthError('invalid_request', 'the body must be a form (application/x-www-form-urlencoded)');
  const pairs = [...new URLSearchParams((await readBody(context, LIMITS.hubBodyBytes)).toString())];
  const form = new Map(pairs);
  if (form.size < pairs.length) throw new OAuthError('invalid_request', 'a parameter stands twice');
  return form;
}
