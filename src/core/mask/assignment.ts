import { LIMITS } from '../limits.ts';
import { byteClass, CLASSES, complement } from './bytes.ts';
import type { Window } from './window.ts';

/**
 * How a value is tied to its name, from the surest to the loosest.
 *
 * - `pair`: `"name": "value"`, `<name>value</name>`, `key="name" value="…"`: data
 * - `env`: `NAME=value` at the start of a line
 * - `line`: `name: value` or `name = value` alone on a line
 * - `literal`: `name = "value"`, `name: "value"`
 * - `inline`: `name=value` amid other text, as in connection strings, queries and command lines
 * - `call`: `name("value")`, `("name", "value")`
 * - `near`: `SECRET value`, `secret-value`
 */
export type Tie = 'pair' | 'env' | 'line' | 'literal' | 'inline' | 'call' | 'near';

/** A value that is tied to a name. Offsets leave out quotes. */
export interface Assigned {
  readonly start: number;
  readonly end: number;
  readonly tie: Tie;
}

const SPACE = byteClass(' \t');
const BLANK = byteClass(' \t\r\n');
const QUOTE = byteClass('"\'`');
const LINE_END = byteClass('\r\n\0');
const IN_BARE = complement(byteClass(' \t\r\n"\'`<>,;)]}|&\\\0'));
const IN_ENV = complement(byteClass(' \t\r\n"\'\\\0'));
const IN_TYPE = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<>[]|?. ');
const LITERAL_PREFIX = byteClass('bBruNfL@');
const LONGEST_GAP = 40;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const COLON = 0x3a;
const GREATER = 0x3e;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The value that follows the name at `name`, or undefined. Reads forward only as far as the value goes. */
export function valueAfter(window: Window, name: Span): Assigned | undefined {
  const quote = quoteAt(window, name.end);
  let at = quote === undefined ? name.end : quote.end;
  if (window.peek(at) === 0x5d) at++;
  at = window.runEnd(at, SPACE, at + LONGEST_GAP);
  const tie = tieAt(window, at);
  if (tie === undefined) return untied(window, name, { at, isQuoted: quote !== undefined });
  // 'password=' + …: the quote closes the string that the name is in.
  const opened = window.peek(name.start - 1);
  if (quote === undefined && QUOTE[opened] === 1 && window.peek(tie.end) === opened) return undefined;
  const from = skipScheme(window, tie.end);
  const literal = literalAt(window, window.runEnd(from, BLANK, from + LONGEST_GAP));
  if (literal !== undefined) return { ...literal, tie: literalTie(tie.byte, quote !== undefined) };
  const typed = tie.byte === COLON ? literalAfterType(window, tie.end) : undefined;
  if (typed !== undefined) return { ...typed, tie: 'literal' };
  if (tie.byte === GREATER) return bare(window, from, { members: IN_BARE, tie: 'pair' });
  if (tie.byte === 0x28 || tie.byte === 0x2c) return undefined;
  return bareValue(window, name, { from, byte: tie.byte });
}

interface TieFound {
  readonly byte: number;
  readonly end: number;
}

const BEFORE_EQUALS = byteClass(':?+!~.');

// = == === => := ::= ?= != -> : , ( >
function tieAt(window: Window, at: number): TieFound | undefined {
  const byte = window.peek(at);
  const equals = window.runEnd(at, BEFORE_EQUALS, at + 3);
  if (window.peek(equals) === EQUALS) {
    const end = window.runEnd(equals, ARROW, equals + 3);
    return { byte: EQUALS, end };
  }
  if (byte === COLON) return window.peek(at + 1) === COLON ? undefined : { byte, end: at + 1 };
  if (byte === 0x2d && window.peek(at + 1) === GREATER) return { byte: EQUALS, end: at + 2 };
  return byte === GREATER || byte === 0x28 || byte === 0x2c ? { byte, end: at + 1 } : undefined;
}

const ARROW = byteClass('=>');

function literalTie(byte: number, isKeyQuoted: boolean): Tie {
  if (byte === 0x28 || byte === 0x2c) return 'call';
  return isKeyQuoted && (byte === COLON || byte === EQUALS) ? 'pair' : 'literal';
}

// token: string = "…"
function literalAfterType(window: Window, from: number): Span | undefined {
  const end = window.runEnd(from, IN_TYPE, from + LONGEST_GAP);
  if (window.peek(end) !== EQUALS || ARROW[window.peek(end + 1)] === 1) return undefined;
  return literalAt(window, window.runEnd(end + 1, SPACE, end + 1 + LONGEST_GAP));
}

// Authorization: Bearer …: the scheme is no part of the credential.
function skipScheme(window: Window, from: number): number {
  const at = window.runEnd(from, SPACE, from + LONGEST_GAP);
  const end = window.runEnd(at, CLASSES.alpha, at + 8);
  const word = latin1(window, at, end).toLowerCase();
  if (!SCHEMES.has(word) || SPACE[window.peek(end)] !== 1) return from;
  return window.runEnd(end, SPACE, end + LONGEST_GAP);
}

const SCHEMES = new Set(['bearer', 'basic', 'token', 'apikey', 'bot', 'jwt', 'digest', 'key', 'negotiate']);

interface Bare {
  readonly from: number;
  readonly byte: number;
}

