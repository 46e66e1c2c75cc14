import { byteClass, complement } from './bytes.ts';
import {
  defaultLiteral,
  fallbackLiteral,
  literalAfterType,
  nextLiteral,
  wrappedLiteral,
} from './expressions.ts';
import { endsLine, leaderOf, startsLine } from './line-place.ts';
import {
  bareAt,
  IN_BARE,
  IN_ENV,
  latin1,
  literalAt,
  LONGEST_GAP,
  QUOTE,
  quoteAt,
  skipScheme,
  SPACE,
  type Span,
  spelled,
} from './values.ts';
import type { Window } from './window.ts';

/**
 * How a value is tied to its name, from the surest to the loosest.
 *
 * - `pair`: `"name": "value"`, `<name>value</name>`, `key="name" value="…"`: data
 * - `env`: `NAME=value` at the start of a line
 * - `line`: `name: value` or `name = value` alone on a line
 * - `literal`: `name = "value"`, `name: "value"`
 * - `inline`: `name=value` amid other text, as in connection strings, queries and command lines
 * - `setter`: `setName("value")`, `.name("value")`
 * - `call`: `name("value")`, `("name", "value")`, `name is value`
 * - `near`: `SECRET value`, `secret-value`
 */
export type Tie = 'pair' | 'env' | 'line' | 'literal' | 'inline' | 'setter' | 'call' | 'near';

/** A value that is tied to a name. Offsets leave out quotes. */
export interface Assigned extends Span {
  readonly tie: Tie;
  /** It is a password whatever the name says: the one beside a user. */
  readonly isPassword?: true;
}

const BLANK = byteClass(' \t\r\n');
const DIGITS = byteClass('0123456789');
const IN_INDEX = byteClass('0123456789[]');
const LONGEST_INDEX = 8;
const EQUALS = 0x3d;
const COLON = 0x3a;
const LESS = 0x3c;
const GREATER = 0x3e;
const OPEN = 0x28;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const COMMA = 0x2c;
const DOT = 0x2e;
const DASH = 0x2d;
const DOLLAR = 0x24;
const QUESTION = 0x3f;
const BACKTICK = 0x60;

interface Name extends Span {
  readonly isQuoted: boolean;
}

/** False when no value can follow a name that ends at `at`, by its next byte alone: so ends nearly every name in code. */
export function mayTie(window: Window, at: number): boolean {
  return AFTER_NAME[window.peek(at)] === 1 || at >= window.end;
}

/** Quotes, an index, blanks and ties; where a long name was cut, what may stand in one. */
const AFTER_NAME = byteClass('"\'`\\[] \t\r\n:?+!~.=-><(,0123456789vV');

/** The value that follows the name at `name`, or undefined. Reads forward only as far as the value goes. */
export function valueAfter(window: Window, { start, end }: Span): Assigned | undefined {
  const quote = quoteAt(window, end);
  const isQuoted = quote !== undefined;
  if (isQuoted && (quote.byte === BACKTICK || isChoice(window, start - 1))) return undefined;
  const name: Name = { start, end, isQuoted };
  const past = pastIndex(window, quote?.end ?? end);
  const at = window.runEnd(past, SPACE, past + LONGEST_GAP);
  const tie = tieAt(window, at);
  if (tie === undefined) return isQuoted ? beside(window, at) : untied(window, name, at);
  // 'password=' + …: the quote closes the string that the name is in.
  if (!isQuoted && isOpened(window, name, tie.end)) return undefined;
  const from = skipScheme(window, tie.end);
  const literal = literalAt(window, pastBracket(window, from));
  if (literal !== undefined) return assigned(window, name, { literal, byte: tie.byte });
  if (tie.byte === GREATER) return content(window, from);
  if (tie.byte === OPEN || tie.byte === COMMA) return undefined;
  const expressed = expression(window, { from: tie.end, byte: tie.byte });
  return expressed === undefined
    ? bareValue(window, name, { from, byte: tie.byte })
    : { ...expressed, tie: 'literal' };
}

// isShown ? 'password' : 'text'
function isChoice(window: Window, quote: number): boolean {
  const at = window.runStart(quote, BLANK, quote - LONGEST_GAP);
  return window.peek(at - 1) === QUESTION;
}

function isOpened(window: Window, name: Span, at: number): boolean {
  const opened = window.peek(name.start - 1);
  return QUOTE[opened] === 1 && window.peek(at) === opened;
}

// char password[16] = "…", config["password"] = "…"
function pastIndex(window: Window, at: number): number {
  const first = window.peek(at);
  return first === OPEN_BRACKET || first === 0x5d ? window.runEnd(at, IN_INDEX, at + LONGEST_INDEX) : at;
}

// "passwords": ["…", auth=("…"
function pastBracket(window: Window, from: number): number {
  const at = window.runEnd(from, BLANK, from + LONGEST_GAP);
  return window.peek(at) === OPEN_BRACKET || window.peek(at) === OPEN
    ? window.runEnd(at + 1, BLANK, at + 1 + LONGEST_GAP)
    : at;
}

interface TieFound {
  readonly byte: number;
  readonly end: number;
}

