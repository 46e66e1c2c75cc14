import { isUtf8 } from 'node:buffer';

import { LIMITS } from '../limits.ts';
import { CLASSES } from './bytes.ts';
import type { Candidate, Spelling } from './candidate.ts';
import type { Finder } from './finder.ts';
import type { Encoding } from './finding.ts';
import type { Gate } from './gate.ts';
import { LONGEST_PIECE } from './literal-table.ts';
import { RUN, SHORTEST_RUN } from './runs.ts';
import { unnamedToken } from './unnamed-token.ts';
import { NOT_KEPT, SpanMemo } from './span-memo.ts';
import type { Window } from './window.ts';

/** Finds secrets in a decoded text. */
export type Inside = (decoded: Uint8Array) => readonly Candidate[];

const PADDING = 0x3d;

/** Finds base64 and hex tokens that decode to text with secrets in it, and tokens of services that no rule names. */
export class EncodedFinder implements Finder {
  from = 0;
  readonly #gate: Gate;
  readonly #inside: Inside;
  readonly #threshold: number;
  /** A run too long to be looked into goes on at `from`. */
  #isPassing = false;

  constructor(gate: Gate, inside: Inside, threshold: number) {
    this.#gate = gate;
    this.#inside = inside;
    this.#threshold = threshold;
  }

  advance(window: Window, found: Candidate[]): void {
    const { bytes, end } = window;
    let decided = this.#isPassing ? this.#pass(window) : this.from;
    for (let after = decided; after + SHORTEST_RUN <= end;) {
      const upTo = Math.min(end, after + LONGEST_PIECE);
      for (const start of this.#gate.runs({ bytes, after, upTo, end, final: window.final })) {
        // A line of a block that was looked into, or what the piece before began with.
        if (start < decided) continue;
        const past = this.#lookAt(window, start, found);
        if (past === -1) return;
        decided = past;
      }
      after = Math.max(decided, upTo);
    }
    this.from = window.final ? end : lastRun(bytes, decided, end);
  }

  shift(count: number): void {
    this.from -= count;
  }

  // Past the run, or -1 when its end is not known yet.
  #lookAt(window: Window, start: number, found: Candidate[]): number {
    const { bytes, end } = window;
    const stop = runEnd(bytes, start + SHORTEST_RUN, end);
    const past = paddingEnd(window, stop);
    if (past === -1) {
      this.#isPassing = stop === end && stop - start > LIMITS.tokenBytes;
      this.from = this.#isPassing ? end : start;
      return -1;
    }
    const lines = past === stop ? blockLines(window, { start, end: stop }) : [{ start, end: past }];
    if (lines === undefined || !this.#lookForToken(window, { start, end: stop }, found)) {
      this.from = start;
      return -1;
    }
    this.#lookInto(lines, window, found);
    return lines.at(-1)?.end ?? past;
  }

  // False where what follows the run, and has a say, has not arrived.
  #lookForToken(window: Window, run: Span, found: Candidate[]): boolean {
    window.starved = false;
    const token = unnamedToken(window, run);
    if (window.starved) return false;
    if (token !== undefined && (token.confidence ?? 1) >= this.#threshold) found.push(token);
    return true;
  }

  #pass({ bytes, end }: Window): number {
    const stop = runEnd(bytes, this.from, end);
    this.#isPassing = stop === end;
    return stop;
  }

  // Together or, where that is no text, line by line.
  #lookInto(lines: readonly Span[], window: Window, found: Candidate[]): void {
    const [first] = lines;
    const end = lines.at(-1)?.end;
    if (first === undefined || end === undefined || first.end - first.start > LIMITS.tokenBytes) return;
    if (this.#look({ start: first.start, end }, window, found) || lines.length === 1) return;
    for (const line of lines) this.#look(line, window, found);
  }

  // False for what does not decode.
  #look({ start, end }: Span, window: Window, found: Candidate[]): boolean {
    if (!mayDecode(window.bytes, start, end)) return false;
    const at = { start, end, aside: 0 };
    return looked.get(window, at, () => this.#lookAtToken(window, { start, end }, found)) !== NO_TEXT;
  }

  #lookAtToken({ bytes }: Window, { start, end }: Span, found: Candidate[]): number {
    const token = bytes.subarray(start, end);
    const decoded = decode(withoutLineEnds(token));
    if (decoded === undefined) return NO_TEXT;
    const inner = this.#inside(decoded.bytes);
    const first = inner[0];
    if (first === undefined) return NOTHING;
    const { rule, kind, why } = first;
    const spelling: Spelling = { as: 'token', encoding: decoded.encoding, decoded: decoded.bytes, inner };
    found.push({
      rule,
      kind,
      start,
      end: start + token.length,
      why: `${why}, inside ${decoded.encoding.toLowerCase()}`,
      spelling,
    });
    return NOT_KEPT;
  }
}

