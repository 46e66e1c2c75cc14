import { isUtf8 } from 'node:buffer';

import type { Dispatcher } from 'undici';

import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import type { ResponseHead } from '../../core/lane.ts';
import type { IntakeShare } from './intake.ts';

// An allow list: what else a server writes into its headers is between it and us.
const RESPONSE_FIELDS = ['content-type', 'mcp-session-id', 'mcp-protocol-version', 'retry-after'];

/** Status and headers as a client may see them. */
export function headOf({ statusCode, headers }: Dispatcher.ResponseData): ResponseHead {
  const kept = RESPONSE_FIELDS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const];
  });
  return { status: statusCode, headers: Object.fromEntries(kept) };
}

/** A response without a body promises none. */
export function withoutType({ status, headers }: ResponseHead): ResponseHead {
  const { 'content-type': _none, ...rest } = headers;
  return { status, headers: rest };
}

/** True for a stream of events. */
export function isStream({ headers }: ResponseHead): boolean {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase() === 'text/event-stream';
}

/** The whole body; undefined when it is over the limit. */
export async function collect(
  body: AsyncIterable<Uint8Array>,
  limit: number,
  share: IntakeShare,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    await share.more(chunk.length);
    parts.push(chunk);
    size += chunk.length;
    if (size > limit) return undefined;
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}

/** True for JSON-RPC, whatever the HTTP status says. */
export function isMessage(bytes: Uint8Array): boolean {
  try {
    parseMessage(bytes);
    return true;
  } catch {
    return false;
  }
}

/** True for UTF-8 text. NULs, which no text has, are what UTF-16 looks like where it is not that. */
export function isPlainText(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}