const BEFORE_EQUALS = byteClass(':?+!~.');
const ARROW = byteClass('=>');

// = == === => := ::= ?= != -> <- : , ( >, and the number in `Unseal Key 1:`
function tieAt(window: Window, at: number): TieFound | undefined {
  const byte = window.peek(at);
  const equals = window.runEnd(at, BEFORE_EQUALS, at + 3);
  if (window.peek(equals) === EQUALS) {
    const end = window.runEnd(equals, ARROW, equals + 3);
    return { byte: EQUALS, end };
  }
  if (byte === COLON) return window.peek(at + 1) === COLON ? undefined : { byte, end: at + 1 };
  if (byte === DASH && window.peek(at + 1) === GREATER) return { byte: EQUALS, end: at + 2 };
  if (byte === LESS && window.peek(at + 1) === DASH) return { byte: EQUALS, end: at + 2 };
  if (byte === GREATER || byte === OPEN || byte === COMMA) return { byte, end: at + 1 };
  if (DIGITS[byte] !== 1 || SPACE[window.peek(at - 1)] !== 1) return undefined;
  const number = window.runEnd(at, DIGITS, at + 2);
  return window.peek(number) === COLON ? { byte: COLON, end: number + 1 } : undefined;
}

// <password>…</password>
function content(window: Window, from: number): Assigned | undefined {
  const value = bareAt(window, from, IN_BARE);
  return value !== undefined && window.peek(value.end) === LESS ? { ...value, tie: 'pair' } : undefined;
}

interface Given {
  readonly literal: Span;
  readonly byte: number;
}

const OF_USER = /(?:credentials?|authentication|auth|login|connect)$/i;

function assigned(window: Window, name: Name, { literal, byte }: Given): Assigned | undefined {
  // auth=("me", "…"), new Credentials("me", "…")
  const isCall = byte === OPEN || window.peek(literal.start - 2) === OPEN;
  const second =
    isCall && OF_USER.test(latin1(window, name.start, name.end)) ? nextLiteral(window, literal) : undefined;
  if (second !== undefined) return { ...second, tie: 'setter', isPassword: true };
  if (byte === OPEN) return { ...literal, tie: isSetter(window, name) ? 'setter' : 'call' };
  if (byte !== COMMA) return { ...literal, tie: name.isQuoted ? 'pair' : 'literal' };
  // "name": "DB_PASSWORD", "value": "…"
  if (isWord(window, literal, 'value')) return beside(window, literal.start);
  return { ...literal, tie: isDefined(window, name) ? 'literal' : 'call' };
}

const SETTER = /(?:^|\.)(?:set|with|use|put)[A-Z_][^.]*$/;

// setPassword("…"), .password("…")
function isSetter(window: Window, name: Span): boolean {
  const isMember = window.peek(name.start - 1) === DOT || window.peek(name.start) === DOT;
  return isMember || SETTER.test(latin1(window, name.start, name.end));
}

