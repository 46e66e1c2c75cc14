import { LIMITS } from '../limits.ts';
import { byteClass, complement } from './bytes.ts';
import type { Window } from './window.ts';

/** Part of a text, by its offsets in the window. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const SPACE = byteClass(' \t');
export const QUOTE = byteClass('"\'`');
export const LINE_END = byteClass('\r\n\0');
/** What a value without quotes consists of, amid other text and on a line of its own. */
export const IN_BARE = complement(byteClass(' \t\r\n"\'`<>,;)]}|&\\\0'));
export const IN_ENV = complement(byteClass(' \t\r\n"\'\\\0'));
/** Spaces and the like are followed so far. */
export const LONGEST_GAP = 40;

const LITERAL_PREFIX = byteClass('bBruNfL@');
const BACKSLASH = 0x5c;
const MOST_SLASHES = 8;

interface Quote {
  readonly byte: number;
  /** Backslashes before it: how deep this text is nested in another string. */
  readonly depth: number;
  readonly end: number;
}

/** The quote at `at`, with the backslashes before it. */
export function quoteAt(window: Window, at: number): Quote | undefined {
  let i = at;
  while (window.peek(i) === BACKSLASH && i - at < MOST_SLASHES) i++;
  const byte = window.peek(i);
  return QUOTE[byte] === 1 ? { byte, depth: i - at, end: i + 1 } : undefined;
}

/** What stands between quotes, up to the same quote at the same depth on the same line. */
export function literalAt(window: Window, at: number): Span | undefined {
  const hasPrefix = LITERAL_PREFIX[window.peek(at)] === 1 && QUOTE[window.peek(at + 1)] === 1;
  const quote = quoteAt(window, hasPrefix ? at + 1 : at);
  if (quote === undefined) return undefined;
  const start = skipScheme(window, quote.end);
  let slashes = 0;
  for (let i = start; i < start + LIMITS.candidateBytes; i++) {
    const byte = window.peek(i);
    if (byte === BACKSLASH) {
      slashes++;
      continue;
    }
    if (byte === quote.byte && slashes <= quote.depth)
      return i - slashes > start ? { start, end: i - slashes } : undefined;
    if (LINE_END[byte] === 1) return undefined;
    slashes = 0;
  }
  return undefined;
}

/** A value without quotes. An escaped quote or line end of the surrounding string ends it too. */
export function bareAt(window: Window, at: number, members: Uint8Array): Span | undefined {
  const near = window.runEnd(at, members, at + SHORT_VALUE);
  const stop = at + LIMITS.candidateBytes;
  let end = near < at + SHORT_VALUE ? near : window.longRunEnd(at, members, stop);
  for (let escapes = 0; end < stop && window.peek(end) === BACKSLASH && escapes < MOST_ESCAPES; escapes++) {
    if (isEscapedEnd(window, end)) break;
    end = window.longRunEnd(end + 1, members, stop);
  }
  return end === at ? undefined : { start: at, end };
}

/** Most values are no longer, and nobody asks about them again. */
const SHORT_VALUE = 64;
const MOST_ESCAPES = 32;
const ESCAPED_END = byteClass('nrt"\'\0\n');

function isEscapedEnd(window: Window, at: number): boolean {
  let next = at;
  while (window.peek(next) === BACKSLASH && next - at < MOST_SLASHES) next++;
  return ESCAPED_END[window.peek(next)] === 1;
}

const LONGEST_SCHEME = 9;
const IN_SCHEME = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-');
const SCHEMES = [
  'api-token',
  'api-key',
  'bearer',
  'basic',
  'token',
  'apikey',
  'bot',
  'jwt',
  'digest',
  'key',
  'negotiate',
  'ssws',
  'splunk',
  'geniekey',
  'accesskey',
];

/** Past `Bearer ` and its like: the scheme is no part of the credential. RFC 9110, 11.4. */
export function skipScheme(window: Window, from: number): number {
  const at = window.runEnd(from, SPACE, from + LONGEST_GAP);
  const end = window.runEnd(at, IN_SCHEME, at + LONGEST_SCHEME);
  if (end === at || SPACE[window.peek(end)] !== 1) return from;
  if (!SCHEMES.some((scheme) => scheme.length === end - at && spelled(window, at, scheme))) return from;
  return window.runEnd(end, SPACE, end + LONGEST_GAP);
}

/** True when this lower-case word stands at `at`, in any case. */
export function spelled(window: Window, at: number, literal: string): boolean {
  for (let i = 0; i < literal.length; i++)
    if ((window.peek(at + i) | 0x20) !== literal.charCodeAt(i)) return false;
  return true;
}

export function latin1(window: Window, start: number, end: number): string {
  return window.latin1(start, end);
}
