import { byteClass } from './bytes.ts';
import type { KnownMatch } from './known-match.ts';
import { unescape } from './unescape.ts';
import type { Window } from './window.ts';
import { joinFrom, lineJoin } from './wrapped.ts';

/** What base64 of either alphabet consists of. */
export const BASE64 = byteClass('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-');

/**
 * The whole quanta of base64 that hold a match. Undefined when the text around it is none, and for lines whose ends are spelled
 * with escapes.
 */
export function quantaOf(window: Window, match: KnownMatch): { start: number; end: number } | undefined {
  if (match.wrapped) return match.escaped ? undefined : wrappedQuanta(window, match);
  return match.escaped ? escapedQuanta(window, match) : rawQuanta(window, match);
}

// The quanta from the one the secret begins in to the one it ends in. Undefined when the text does not go on like base64.
function rawQuanta(window: Window, match: KnownMatch): { start: number; end: number } | undefined {
  const start = match.start - match.lead;
  for (let at = start; at < match.start; at++) if (!isBase64(window.peek(at))) return undefined;
  const whole = start + Math.ceil((match.end - start) / 4) * 4;
  let end = match.end;
  while (end < whole && isBase64(window.peek(end))) end++;
  while (end > match.end - 1 && end < whole && window.peek(end) === 0x3d) end++;
  return { start, end };
}

// The same among escapes: looked for in what is left when they are taken out.
function escapedQuanta(window: Window, match: KnownMatch): { start: number; end: number } | undefined {
  const from = Math.max(0, match.start - 12 * match.lead);
  const before = unescape(window.bytes, from, match.start);
  const start = match.lead === 0 ? match.start : before.offsets[before.length - match.lead];
  if (start === undefined || before.length < match.lead) return undefined;
  for (let i = before.length - match.lead; i < before.length; i++) {
    if (!isBase64(before.bytes[i] as number)) return undefined;
  }
  window.peek(match.end + 36);
  const rest = unescape(window.bytes, start, Math.min(window.end, match.end + 36));
  let count = 0;
  while (count < rest.length && (rest.offsets[count] as number) < match.end) count++;
  const whole = Math.ceil(count / 4) * 4;
  while (count < whole && count < rest.length && isBase64(rest.bytes[count] as number)) count++;
  while (count < whole && count < rest.length && rest.bytes[count] === 0x3d) count++;
  return { start, end: rest.offsets[count] as number };
}

// The same over line ends: the lead may stand on the line before, and the last quantum may end on the next.
function wrappedQuanta(window: Window, match: KnownMatch): { start: number; end: number } | undefined {
  const { bytes } = window;
  const start = leadOverLines(window, match);
  if (start === undefined) return undefined;
  const ahead = window.ahead(match.end + LONGEST_JOIN);
  const { offsets, length } = joinFrom(bytes, start, ahead);
  let count = 0;
  while (count < length && (offsets[count] as number) < match.end) count++;
  const whole = Math.ceil(count / 4) * 4;
  while (count < whole && count < length) count++;
  return { start, end: (offsets[count - 1] as number) + 1 };
}

const LONGEST_JOIN = 3 * 72;

function leadOverLines(window: Window, match: KnownMatch): number | undefined {
  let at = match.start;
  for (let count = 0; count < match.lead;) {
    const before = beforeJoin(window, at);
    at = before - 1;
    if (at < 0 || !isBase64(window.peek(at))) return undefined;
    count++;
  }
  return at;
}

// What a run of base64 that goes on at `at` goes on from: `at` itself, or the line end before it.
function beforeJoin({ bytes, end }: Window, at: number): number {
  let blank = at;
  while (blank > 0 && at - blank <= LONGEST_JOIN && isBlank(bytes[blank - 1] as number)) blank--;
  if (blank === 0 || bytes[blank - 1] !== 0x0a || lineJoin(bytes, blank - 1, end) !== at) return at;
  return bytes[blank - 2] === 0x0d ? blank - 2 : blank - 1;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** A match that begins right after `at` may reach back into the quantum that stands here: where that begins. */
export function quantumBefore(window: Window, at: number): number {
  let from = beforeJoin(window, at);
  for (let n = 0; n < 36 && from > 0 && isBase64OrEscape(window.bytes[from - 1] as number); n++) {
    from = beforeJoin(window, from - 1);
  }
  return from;
}

function isBase64(byte: number): boolean {
  return BASE64[byte] === 1;
}

function isBase64OrEscape(byte: number): boolean {
  return isBase64(byte) || byte === 0x5c || byte === 0x25;
}