const DEFINE = /(?:define|setproperty|setenv|putenv)\( ?["']$/i;
const DEFINE_BYTES = 16;

// define('DB_PASSWORD', '…'), setProperty("db.password", "…")
function isDefined(window: Window, name: Span): boolean {
  return DEFINE.test(latin1(window, Math.max(0, name.start - DEFINE_BYTES), name.start));
}

function isWord(window: Window, at: Span, word: string): boolean {
  return at.end - at.start === word.length && spelled(window, at.start, word);
}

interface Bare {
  readonly from: number;
  readonly byte: number;
}

function expression(window: Window, { from, byte }: Bare): Span | undefined {
  if (SPACE[window.peek(from)] !== 1) return undefined;
  const typed = byte === COLON ? literalAfterType(window, from) : undefined;
  const at = window.runEnd(from, SPACE, from + LONGEST_GAP);
  return typed ?? wrappedLiteral(window, at) ?? fallbackLiteral(window, at);
}

const ENVIRONMENT_NAME = /^[A-Z][A-Z0-9_]*$/;

function bareValue(window: Window, name: Span, { from, byte }: Bare): Assigned | undefined {
  const lineStart = startsLine(window, name.start, byte);
  const isTight = byte === EQUALS && SPACE[window.peek(from)] !== 1 && SPACE[window.peek(name.end)] !== 1;
  if (lineStart && isTight) return tied(bareAt(window, from, IN_ENV), 'env');
  if (isTight && ENVIRONMENT_NAME.test(latin1(window, name.start, name.end)))
    return tied(bareAt(window, from, IN_BARE), 'env');
  const at = byte === COLON ? blockValue(window, from) : window.runEnd(from, SPACE, from + LONGEST_GAP);
  const value = bareAt(window, at, IN_ENV);
  if (value === undefined) return undefined;
  if (lineStart && endsLine(window, value.end)) return { ...value, tie: 'line' };
  // "Name: value", a header in quotes.
  if (byte === COLON && isOpened(window, name, value.end)) return { ...value, tie: 'line' };
  if (isTight && window.peek(name.start) === DASH) return tied(bareAt(window, at, IN_BARE), 'line');
  if (byte === EQUALS) return tied(bareAt(window, at, IN_BARE), 'inline');
  return colonValue(window, name, { at, lineStart });
}

const BLOCK = byteClass('|>+-');

// password: |-
//   …
function blockValue(window: Window, from: number): number {
  const at = window.runEnd(from, SPACE, from + LONGEST_GAP);
  const end = window.runEnd(at, BLOCK, at + 3);
  if (end === at || window.peek(at) === DASH) return at;
  const line = window.runEnd(end, BLANK, end + LONGEST_GAP);
  return line > end && SPACE[window.peek(line - 1)] === 1 ? line : at;
}

interface AfterColon {
  readonly at: number;
  readonly lineStart: boolean;
}

const FLOW_END = byteClass(',}');

function colonValue(window: Window, name: Span, { at, lineStart }: AfterColon): Assigned | undefined {
  const before = window.peek(name.start - 1);
  // ${DB_PASSWORD:-…}, ${db.password:…}
  if (before === OPEN_BRACE && window.peek(name.start - 2) === DOLLAR)
    return tied(bareAt(window, window.peek(at) === DASH ? at + 1 : at, IN_BARE), 'inline');
  const value = bareAt(window, at, IN_BARE);
  if (value === undefined) return undefined;
  const isFlow = (before === OPEN_BRACE || SPACE[before] === 1) && FLOW_END[window.peek(value.end)] === 1;
  return { ...value, tie: lineStart || isFlow ? 'call' : 'near' };
}

// <add key="Password" value="…"/>, variable "password" { default = "…" }
function beside(window: Window, from: number): Assigned | undefined {
  const at = window.runEnd(from, BLANK, from + LONGEST_GAP);
  if (window.peek(at) === OPEN_BRACE) return tied(defaultLiteral(window, at), 'literal');
  return valueBeside(window, at);
}

// … value="…", and in YAML value: … on the next line.
function valueBeside(window: Window, at: number): Assigned | undefined {
  if (!spelled(window, at, 'value')) return undefined;
  const end = quoteAt(window, at + 5)?.end ?? at + 5;
  const tie = tieAt(window, window.runEnd(end, SPACE, end + LONGEST_GAP));
  if (tie === undefined || (tie.byte !== EQUALS && tie.byte !== COLON)) return undefined;
  const from = window.runEnd(tie.end, SPACE, tie.end + LONGEST_GAP);
  const literal = literalAt(window, from);
  if (literal !== undefined) return { ...literal, tie: 'pair' };
  const bare = bareAt(window, from, IN_ENV);
  return bare !== undefined && endsLine(window, bare.end) ? { ...bare, tie: 'line' } : undefined;
}

// --password value, SECRET value, ENV NAME value, password "value", - name: NAME and value: … on the next line.
function untied(window: Window, name: Span, at: number): Assigned | undefined {
  if (at === name.end) return closed(window, at);
  const isSaid = spelled(window, at, 'is') && SPACE[window.peek(at + 2)] === 1;
  const from = isSaid ? at + 3 : at;
  const literal = window.peek(from) === BACKTICK ? undefined : literalAt(window, from);
  const isOption = window.peek(name.start) === DASH;
  if (literal !== undefined) {
    const isWhole = isSaid || isOption || startsLine(window, name.start, EQUALS);
    return { ...literal, tie: isWhole ? 'literal' : 'call' };
  }
  if (isSaid) return tied(bareAt(window, from, IN_BARE), 'call');
  if (isEnvironment(window, name.start) || isLogin(window, name))
    return tied(bareAt(window, at, IN_ENV), 'env');
  const typed = literalAfterType(window, at);
  if (typed !== undefined) return { ...typed, tie: 'literal' };
  return tied(bareAt(window, at, IN_BARE), isOption ? 'inline' : 'near');
}

// <key>Password</key> <string>…</string> of property lists.
function closed(window: Window, at: number): Assigned | undefined {
  if (window.peek(at) !== LESS) return valueBeside(window, window.runEnd(at, BLANK, at + LONGEST_GAP));
  if (!spelled(window, at, '</key>')) return undefined;
  const next = window.runEnd(at + 6, BLANK, at + 6 + LONGEST_GAP);
  return spelled(window, next, '<string>') ? content(window, next + 8) : undefined;
}

// ENV NAME value of a Dockerfile, set -x of fish, setenv of csh.
function isEnvironment(window: Window, at: number): boolean {
  const leader = leaderOf(window, at);
  return leader === 'env' || leader === 'setenv';
}

const IN_USER = complement(BLANK);
const LONGEST_USER = 64;

// machine example.org login me password …: ~/.netrc, as inetutils and curl read it.
function isLogin(window: Window, name: Span): boolean {
  if (!isWord(window, name, 'password')) return false;
  const user = window.runStart(name.start, BLANK, name.start - LONGEST_GAP);
  const gap = window.runStart(user, IN_USER, user - LONGEST_USER);
  const login = window.runStart(gap, BLANK, gap - LONGEST_GAP);
  return login < gap && user < name.start && spelled(window, login - 5, 'login');
}

function tied(span: Span | undefined, tie: Tie): Assigned | undefined {
  return span === undefined ? undefined : { ...span, tie };
}
