import { CLASSES } from './bytes.ts';

/** A text with its escapes taken out, and where each byte of that came from. */
export interface Unescaped {
  readonly bytes: Uint8Array;
  /** Offset in the original of each byte of `bytes`, and one more: where the byte after the last would begin. */
  readonly offsets: Int32Array;
  readonly length: number;
  /** How many of `bytes` stay as they are whatever follows; `length` when no escape is open at the end. */
  readonly settled: number;
}

/** Of more backslashes in a row than this the first are let go: a stream must not wait for the last. */
const LONGEST_RUN = 1024;
/** So far behind the last sign of one, no byte is part of an escape. */
const LONGEST_ESCAPE = 9;
const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const U = 0x75;

/**
 * Reduces every spelling of a text to one: JSON and percent escapes of any depth and any mix, `\"`, `\\\"`, `\u0041`,
 * `%41`, `%2541`, `%5Cu0041`. Backslashes vanish, `%hh` and `\uhhhh` become the character, and a control character with a
 * letter escape becomes that letter, as `\n` without its backslash does. It loses information, which is fine for
 * comparing: a known value is reduced in the same way. Offsets are kept, so a match can be cut out of the original.
 */
export function unescape(source: Uint8Array, from: number, end: number): Unescaped {
  const out = new Reduction(end - from);
  const next = escapeFinder(source.subarray(0, end));
  let settles = from;
  for (let i = from; i < end;) {
    if (i >= settles) {
      const escape = next(i);
      out.copy(source, i, escape);
      i = escape;
      settles = escape + LONGEST_ESCAPE;
      continue;
    }
    const byte = source[i] as number;
    if (byte === BACKSLASH) out.backslash(i);
    else out.push(LETTER_OF[byte] as number, i);
    // Whatever came out may be the beginning of another.
    if (byte === BACKSLASH || byte === PERCENT || out.replaced) settles = i + LONGEST_ESCAPE;
    i++;
  }
  return out.finish(end);
}

/** Where the escape begins that `at` lies in; `at` itself where it lies in none. */
export function escapeStart({ offsets, length }: Unescaped, at: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return Math.min(at, offsets[low] as number);
}

/**
 * The stretches of a text in which a match of at most `longest` reduced bytes may have an escape in it. Where there are few
 * escapes, that is little of it.
 */
export function* escapeRegions(
  text: Uint8Array,
  { from, end }: { from: number; end: number },
  longest: number,
): Generator<{ from: number; end: number }> {
  const next = escapeFinder(text.subarray(0, end));
  for (let at = next(from); at < end;) {
    const start = Math.max(from, at - longest);
    let last = at;
    while (at < end && at <= last + LONGEST_TAIL + Math.max(2 * longest, SHORTEST_GAP)) {
      last = at;
      at = next(at + 1);
    }
    yield { from: start, end: Math.min(end, last + LONGEST_TAIL + longest) };
  }
}

/** Less text without escapes is not worth leaving out. */
const SHORTEST_GAP = 512;
/** What may follow the last sign of an escape: `u0041`. */
const LONGEST_TAIL = 6;

// Each sign is searched for once, however rare the other.
function escapeFinder(text: Uint8Array): (from: number) => number {
  let [slash, percent] = [-1, -1];
  return (from) => {
    if (slash < from) slash = indexOrEnd(text, BACKSLASH, from);
    if (percent < from) percent = indexOrEnd(text, PERCENT, from);
    return Math.min(slash, percent);
  };
}

function indexOrEnd(text: Uint8Array, byte: number, from: number): number {
  const at = text.indexOf(byte, from);
  return at === -1 ? text.length : at;
}

/** Control characters to the letter of their JSON escape, all else to itself. */
const LETTER_OF = Uint8Array.from({ length: 256 }, (_, byte) => byte);
for (const [control, letter] of ['\bb', '\tt', '\nn', '\ff', '\rr']) LETTER_OF[ord(control)] = ord(letter);

function ord(character: string | undefined): number {
  return character?.charCodeAt(0) ?? 0;
}

const NOT_HEX = 0xff;
const HEX_VALUE = Uint8Array.from({ length: 256 }, (_, byte) =>
  CLASSES.hex[byte] === 1 ? Number.parseInt(String.fromCharCode(byte), 16) : NOT_HEX,
);

