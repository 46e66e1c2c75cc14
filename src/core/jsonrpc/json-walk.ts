import { isUtf8 } from 'node:buffer';

import { plainView, toText } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import { runWhole, type Slices } from '../slices.ts';
import { LONG_STRING, skim, SPECIAL, wordsOf } from './json-skim.ts';
import { decodeJsonString } from './json-string.ts';

/** Object keys and array indexes from the root. One array is reused for the whole walk: copy it to keep it. */
export type JsonPath = readonly (string | number)[];

/** Called in document order. Spans are byte offsets; those of strings and keys leave the quotes out. */
export interface JsonVisitor {
  /** `path` ends in the key itself. */
  key?(path: JsonPath, start: number, end: number): void;
  string?(path: JsonPath, start: number, end: number): void;
  /** In place of `string`, for one that is longer than a slice: what is to be done about it, in slices too. */
  longString?(path: JsonPath, start: number, end: number): Slices<void>;
  number?(path: JsonPath, start: number, end: number): void;
  /** true, false or null. */
  literal?(path: JsonPath, start: number, end: number): void;
  /** Before what is in an object or array. */
  open?(path: JsonPath, isObject: boolean): void;
  /** After an object or array is complete; the span holds its brackets. */
  container?(path: JsonPath, start: number, end: number): void;
}

/** Why bytes from a peer are not the JSON we are willing to look at. Never quotes them. */
export class JsonError extends Error {
  readonly offset: number;

  constructor(why: string, offset: number) {
    super(`${why} at byte ${offset}`);
    this.name = 'JsonError';
    this.offset = offset;
  }
}

/**
 * Reads one JSON text (RFC 8259, UTF-8, no BOM) strictly and without building anything: the visitor gets spans of the
 * raw bytes. What the strictest peer would refuse is refused here, so that nobody can read a message differently
 * than we did. Linear time, memory bounded by `LIMITS.jsonDepth`.
 *
 * @throws {JsonError} not JSON, not UTF-8, too deep
 */
export function walkJson(raw: Uint8Array, visitor: JsonVisitor): void {
  runWhole(walkInSlices(raw, visitor, Infinity));
}

