import { isUtf8 } from 'node:buffer';

import { toText } from '../bytes.ts';
import { LIMITS } from '../limits.ts';
import { decodeJsonString } from './json-string.ts';

/** Object keys and array indexes from the root. One array is reused for the whole walk: copy it to keep it. */
export type JsonPath = readonly (string | number)[];

/** Called in document order. Spans are byte offsets; those of strings and keys leave the quotes out. */
export interface JsonVisitor {
  /** `path` ends in the key itself. */
  key?(path: JsonPath, start: number, end: number): void;
  string?(path: JsonPath, start: number, end: number): void;
  number?(path: JsonPath, start: number, end: number): void;
  /** true, false or null. */
  literal?(path: JsonPath, start: number, end: number): void;
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
 * than we did. Linear time, stack bounded by `LIMITS.jsonDepth`.
 *
 * @throws {JsonError} not JSON, not UTF-8, too deep
 */
export function walkJson(raw: Uint8Array, visitor: JsonVisitor): void {
  if (!isUtf8(raw)) throw new JsonError('invalid UTF-8', 0);
  new Walk(raw, visitor).run();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;

class Walk {
  readonly #raw: Uint8Array;
  readonly #visitor: JsonVisitor;
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(raw: Uint8Array, visitor: JsonVisitor) {
    this.#raw = raw;
    this.#visitor = visitor;
  }

  run(): void {
    this.#space();
    this.#value(0);
    this.#space();
    if (this.#at < this.#raw.length) this.#fail('unexpected text after the JSON value');
  }

  #value(depth: number): void {
    const byte = this.#raw[this.#at];
    if (byte === QUOTE) {
      const start = this.#at + 1;
      const end = this.#string();
      this.#visitor.string?.(this.#path, start, end);
      return;
    }
    if (byte === 0x7b || byte === 0x5b) {
      if (depth >= LIMITS.jsonDepth) this.#fail(`nested deeper than ${LIMITS.jsonDepth}`);
      const start = this.#at;
      if (byte === 0x7b) this.#object(depth + 1);
      else this.#array(depth + 1);
      this.#visitor.container?.(this.#path, start, this.#at);
      return;
    }
    if (byte === 0x74) return this.#literal('true');
    if (byte === 0x66) return this.#literal('false');
    if (byte === 0x6e) return this.#literal('null');
    this.#number();
  }

  #object(depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#take(0x7d)) return;
    do {
      this.#space();
      this.#key();
      this.#space();
      if (!this.#take(COLON)) this.#fail('expected a colon');
      this.#space();
      this.#value(depth);
      this.#path.pop();
      this.#space();
    } while (this.#take(COMMA));
    if (!this.#take(0x7d)) this.#fail('expected a comma or the end of the object');
  }

  #key(): void {
    if (this.#raw[this.#at] !== QUOTE) this.#fail('expected a key');
    const start = this.#at + 1;
    const end = this.#string();
    this.#path.push(toText(decodeJsonString(this.#raw, start, end).text));
    this.#visitor.key?.(this.#path, start, end);
  }

  #array(depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#take(0x5d)) return;
    let index = 0;
    do {
      this.#space();
      this.#path.push(index);
      this.#value(depth);
      this.#path.pop();
      index += 1;
      this.#space();
    } while (this.#take(COMMA));
    if (!this.#take(0x5d)) this.#fail('expected a comma or the end of the array');
  }

  /** Moves past a string; returns where its content ends. */
  #string(): number {
    const raw = this.#raw;
    let at = this.#at + 1;
    for (;;) {
      const byte = raw[at];
      if (byte === undefined) this.#fail('unterminated string', at);
      if (byte === QUOTE) break;
      if (byte < 0x20) this.#fail('control character in a string', at);
      at += byte === BACKSLASH ? this.#escape(at) : 1;
    }
    this.#at = at + 1;
    return at;
  }

  #escape(at: number): number {
    const kind = this.#raw[at + 1];
    if (kind === undefined || !'"\\/bfnrtu'.includes(String.fromCharCode(kind)))
      this.#fail('invalid escape', at);
    if (kind !== 0x75) return 2;
    for (let i = at + 2; i < at + 6; i += 1) if (!isHex(this.#raw[i])) this.#fail('invalid escape', at);
    return 6;
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
    this.#visitor.number?.(this.#path, start, this.#at);
  }

  #digits(): boolean {
    const start = this.#at;
    for (
      let byte = this.#raw[start];
      byte !== undefined && byte >= 0x30 && byte <= 0x39;
      byte = this.#raw[this.#at]
    ) {
      this.#at += 1;
    }
    return this.#at > start;
  }

  #literal(word: string): void {
    const start = this.#at;
    for (let i = 0; i < word.length; i += 1) {
      if (this.#raw[start + i] !== word.charCodeAt(i)) this.#fail('expected a value', start);
    }
    this.#at += word.length;
    this.#visitor.literal?.(this.#path, start, this.#at);
  }

  #space(): void {
    for (;;) {
      const byte = this.#raw[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at += 1;
    }
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

function isHex(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