function bareValue(window: Window, name: Span, { from, byte }: Bare): Assigned | undefined {
  const lineStart = startsLine(window, { at: name.start, byte });
  const isTight = byte === EQUALS && SPACE[window.peek(from)] !== 1 && SPACE[window.peek(name.end)] !== 1;
  if (lineStart && isTight) return bare(window, from, { members: IN_ENV, tie: 'env' });
  const at = window.runEnd(from, SPACE, from + LONGEST_GAP);
  const value = bare(window, at, { members: IN_ENV, tie: 'line' });
  if (lineStart && value !== undefined && endsLine(window, value.end)) return value;
  return bare(window, at, { members: IN_BARE, tie: byte === EQUALS ? 'inline' : 'near' });
}

interface Untied {
  readonly at: number;
  readonly isQuoted: boolean;
}

// <add key="Password" value="…"/>, <property name="password">…<, --password value, SECRET value.
function untied(window: Window, name: Span, { at, isQuoted }: Untied): Assigned | undefined {
  if (isQuoted) {
    if (!spelled(window, at, 'value')) return undefined;
    const tie = tieAt(window, window.runEnd(at + 5, SPACE, at + 5 + LONGEST_GAP));
    const literal = tie === undefined ? undefined : literalAt(window, tie.end);
    return literal === undefined ? undefined : { ...literal, tie: 'pair' };
  }
  if (at === name.end) return undefined;
  const isSaid = spelled(window, at, 'is') && SPACE[window.peek(at + 2)] === 1;
  const literal = literalAt(window, isSaid ? at + 3 : at);
  if (literal !== undefined) return { ...literal, tie: isSaid ? 'literal' : 'near' };
  const isOption = window.peek(name.start) === 0x2d;
  return bare(window, at, { members: IN_BARE, tie: isOption ? 'inline' : 'near' });
}

interface Quote {
  readonly byte: number;
  /** Backslashes before it: how deep this text is nested in another string. */
  readonly depth: number;
  readonly end: number;
}

function quoteAt(window: Window, at: number): Quote | undefined {
  let i = at;
  while (window.peek(i) === BACKSLASH && i - at < 8) i++;
  const byte = window.peek(i);
  return QUOTE[byte] === 1 ? { byte, depth: i - at, end: i + 1 } : undefined;
}

// What stands between quotes, up to the same quote at the same depth on the same line.
function literalAt(window: Window, at: number): Span | undefined {
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

interface BareRule {
  /** What may stand in it; a backslash may too, unless it escapes an end. */
  readonly members: Uint8Array;
  readonly tie: Tie;
}

// An escaped quote or line end of the surrounding string ends a bare value too.
function bare(window: Window, at: number, { members, tie }: BareRule): Assigned | undefined {
  const stop = at + LIMITS.candidateBytes;
  let end = window.longRunEnd(at, members, stop);
  for (let escapes = 0; end < stop && window.peek(end) === BACKSLASH && escapes < MOST_ESCAPES; escapes++) {
    if (isEscapedEnd(window, end)) break;
    end = window.longRunEnd(end + 1, members, stop);
  }
  return end === at ? undefined : { start: at, end, tie };
}

const MOST_ESCAPES = 32;
const ESCAPED_END = byteClass('nrt"\'\0\n');

function isEscapedEnd(window: Window, at: number): boolean {
  let next = at;
  while (window.peek(next) === BACKSLASH && next - at < 8) next++;
  return ESCAPED_END[window.peek(next)] === 1;
}

const INDENT = byteClass(' \t-+*#');
const LONGEST_INDENT = 80;

interface Start {
  readonly at: number;
  readonly byte: number;
}

// Only indentation, a list dash, or `export` and its like stand before it on its line.
function startsLine(window: Window, { at, byte }: Start): boolean {
  const start = window.runStart(at, INDENT, at - LONGEST_INDENT);
  if (startsHere(window, start, byte)) return true;
  const word = window.runStart(start, CLASSES.alpha, start - 8);
  if (start === at || !LEADERS.has(latin1(window, word, start).toLowerCase())) return false;
  return startsHere(window, window.runStart(word, INDENT, word - LONGEST_INDENT), byte);
}

const LEADERS = new Set(['export', 'set', 'setx', 'env', 'arg', 'declare']);

function startsHere(window: Window, at: number, tie: number): boolean {
  if (at === 0) return true;
  const byte = window.peek(at - 1);
  if (LINE_END[byte] === 1) return true;
  // The line end may be an escape, or the text may begin in a string: but 'name:value' is a name of its own.
  return (byte === 0x6e && window.peek(at - 2) === BACKSLASH) || (QUOTE[byte] === 1 && tie === EQUALS);
}

const COMMENT = 0x23;

function endsLine(window: Window, at: number): boolean {
  const end = window.runEnd(at, SPACE, at + LONGEST_GAP);
  const byte = window.peek(end);
  return LINE_END[byte] === 1 || byte === BACKSLASH || QUOTE[byte] === 1 || (byte === COMMENT && end > at);
}

function spelled(window: Window, at: number, literal: string): boolean {
  for (let i = 0; i < literal.length; i++)
    if ((window.peek(at + i) | 0x20) !== literal.charCodeAt(i)) return false;
  return true;
}

function latin1(window: Window, start: number, end: number): string {
  return Buffer.from(window.bytes.buffer, window.bytes.byteOffset + start, end - start).toString('latin1');
}