/** Tokens that hold nothing, and come again and again in hostile text. */
const looked = new SpanMemo();
const NO_TEXT = 0;
const NOTHING = 1;

// Start of the run that `end` cuts off, at least `from`.
function lastRun(bytes: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && RUN[bytes[at - 1] as number] === 1) at--;
  return at;
}

function runEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && RUN[bytes[at] as number] === 1) at++;
  return at;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const LF = 0x0a;
const CR = 0x0d;
/** Nobody breaks lines shorter than this: base64(1) has 76 characters, PEM 64. */
const SHORTEST_LINE = 60;

// What encoders break into lines of one length, the last of them shorter, is one text: a secret may lie across its lines.
// Only what reads as text is followed. Undefined when it may go on past the end of what is there.
function blockLines(window: Window, first: Span): readonly Span[] | undefined {
  const length = first.end - first.start;
  const lines = [first];
  const isLine = length >= SHORTEST_LINE && length % 4 === 0;
  if (!isLine || !beginsAsText(window.bytes.subarray(first.start, first.end))) return lines;
  for (let last = first; last.end - last.start === length;) {
    window.starved = false;
    const start = lineStart(window, last.end);
    const stop = start === undefined ? last.end : window.runEnd(start, RUN, start + length + 1);
    if (window.starved) return undefined;
    if (start === undefined || stop === start || stop - start > length) break;
    const end = paddingEnd(window, stop);
    if (end === -1) return undefined;
    if (end - first.start > LIMITS.tokenBytes) break;
    last = { start, end };
    lines.push(last);
    if (end > stop) break;
  }
  return lines;
}

function lineStart(window: Window, at: number): number | undefined {
  if (window.peek(at) === LF) return at + 1;
  return window.peek(at) === CR && window.peek(at + 1) === LF ? at + 2 : undefined;
}

// Past the `=` after the run, or -1 when that is not known yet.
function paddingEnd(window: Window, at: number): number {
  window.starved = false;
  const one = window.peek(at) === PADDING ? at + 1 : at;
  const past = one > at && window.peek(one) === PADDING ? one + 1 : one;
  return window.starved ? -1 : past;
}

interface Decoded {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
}

const SHORTEST_HEX = 32;

function withoutLineEnds(token: Uint8Array): Uint8Array {
  return token.length < SHORTEST_LINE || !token.includes(LF)
    ? token
    : token.filter((byte) => byte !== LF && byte !== CR);
}

// Undefined for what does not decode to text, or would not encode to the same token again.
function decode(token: Uint8Array): Decoded | undefined {
  if (isHex(token)) {
    if (!hexReadsAsText(token)) return undefined;
    return textOf(decodedHex(token), token.some((byte) => byte >= 0x41 && byte <= 0x46) ? 'HEX' : 'hex');
  }
  if (!beginsAsText(token, token.length)) return undefined;
  const length = unpadded(token);
  const encoding = encodingOf(token, length);
  return encoding === undefined ? undefined : textOf(decodedBase64(token, length), encoding);
}

function textOf(bytes: Uint8Array, encoding: Encoding): Decoded | undefined {
  return isText(bytes) ? { bytes, encoding } : undefined;
}

function decodedHex(token: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(token.length / 2);
  for (let i = 0, at = 0; i < bytes.length; i++, at += 2)
    bytes[i] = ((NIBBLE[token[at] as number] as number) << 4) | (NIBBLE[token[at + 1] as number] as number);
  return bytes;
}

function unpadded(token: Uint8Array): number {
  let length = token.length;
  while (length > 0 && token[length - 1] === PADDING) length--;
  return length;
}

