import type { Slices } from '../slices.ts';

const BACKSLASH = 0x5c;
const UNICODE = 0x75;

/** What a letter after a backslash stands for; all others stand for themselves. */
const SHORT = Uint8Array.from({ length: 256 }, (_, byte) => byte);
SHORT.set([8], 0x62);
SHORT.set([12], 0x66);
SHORT.set([10], 0x6e);
SHORT.set([13], 0x72);
SHORT.set([9], 0x74);

/** Where the content of a string stands, quotes excluded. */
export interface StringSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * The content of a valid JSON string without its escapes, as UTF-8: the raw bytes themselves when there is none, else
 * fewer of them. An unpaired surrogate, which has no UTF-8, reads as U+FFFD.
 */
export function decodeJsonString(raw: Uint8Array, start: number, end: number): Uint8Array {
  const content = raw.subarray(start, end);
  return content.includes(BACKSLASH) ? decode(raw, { at: start, limit: end, end }).text : content;
}

/** The same, `slice` bytes at a time. */
export function* decodeInSlices(
  raw: Uint8Array,
  { start, end }: StringSpan,
  slice: number,
): Slices<Uint8Array> {
  const content = raw.subarray(start, end);
  if (!content.includes(BACKSLASH)) return content;
  const parts: Uint8Array[] = [];
  for (let at = start; at < end;) {
    const { text, next } = decode(raw, { at, limit: Math.min(end, at + slice), end });
    parts.push(text);
    at = next;
    yield;
  }
  return Buffer.concat(parts);
}

/**
 * The way back: where stretches of the decoded text, in order and without overlaps, stand in the raw bytes. Each byte of
 * a character leads to where that begins.
 */
export function* rawSpans(
  raw: Uint8Array,
  string: StringSpan & { readonly text: Uint8Array },
  { stretches, slice }: { stretches: readonly StringSpan[]; slice: number },
): Slices<StringSpan[]> {
  const { start, end, text } = string;
  if (text.length === end - start)
    return stretches.map((stretch) => ({ start: start + stretch.start, end: start + stretch.end }));
  const cursor = new Cursor(raw, start, end);
  const spans: StringSpan[] = [];
  for (const stretch of stretches) {
    while (!cursor.reach(stretch.start, slice)) yield;
    const from = cursor.at;
    while (!cursor.reach(stretch.end, slice)) yield;
    spans.push({ start: from, end: cursor.at });
  }
  return spans;
}

/** Goes through a string once, counting what its characters are decoded. */
class Cursor {
  at: number;
  readonly #raw: Uint8Array;
  readonly #end: number;
  #decoded = 0;

  constructor(raw: Uint8Array, start: number, end: number) {
    this.at = start;
    this.#raw = raw;
    this.#end = end;
  }

  /** Goes on to where decoded byte `offset` is, but no more than `most` bytes; true when there. */
  reach(offset: number, most: number): boolean {
    const stop = Math.min(this.#end, this.at + most);
    while (this.at < this.#end) {
      const { size, point } =
        this.#raw[this.at] === BACKSLASH ? readEscape(this.#raw, this.at, this.#end) : PLAIN;
      const next = this.#decoded + utf8Length(point);
      if (next > offset) break;
      if (this.at >= stop) return false;
      this.#decoded = next;
      this.at += size;
    }
    return true;
  }
}

// A byte that stands for itself, as one of several of a character does, too.
const PLAIN = { size: 1, point: 0 };

interface Range {
  readonly at: number;
  /** No character that begins here or later is decoded … */
  readonly limit: number;
  /** … but one that begins before may go on to here. */
  readonly end: number;
}

function decode(raw: Uint8Array, range: Range): { text: Uint8Array; next: number } {
  const { limit, end } = range;
  // No escape is shorter than what it stands for.
  const text = new Uint8Array(limit - range.at + LONGEST_ESCAPE);
  let length = 0;
  let at = range.at;
  while (at < limit) {
    let byte = raw[at] as number;
    for (; byte !== BACKSLASH && at < limit; byte = raw[at] as number) {
      text[length] = byte;
      length += 1;
      at += 1;
    }
    if (at >= limit) break;
    const { size, point } = readEscape(raw, at, end);
    length += writeUtf8(point, text, length);
    at += size;
  }
  return { text: text.subarray(0, length), next: at };
}

const LONGEST_ESCAPE = 12;

function readEscape(raw: Uint8Array, at: number, end: number): { size: number; point: number } {
  const kind = raw[at + 1] as number;
  if (kind !== UNICODE) return { size: 2, point: SHORT[kind] as number };
  const high = hex4(raw, at + 2);
  if (high < 0xd800 || high > 0xdfff) return { size: 6, point: high };
  const followed = high <= 0xdbff && at + 12 <= end && raw[at + 6] === BACKSLASH && raw[at + 7] === UNICODE;
  const low = followed ? hex4(raw, at + 8) : 0;
  if (low < 0xdc00 || low > 0xdfff) return { size: 6, point: 0xfffd };
  return { size: 12, point: 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00) };
}

function hex4(raw: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i += 1) {
    const byte = raw[i] ?? 0;
    value = value * 16 + (byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57);
  }
  return value;
}

function utf8Length(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

function writeUtf8(point: number, text: Uint8Array, to: number): number {
  if (point < 0x80) {
    text[to] = point;
    return 1;
  }
  if (point < 0x800) {
    text[to] = 0xc0 | (point >> 6);
    text[to + 1] = 0x80 | (point & 0x3f);
    return 2;
  }
  if (point < 0x10000) {
    text[to] = 0xe0 | (point >> 12);
    text[to + 1] = 0x80 | ((point >> 6) & 0x3f);
    text[to + 2] = 0x80 | (point & 0x3f);
    return 3;
  }
  text[to] = 0xf0 | (point >> 18);
  text[to + 1] = 0x80 | ((point >> 12) & 0x3f);
  text[to + 2] = 0x80 | ((point >> 6) & 0x3f);
  text[to + 3] = 0x80 | (point & 0x3f);
  return 4;
}
