import { LIMITS } from '../limits.ts';
import type { Slices } from '../slices.ts';
import { idText } from './id.ts';
import { JsonError, walkJson } from './json-walk.ts';

/** What a message that can't be read is all the same seen to be. */
export interface UnreadMessage {
  readonly kind: 'request' | 'response';
  /** JSON text, like that of an envelope. */
  readonly id: string;
}

/**
 * Looks for kind and id of a message that is no JSON, so that whoever waits for it need not wait for ever. Only brackets
 * and strings are told apart, and only what stands in the outermost object counts: an id of something inside would
 * answer another request. Whatever leaves room for doubt (brackets that don't close, two ids, escapes in a key) is none.
 */
export function* readUnread(raw: Uint8Array, slice: number): Slices<UnreadMessage | undefined> {
  const skim = new Skim(raw);
  while (skim.advance(slice)) yield;
  return skim.result();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LONGEST_KEY = 16;
const LONGEST_ID = 1024;

/** One time through the bytes. */
class Skim {
  readonly #raw: Uint8Array;
  #at = 0;
  /** What closes the open brackets. */
  readonly #closing: number[] = [];
  #inString = false;
  /** Where the last string of the outermost object began and ended, quotes included. */
  #start = 0;
  #end = 0;
  #key = '';
  /** Where the value of the last key began. */
  #value = 0;
  #isSpoilt = false;
  #isOver = false;
  readonly #keys = new Map<string, string>();

  constructor(raw: Uint8Array) {
    this.#raw = raw;
  }

  /** Goes on by about `count` bytes; false at the end. */
  advance(count: number): boolean {
    const stop = Math.min(this.#raw.length, this.#at + count);
    while (this.#at < stop && !this.#isSpoilt) {
      const byte = this.#raw[this.#at] as number;
      if (this.#inString) this.#string(byte);
      else this.#between(byte);
      this.#at += 1;
    }
    return this.#at < this.#raw.length && !this.#isSpoilt;
  }

  result(): UnreadMessage | undefined {
    if (this.#isSpoilt || !this.#isOver) return undefined;
    const id = idOf(this.#keys.get('id'));
    const isRequest = this.#keys.has('method');
    const isResponse = this.#keys.has('result') || this.#keys.has('error');
    if (id === undefined || isRequest === isResponse) return undefined;
    return { kind: isRequest ? 'request' : 'response', id };
  }

  #string(byte: number): void {
    if (byte === BACKSLASH) this.#at += 1;
    if (byte !== QUOTE) return;
    this.#inString = false;
    this.#end = this.#at + 1;
  }

  #between(byte: number): void {
    if (byte <= 0x20) return;
    // Before the outermost object, and after it, nothing may stand.
    const depth = this.#closing.length;
    if (depth === 0 && (byte !== 0x7b || this.#isOver)) this.#isSpoilt = true;
    if (byte === QUOTE) this.#quote();
    else if (byte === 0x7b || byte === 0x5b) this.#open(byte);
    else if (byte === 0x7d || byte === 0x5d) this.#close(byte);
    else if (depth === 1 && byte === 0x3a) this.#colon();
    else if (depth === 1 && byte === 0x2c) this.#member();
  }

  #quote(): void {
    this.#inString = true;
    if (this.#closing.length === 1) this.#start = this.#at;
  }

  // In ASCII each bracket is two before the one that closes it.
  #open(bracket: number): void {
    this.#closing.push(bracket + 2);
    if (this.#closing.length > LIMITS.jsonDepth) this.#isSpoilt = true;
  }

  #close(bracket: number): void {
    if (this.#closing.length === 1) this.#member();
    if (this.#closing.pop() !== bracket) this.#isSpoilt = true;
    this.#isOver = this.#closing.length === 0;
  }

  // The string before a colon is a key.
  #colon(): void {
    const { length } = this.#raw.subarray(this.#start, this.#end);
    const key = Buffer.from(this.#raw.subarray(this.#start + 1, this.#end - 1));
    if (key.includes(BACKSLASH)) this.#isSpoilt = true;
    this.#key = length > LONGEST_KEY ? '' : key.toString();
    this.#value = this.#at + 1;
  }

  // A comma or the end: what came before is a value.
  #member(): void {
    const key = this.#key;
    this.#key = '';
    if (key === '') return;
    if (key === 'id' && this.#keys.has(key)) this.#isSpoilt = true;
    const value = this.#raw.subarray(this.#value, Math.min(this.#at, this.#value + LONGEST_ID));
    this.#keys.set(key, key === 'id' ? Buffer.from(value).toString().trim() : '');
  }
}

function idOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text);
  let id: string | undefined;
  const note =
    (isString: boolean) =>
    (path: readonly unknown[], start: number, end: number): void => {
      if (path.length === 0) id = idText(bytes, { start, end, isString });
    };
  try {
    walkJson(bytes, { string: note(true), number: note(false) });
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
  return id;
}