// Undefined for what no encoder writes: both alphabets in one, one character too many, or bits that stand for nothing.
function encodingOf(token: Uint8Array, length: number): Encoding | undefined {
  const left = length % 4;
  const last = SIXTET[token[length - 1] as number] as number;
  if (left === 1 || (left === 2 && (last & 0xf) !== 0) || (left === 3 && (last & 3) !== 0)) return undefined;
  let isUrl = false;
  let isPlain = false;
  for (let i = 0; i < length; i++) {
    const byte = token[i] as number;
    isUrl ||= byte === 0x2d || byte === 0x5f;
    isPlain ||= byte === 0x2b || byte === 0x2f;
  }
  if (isUrl) return isPlain ? undefined : 'base64url';
  return 'base64';
}

function decodedBase64(token: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  for (let at = 0, to = 0; at < length; at++) {
    bits = (bits << 6) | (SIXTET[token[at] as number] as number);
    if (at % 4 === 0) continue;
    bytes[to++] = bits >>> (6 - 2 * (at % 4));
  }
  return bytes;
}

// Hashes end at one of their first bytes.
function hexReadsAsText(token: Uint8Array): boolean {
  for (let i = 0; i < token.length; i += 2) {
    const byte = ((NIBBLE[token[i] as number] as number) << 4) | (NIBBLE[token[i + 1] as number] as number);
    if (TEXT[byte] !== 1) return false;
  }
  return true;
}

const NIBBLE = Uint8Array.from({ length: 256 }, (_, byte) => (byte <= 0x39 ? byte & 0xf : (byte & 0xf) + 9));

function isHex(token: Uint8Array): boolean {
  if (token.length < SHORTEST_HEX || token.length % 2 !== 0) return false;
  for (const byte of token) if (CLASSES.hex[byte] !== 1) return false;
  return true;
}

const SIXTET = new Uint8Array(256).fill(0xff);
for (const [value, byte] of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
).entries()) {
  SIXTET[byte] = value;
}
SIXTET[0x2d] = 62;
SIXTET[0x5f] = 63;

const LOOKED_AT = 16;

// Names, paths and hashes fail within a few characters. UTF-8 (RFC 3629, 4) has one byte, or a lead and bytes that go on.
function mayDecode(bytes: Uint8Array, start: number, end: number): boolean {
  const stop = Math.min(end, start + LOOKED_AT);
  return mayBeHex(bytes, start, stop) || mayBeBase64(bytes, start, stop);
}

function mayBeHex(bytes: Uint8Array, start: number, stop: number): boolean {
  for (let at = start; at < stop; at += 2) {
    const high = bytes[at] as number;
    const low = bytes[at + 1] as number;
    if (CLASSES.hex[high] !== 1 || CLASSES.hex[low] !== 1) return false;
    if (TEXT[((NIBBLE[high] as number) << 4) | (NIBBLE[low] as number)] !== 1) return false;
  }
  return true;
}

function mayBeBase64(bytes: Uint8Array, start: number, stop: number): boolean {
  let bits = 0;
  let goesOn = 0;
  for (let at = start; at < stop && bytes[at] !== PADDING; at++) {
    bits = (bits << 6) | (SIXTET[bytes[at] as number] as number);
    const count = (at - start) & 3;
    if (count === 0) continue;
    const byte = (bits >>> (6 - 2 * count)) & 0xff;
    if (goesOn > 0) {
      if ((byte & 0xc0) !== 0x80) return false;
      goesOn--;
    } else if (byte >= 0x80) {
      goesOn = (FOLLOWING[byte] as number) - 1;
      if (goesOn < 0) return false;
    } else if (TEXT[byte] !== 1) return false;
  }
  return true;
}

/** How many bytes a character has that begins with this one; 0 where none does. */
const FOLLOWING = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
});

// The first twelve bytes tell nearly every name, path and hash from encoded text. Padding is left to the decoder.
function beginsAsText(token: Uint8Array, count = 16): boolean {
  for (let i = 0; i + 4 <= count && token[i + 3] !== PADDING; i += 4) {
    let quantum = 0;
    for (let n = 0; n < 4; n++) quantum = (quantum << 6) | (SIXTET[token[i + n] as number] as number);
    if (TEXT[quantum >>> 16] !== 1 || TEXT[(quantum >>> 8) & 0xff] !== 1 || TEXT[quantum & 0xff] !== 1)
      return false;
  }
  return true;
}

const TEXT = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte !== 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d ? 1 : 0,
);

function isText(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (TEXT[byte] !== 1) return false;
  return isUtf8(bytes);
}
