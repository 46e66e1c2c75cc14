import { isUtf8 } from 'node:buffer';

/** MCP's encoding of header values that aren't plain ASCII (2026-07-28, Streamable HTTP, Value Encoding). */
const ENCODED = /^=\?base64\?(.*)\?=$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A text as the value of a header that repeats it: as it is, or encoded. */
export function headerValue(text: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !ENCODED.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text, 'utf8').toString('base64')}?=`;
}

// RFC 9110, section 5.5, without what it allows for the sake of old servers only.
const PLAIN = /^[\t\x20-\x7e]*$/;

/** The text that a header's value repeats; undefined for an encoding that is none, and for characters that no header has. */
export function headerText(value: string): string | undefined {
  if (!PLAIN.test(value)) return undefined;
  const encoded = ENCODED.exec(value)?.[1];
  if (encoded === undefined) return value;
  const bytes = BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : undefined;
  return bytes !== undefined && isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