/** The same, `slice` bytes at a time. Only that a text is UTF-8 is asked about all of it at once, for that is fast. */
export function* walkInSlices(raw: Uint8Array, visitor: JsonVisitor, slice: number): Slices<void> {
  if (!isUtf8(raw)) throw new JsonError('invalid UTF-8', 0);
  const walk = new Walk(raw, visitor, slice);
  while (!walk.advance()) {
    yield;
    const { work } = walk;
    if (work !== undefined) yield* work;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

/** What a token costs besides its bytes: many small ones take as long as a few large ones. */
const TOKEN_COST = 16;

/** What comes next. */
const VALUE = 0;
const FIRST_KEY = 1;
const KEY = 2;
const FIRST_ELEMENT = 3;
const AFTER = 4;
const IN_STRING = 5;
const STRING_READ = 6;
const KEY_COLON = 7;
type Next = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

class Walk {
  readonly #raw: Uint8Array;
  /** The same, four bytes at a time, from where the first of them stands that are so aligned in memory. */
  #words: Int32Array | undefined;
  readonly #visitor: JsonVisitor;
  readonly #slice: number;
  readonly #path: (string | number)[] = [];
  /** Where the open objects and arrays began. */
  readonly #starts: number[] = [];
  readonly #isObject: boolean[] = [];
  /** Some of those read. */
  readonly #keys: (Key | undefined)[] = [];
  #next: Next = VALUE;
  #at = 0;
  /** The slice ends here. */
  #until = 0;
  /** Content of the string being read. */
  #start = 0;
  #end = 0;
  #isKey = false;
  /** What a long string makes necessary before the next slice. */
  work: Slices<void> | undefined;

  constructor(raw: Uint8Array, visitor: JsonVisitor, slice: number) {
    this.#raw = plainView(raw);
    this.#visitor = visitor;
    this.#slice = slice;
  }

  /** Goes on for one slice. True when all has been read. */
  advance(): boolean {
    this.work = undefined;
    // A string that was begun in an earlier slice is inspected in this one, with all of its bytes.
    const from = this.#next === STRING_READ ? this.#start : this.#at;
    this.#until = from + this.#slice;
    do {
      if (this.#next === AFTER && this.#starts.length === 0) return this.#finish();
      this.#step();
      if (this.work !== undefined) return false;
    } while (this.#at < this.#until && !this.#isCarriedOver(from));
    return false;
  }

  #isCarriedOver(from: number): boolean {
    return this.#next === STRING_READ && this.#start < from;
  }

  // Only spaces may follow.
  #finish(): boolean {
    if (!this.#space()) return false;
    if (this.#at < this.#raw.length) this.#fail('unexpected text after the JSON value');
    return true;
  }

  #step(): void {
    if (this.#next === IN_STRING) return this.#readString();
    if (this.#next === STRING_READ) return this.#tellString();
    if (!this.#space()) return;
    this.#until -= TOKEN_COST;
    if (this.#next === VALUE) this.#value();
    else if (this.#next === AFTER) this.#after();
    else if (this.#next === KEY) this.#key();
    else if (this.#next === KEY_COLON) this.#colon();
    else this.#first();
  }

  #value(): void {
    const byte = this.#raw[this.#at];
    if (byte === QUOTE) return this.#beginString(false);
    if (byte === 0x7b || byte === 0x5b) return this.#open(byte === 0x7b);
    this.#next = AFTER;
    if (byte === 0x74) this.#literal('true');
    else if (byte === 0x66) this.#literal('false');
    else if (byte === 0x6e) this.#literal('null');
    else this.#number();
  }

  #open(isObject: boolean): void {
    if (this.#starts.length >= LIMITS.jsonDepth) this.#fail(`nested deeper than ${LIMITS.jsonDepth}`);
    this.#visitor.open?.(this.#path, isObject);
    this.#starts.push(this.#at);
    this.#isObject.push(isObject);
    this.#next = isObject ? FIRST_KEY : FIRST_ELEMENT;
    this.#at += 1;
  }

  // What comes first in an object or array may also be its end.
  #first(): void {
    const isObject = this.#next === FIRST_KEY;
    if (this.#take(isObject ? 0x7d : 0x5d)) return this.#close();
    if (isObject) return this.#key();
    this.#path.push(0);
    this.#next = VALUE;
  }

  #close(): void {
    const start = this.#starts.pop() as number;
    this.#isObject.pop();
    this.#visitor.container?.(this.#path, start, this.#at);
    this.#next = AFTER;
  }

  #after(): void {
    const isObject = this.#isObject[this.#isObject.length - 1] === true;
    const last = this.#path.pop();
    if (!this.#take(COMMA)) {
      if (this.#take(isObject ? 0x7d : 0x5d)) return this.#close();
      this.#fail(`expected a comma or the end of the ${isObject ? 'object' : 'array'}`);
    }
    this.#next = isObject ? KEY : VALUE;
    if (!isObject) this.#path.push((last as number) + 1);
  }

  #key(): void {
    if (this.#raw[this.#at] !== QUOTE) this.#fail('expected a key');
    this.#beginString(true);
  }

  #beginString(isKey: boolean): void {
    this.#at += 1;
    this.#start = this.#at;
    this.#isKey = isKey;
    this.#next = IN_STRING;
    this.#readString();
    // Whoever asks for no slices needs no second step.
    if (this.#next !== IN_STRING && this.#at < this.#until) this.#tellString();
  }

  /** Moves past a string, or as far in it as the slice goes. */
  #readString(): void {
    const raw = this.#raw;
    // A small integer, with which the loop is three times as fast as with one that may be infinite.
    const stop = Math.min(raw.length, this.#until) | 0;
    let at = this.#at;
    for (;;) {
      at = this.#skim(at, stop);
      while (at < stop && SPECIAL[raw[at] as number] === 0) at += 1;
      if (at >= stop && at < raw.length) break;
      const byte = raw[at];
      if (byte === undefined) this.#fail('unterminated string', at);
      if (byte === QUOTE) return this.#endString(at);
      if (byte !== BACKSLASH) this.#fail('control character in a string', at);
      at += this.#escape(at);
    }
    this.#at = at;
  }

  #skim(from: number, stop: number): number {
    if (stop - from < LONG_STRING) return from;
    this.#words ??= wordsOf(this.#raw);
    return skim(this.#raw, this.#words, { from, stop });
  }

  #endString(end: number): void {
    this.#end = end;
    this.#at = end + 1;
    this.#next = STRING_READ;
  }

  #escape(at: number): number {
    const kind = this.#raw[at + 1];
    if (kind === undefined || ESCAPED[kind] !== 1) this.#fail('invalid escape', at);
    if (kind !== 0x75) return 2;
    for (let i = at + 2; i < at + 6; i += 1) if (!isHex(this.#raw[i])) this.#fail('invalid escape', at);
    return 6;
  }

  #tellString(): void {
    const start = this.#start;
    const end = this.#end;
    if (this.#isKey) return this.#tellKey(start, end);
    this.#next = AFTER;
    if (end - start > this.#slice && this.#visitor.longString !== undefined)
      this.work = this.#visitor.longString(this.#path, start, end);
    else this.#visitor.string?.(this.#path, start, end);
  }

  #tellKey(start: number, end: number): void {
    if (end - start > LIMITS.jsonTokenBytes) this.#fail('a key that is too long', start);
    this.#path.push(this.#keyText(start, end));
    this.#visitor.key?.(this.#path, start, end);
    if (!this.#take(COLON)) this.#next = KEY_COLON;
    else if (this.#at < this.#until && !isSpace(this.#raw[this.#at])) this.#value();
    else this.#next = VALUE;
  }

  // The same few keys come again and again: a key is compared with one that stood before, by the bytes.
  #keyText(start: number, end: number): string {
    const raw = this.#raw;
    const slot = (((raw[start] as number) << 2) ^ (raw[end - 1] as number) ^ (end - start)) & (KEYS_KEPT - 1);
    const kept = this.#keys[slot];
    if (kept !== undefined && isSame(raw, { start, end }, kept)) return kept.text;
    const text = this.#newKeyText(start, end);
    this.#keys[slot] = { start, end, text };
    return text;
  }

  // Most keys are a few letters, which are put together sooner than a decoder is called.
  #newKeyText(start: number, end: number): string {
    const raw = this.#raw;
    if (end - start > SHORT_KEY) return toText(decodeJsonString(raw, start, end));
    let text = '';
    for (let at = start; at < end; at += 1) {
      const byte = raw[at] as number;
      if (byte >= 0x80 || byte === BACKSLASH) return toText(decodeJsonString(raw, start, end));
      text += ASCII[byte] as string;
    }
    return text;
  }

  #colon(): void {
    if (!this.#take(COLON)) this.#fail('expected a colon');
    this.#next = VALUE;
  }

  #number(): void {
    const start = this.#at;
    this.#take(0x2d);
    if (!this.#take(0x30) && !this.#digits()) this.#fail('expected a value', start);
    if (this.#take(0x2e) && !this.#digits()) this.#fail('invalid number', start);
    if (this.#take(0x65) || this.#take(0x45)) {
      if (!this.#take(0x2b)) this.#take(0x2d);
      if (!this.#digits()) this.#fail('invalid number', start);
    }
    if (this.#at - start > LIMITS.jsonTokenBytes) this.#fail('a number that is too long', start);
    this.#visitor.number?.(this.#path, start, this.#at);
  }

  #digits(): boolean {
    const raw = this.#raw;
    const start = this.#at;
    const stop = Math.min(raw.length, start + LIMITS.jsonTokenBytes + 1);
    let at = start;
    while (at < stop && (raw[at] as number) >= 0x30 && (raw[at] as number) <= 0x39) at += 1;
    this.#at = at;
    return at > start;
  }

  #literal(word: string): void {
    const start = this.#at;
    for (let i = 0; i < word.length; i += 1) {
      if (this.#raw[start + i] !== word.charCodeAt(i)) this.#fail('expected a value', start);
    }
    this.#at += word.length;
    this.#visitor.literal?.(this.#path, start, this.#at);
  }

  /** Moves past spaces; false when there may be more of them than are left in the slice. */
  #space(): boolean {
    const raw = this.#raw;
    let at = this.#at;
    while (isSpace(raw[at]) && at < this.#until) at += 1;
    this.#at = at;
    return !isSpace(raw[at]);
  }

  #take(byte: number): boolean {
    if (this.#raw[this.#at] !== byte) return false;
    this.#at += 1;
    return true;
  }

  #fail(why: string, at = this.#at): never {
    throw new JsonError(why, at);
  }
}

interface Key extends Span {
  readonly text: string;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const KEYS_KEPT = 64;

function isSame(raw: Uint8Array, { start, end }: Span, kept: Span): boolean {
  if (kept.end - kept.start !== end - start) return false;
  for (let at = start, i = kept.start; at < end; at += 1, i += 1) if (raw[at] !== raw[i]) return false;
  return true;
}

const SHORT_KEY = 16;
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

const ESCAPED = Uint8Array.from({ length: 256 }, (_, byte) =>
  '"\\/bfnrtu'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
