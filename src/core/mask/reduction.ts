import { HEX_VALUE, isHex, LETTER_OF, NOT_HEX, utf8 } from './escape-letters.ts';

/** A text with its escapes taken out, and where each byte of that came from. */
export interface Unescaped {
  readonly bytes: Uint8Array;
  /** Offset in the original of each byte of `bytes`, and one more: where the byte after the last would begin. */
  readonly offsets: Int32Array;
  /** 0 where a byte stands for itself; it may stand for a control character where it stood behind a backslash, or was reduced from one. */
  readonly marks: Uint8Array;
  readonly length: number;
  /** How many of `bytes` stay as they are whatever follows; `length` when no escape is open at the end. */
  readonly settled: number;
}

/** Of more backslashes in a row than this the first are let go: a stream must not wait for the last. */
const LONGEST_RUN = 1024;
const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const U = 0x75;

/** Beyond the text's own length: what an escape spells may be longer than the last of it. */
const ROOM = 5;
/** A byte's mark: it stood right after a backslash, or an escape spelled a control character. */
const ESCAPED = 1;
const CONTROL = 2;
/** Larger buffers are let go. */
const MOST_KEPT = 1024 * 1024;

/** The reduced text as a stack: what an escape spells is put back in place of its spelling, and may complete another. */
export class Reduction {
  #bytes = new Uint8Array(0);
  #offsets = new Int32Array(0);
  #marks = new Uint8Array(0);
  #length = 0;
  /** Where the backslashes right before the next byte begin, or -1. */
  #slash = -1;

  /** The last byte pushed was the last of an escape. */
  replaced = false;

  /** Makes room for `capacity` bytes. What it held before is gone, and so is what `finish` returned. */
  begin(capacity: number): void {
    const held = this.#bytes.length;
    if (held < capacity + ROOM || held > MOST_KEPT) {
      const size = Math.max(capacity + ROOM, Math.min(2 * held, MOST_KEPT));
      this.#bytes = new Uint8Array(size);
      this.#offsets = new Int32Array(size);
      this.#marks = new Uint8Array(size);
    }
    this.#length = 0;
    this.#slash = -1;
    this.replaced = false;
  }

  /** No byte that follows can become part of an escape with what is there. */
  get isClosed(): boolean {
    if (this.#slash !== -1) return false;
    const last = this.#length - 1;
    const byte = this.#bytes[last] as number;
    return HEX_VALUE[byte] === NOT_HEX && byte !== PERCENT && !(byte === U && this.#marks[last] === ESCAPED);
  }

  /** Takes what stands behind every escape, and has none in it. */
  copy(source: Uint8Array, from: number, end: number): void {
    const [bytes, offsets, n] = [this.#bytes, this.#offsets, this.#length - from];
    for (let i = from; i < end; i++) {
      bytes[n + i] = LETTER_OF[source[i] as number] as number;
      offsets[n + i] = i;
    }
    this.#marks.fill(0, n + from, n + end);
    this.#length = n + end;
  }

  backslash(at: number): void {
    if (this.#slash === -1 || at - this.#slash > LONGEST_RUN) this.#slash = at;
  }

  push(byte: number, at: number, mark = 0): void {
    this.replaced = false;
    const n = this.#length++;
    this.#bytes[n] = byte;
    this.#offsets[n] = this.#slash === -1 ? at : this.#slash;
    this.#marks[n] = this.#slash === -1 ? mark : ESCAPED;
    this.#slash = -1;
    if (HEX_VALUE[byte] !== NOT_HEX && n >= 2 && this.#reduce()) this.replaced = true;
  }

  finish(end: number): Unescaped {
    this.#offsets[this.#length] = this.#slash === -1 ? end : this.#slash;
    return {
      bytes: this.#bytes,
      offsets: this.#offsets,
      marks: this.#marks,
      length: this.#length,
      settled: this.#settled(),
    };
  }

  #reduce(): boolean {
    const n = this.#length;
    const bytes = this.#bytes;
    if (bytes[n - 3] === PERCENT && isHex(bytes[n - 2])) {
      this.#replace(3, this.#hex(2));
      return true;
    }
    if (n < 5 || bytes[n - 5] !== U || this.#marks[n - 5] !== ESCAPED) return false;
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
    if (this.#marks[this.#length] === ESCAPED) this.#slash = at;
    this.#pushSpelled(byte, at);
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
    for (const byte of bytes) this.#pushSpelled(byte, at);
  }

  #pushSpelled(byte: number, at: number): void {
    const letter = LETTER_OF[byte] as number;
    this.push(letter, at, letter === byte ? 0 : CONTROL);
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
      if (byte === U && this.#marks[n - 1 - digits] === ESCAPED) return n - 1 - digits;
      if (HEX_VALUE[byte] === NOT_HEX) return -1;
    }
    return -1;
  }
}