/** The reduced text as a stack: what an escape spells is put back in place of its spelling, and may complete another. */
class Reduction {
  readonly #bytes: Uint8Array;
  readonly #offsets: Int32Array;
  /** 1 where a byte stood right after a backslash. */
  readonly #escaped: Uint8Array;
  #length = 0;
  /** Where the backslashes right before the next byte begin, or -1. */
  #slash = -1;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity + 4);
    this.#offsets = new Int32Array(capacity + 5);
    this.#escaped = new Uint8Array(capacity + 4);
  }

  /** The last byte pushed was the last of an escape. */
  replaced = false;

  /** Takes what stands behind every escape, and has none in it. */
  copy(source: Uint8Array, from: number, end: number): void {
    const [bytes, offsets, n] = [this.#bytes, this.#offsets, this.#length - from];
    for (let i = from; i < end; i++) {
      bytes[n + i] = LETTER_OF[source[i] as number] as number;
      offsets[n + i] = i;
    }
    this.#escaped.fill(0, n + from, n + end);
    this.#length = n + end;
  }

  backslash(at: number): void {
    if (this.#slash === -1 || at - this.#slash > LONGEST_RUN) this.#slash = at;
  }

  push(byte: number, at: number): void {
    this.replaced = false;
    const n = this.#length++;
    this.#bytes[n] = byte;
    this.#offsets[n] = this.#slash === -1 ? at : this.#slash;
    this.#escaped[n] = this.#slash === -1 ? 0 : 1;
    this.#slash = -1;
    if (HEX_VALUE[byte] !== NOT_HEX && n >= 2 && this.#reduce()) this.replaced = true;
  }

  finish(end: number): Unescaped {
    this.#offsets[this.#length] = this.#slash === -1 ? end : this.#slash;
    return { bytes: this.#bytes, offsets: this.#offsets, length: this.#length, settled: this.#settled() };
  }

  #reduce(): boolean {
    const n = this.#length;
    const bytes = this.#bytes;
    if (bytes[n - 3] === PERCENT && isHex(bytes[n - 2])) {
      this.#replace(3, this.#hex(2));
      return true;
    }
    if (n < 5 || bytes[n - 5] !== U || this.#escaped[n - 5] !== 1) return false;
    if (!isHex(bytes[n - 4]) || !isHex(bytes[n - 3]) || !isHex(bytes[n - 2])) return false;
    this.#replaceUnit(this.#hex(4));
    return true;
  }

  #hex(digits: number): number {
    let value = 0;
    for (let i = this.#length - digits; i < this.#length; i++) {
      value = value * 16 + (HEX_VALUE[this.#bytes[i] as number] as number);
    }
    return value;
  }

  // What comes out is pushed like any other byte: it may be a backslash, or the digit another escape waits for.
  #replace(count: number, byte: number): void {
    this.#length -= count;
    const at = this.#offsets[this.#length] as number;
    if (byte === BACKSLASH) {
      this.backslash(at);
      return;
    }
    if (this.#escaped[this.#length] === 1) this.#slash = at;
    this.push(LETTER_OF[byte] as number, at);
  }

  // A UTF-16 unit: its UTF-8, or with the high surrogate right before it the UTF-8 of the pair.
  #replaceUnit(unit: number): void {
    this.#length -= 5;
    const at = this.#offsets[this.#length] as number;
    if (unit === BACKSLASH) {
      this.backslash(at);
      return;
    }
    const high = unit >= 0xdc00 && unit < 0xe000 ? this.#takeHighSurrogate() : undefined;
    if (high === undefined) this.#pushAll(utf8(unit), at);
    else this.#pushAll(utf8(0x10000 + ((high.unit - 0xd800) << 10) + (unit - 0xdc00)), high.at);
  }

  // A high surrogate waits on the stack in the three bytes UTF-8 would have for it.
  #takeHighSurrogate(): { unit: number; at: number } | undefined {
    const n = this.#length;
    if (!this.#highSurrogateAt(n - 3)) return undefined;
    const unit =
      0xd000 | (((this.#bytes[n - 2] as number) & 0x3f) << 6) | ((this.#bytes[n - 1] as number) & 0x3f);
    this.#length -= 3;
    return { unit, at: this.#offsets[this.#length] as number };
  }

  #highSurrogateAt(at: number): boolean {
    const second = this.#bytes[at + 1] as number;
    return at >= 0 && this.#bytes[at] === 0xed && second >= 0xa0 && second < 0xb0;
  }

  #pushAll(bytes: readonly number[], at: number): void {
    for (const byte of bytes) this.push(LETTER_OF[byte] as number, at);
  }

  // What could still become part of an escape is not settled: an unfinished %h, \uhhh, a high surrogate; also one inside
  // the other, as in %4 followed by \u00.
  #settled(): number {
    let n = this.#length;
    for (let head = this.#openHead(n); head !== -1; head = this.#openHead(n)) n = head;
    return n;
  }

  #openHead(n: number): number {
    if (n >= 3 && this.#highSurrogateAt(n - 3)) return n - 3;
    for (let digits = 0; digits <= 3 && n - 1 - digits >= 0; digits++) {
      const byte = this.#bytes[n - 1 - digits] as number;
      if (byte === PERCENT && digits <= 1) return n - 1 - digits;
      if (byte === U && this.#escaped[n - 1 - digits] === 1) return n - 1 - digits;
      if (HEX_VALUE[byte] === NOT_HEX) return -1;
    }
    return -1;
  }
}

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && HEX_VALUE[byte] !== NOT_HEX;
}

function utf8(code: number): number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 0x3f)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
  return [
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 0x3f),
    0x80 | ((code >> 6) & 0x3f),
    0x80 | (code & 0x3f),
  ];
}
