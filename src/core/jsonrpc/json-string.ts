/** A JSON string's content without its escapes. */
export interface DecodedString {
  /** UTF-8. The raw bytes themselves when there was nothing to unescape. */
  readonly text: Uint8Array;
  /** Raw offset of each byte of `text`, and of its end. Absent when `text` lies at `start` unchanged. */
  readonly map: Uint32Array | undefined;
}

const BACKSLASH = 0x5c;

const SHORT: Readonly<Record<number, number>> = { 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9 };

/**
 * Decodes the content of a valid JSON string at `start`…`end` (quotes excluded), with the way back from each decoded
 * byte to the raw ones. An unpaired surrogate, which has no UTF-8, reads as U+FFFD.
 */
export function decodeJsonString(raw: Uint8Array, start: number, end: number): DecodedString {
  const first = raw.subarray(start, end).indexOf(BACKSLASH);
  if (first === -1) return { text: raw.subarray(start, end), map: undefined };
  return decodeEscapes(raw, start, end);
}

function decodeEscapes(raw: Uint8Array, start: number, end: number): DecodedString {
  const text = new Uint8Array(end - start);
  const map = new Uint32Array(end - start + 1);
  let length = 0;
  for (let at = start; at < end;) {
    const { size, point } = readCharacter(raw, at, end);
    const wrote = point === undefined ? 1 : writeUtf8(point, text, length);
    if (point === undefined) text[length] = raw[at] ?? 0;
    map.fill(at, length, length + wrote);
    length += wrote;
    at += size;
  }
  map[length] = end;
  return { text: text.subarray(0, length), map: map.subarray(0, length + 1) };
}

// `point` is absent for a byte that stands for itself.
function readCharacter(raw: Uint8Array, at: number, end: number): { size: number; point?: number } {
  if (raw[at] !== BACKSLASH) return { size: 1 };
  const kind = raw[at + 1] ?? 0;
  if (kind !== 0x75) return { size: 2, point: SHORT[kind] ?? kind };
  const high = hex4(raw, at + 2);
  if (high < 0xd800 || high > 0xdfff) return { size: 6, point: high };
  const followed = high <= 0xdbff && at + 12 <= end && raw[at + 6] === BACKSLASH && raw[at + 7] === 0x75;
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
