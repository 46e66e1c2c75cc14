import { byteClass } from './bytes.ts';
import { endsLine, startsLine } from './line-place.ts';
import { type Assigned, BLANK, COLON, DASH, EQUALS, OPEN, OPEN_BRACE, type Tie, tied } from './tie.ts';
import { bareAt, IN_BARE, IN_ENV, latin1, LONGEST_GAP, QUOTE, SPACE, type Span } from './values.ts';
import type { Window } from './window.ts';

const DOLLAR = 0x24;
const SLASH = 0x2f;
const SEMICOLON = 0x3b;
const LINE_FEED = 0x0a;

/** Where a value without quotes is looked for, and the byte that ties it to its name. */
export interface Bare {
  readonly from: number;
  readonly byte: number;
}

/** True when the quote that stands before a name stands at `at` again: the name is within a string. */
export function isOpened(window: Window, name: Span, at: number): boolean {
  const opened = window.peek(name.start - 1);
  return QUOTE[opened] === 1 && window.peek(at) === opened;
}

const ENVIRONMENT_NAME = /^[A-Z][A-Z0-9_]*$/;

/** The value without quotes that a name is given. */
export function bareValue(window: Window, name: Span, { from, byte }: Bare): Assigned | undefined {
  const lineStart = startsLine(window, name.start, byte);
  const isTight = byte === EQUALS && SPACE[window.peek(from)] !== 1 && SPACE[window.peek(name.end)] !== 1;
  const isVariable = ENVIRONMENT_NAME.test(latin1(window, name.start, name.end));
  if (lineStart && isTight && !isVariable) return assignedOnLine(window, from);
  if (lineStart && isTight) return tied(bareAt(window, from, IN_ENV), 'env');
  if (isTight && isVariable) return tied(bareAt(window, from, IN_BARE), 'env');
  const at = byte === COLON ? blockValue(window, from) : window.runEnd(from, SPACE, from + LONGEST_GAP);
  const value = bareAt(window, at, IN_ENV);
  if (value === undefined) return undefined;
  if (lineStart && endsLine(window, value.end))
    return { ...value, tie: lineTie(window, name, { value, byte }) };
  // "Name: value", a header in quotes.
  if (byte === COLON && isOpened(window, name, value.end)) return { ...value, tie: 'line' };
  if (isTight && window.peek(name.start) === DASH) return tied(bareAt(window, at, IN_BARE), 'line');
  // net use … /password:…
  if (byte === COLON && isSlashOption(window, name) && at === from) return { ...value, tie: 'line' };
  if (byte === EQUALS) return inlineValue(window, name, { at, isTight });
  return colonValue(window, name, { at, lineStart });
}

const COMMA = 0x2c;
const CLOSE_BYTE = 0x29;
const CLOSING = byteClass('):');
const OPENING = byteClass('([');

// password=… of a file of settings; with a comma behind it an argument of a call, which has a line to itself.
function assignedOnLine(window: Window, from: number): Assigned | undefined {
  const value = bareAt(window, from, IN_ENV);
  // password=settings['…']: it goes on behind the bracket.
  if (value === undefined || OPENING[window.peek(value.end - 1)] === 1) return undefined;
  if (window.peek(value.end - 1) === COMMA && value.end - 1 > value.start)
    return { start: value.start, end: value.end - 1, tie: 'inline' };
  const closing = window.runStart(value.end, CLOSING, Math.max(value.start, value.end - 2));
  if (window.peek(closing) !== CLOSE_BYTE || closing === value.start) return { ...value, tie: 'env' };
  return { start: value.start, end: closing, tie: 'inline' };
}

interface OnLine {
  readonly value: Span;
  readonly byte: number;
}

const VARIABLE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const LOWER = /^[a-z0-9]{3,}$/;

// DB_PASSWORD: … in YAML is a variable of the environment, too.
function lineTie(window: Window, name: Span, { value, byte }: OnLine): Tie {
  if (byte !== COLON || !VARIABLE.test(latin1(window, name.start, name.end))) return 'line';
  return LOWER.test(latin1(window, value.start, value.end)) ? 'env' : 'line';
}

function isSlashOption(window: Window, name: Span): boolean {
  return window.peek(name.start - 1) === SLASH && SPACE[window.peek(name.start - 2)] === 1;
}

interface Inline {
  readonly at: number;
  readonly isTight: boolean;
}

/** Names in minified code are shorter. */
const SHORTEST_OPTION = 4;
const BEFORE_OPTION = byteClass('&?;,= \t"\'');
const AFTER_OPTION = byteClass('&;, \t\r\n"\'\0');

function inlineValue(window: Window, name: Span, { at, isTight }: Inline): Assigned | undefined {
  const value = bareAt(window, at, IN_BARE);
  if (value === undefined) return undefined;
  const isOption =
    isTight &&
    value.end - value.start >= SHORTEST_OPTION &&
    BEFORE_OPTION[window.peek(name.start - 1)] === 1 &&
    AFTER_OPTION[window.peek(value.end)] === 1 &&
    !isArgument(window, name.start);
  if (isOption) return { ...value, tie: 'option' };
  // $password = word; of PHP, where a variable would have its sign.
  const isWordOfPhp = window.peek(name.start - 1) === DOLLAR && window.peek(value.end) === SEMICOLON;
  return { ...value, tie: isWordOfPhp ? 'directive' : 'inline' };
}

const LONGEST_CALL = 96;
const CLOSE = 0x29;

// connect(user=me, password=secret): what stands there is code.
function isArgument(window: Window, at: number): boolean {
  let open = 0;
  for (let i = at - 1; i > at - LONGEST_CALL && i >= 0; i--) {
    const byte = window.peek(i);
    if (byte === LINE_FEED) return false;
    if (byte === CLOSE) open--;
    if (byte === OPEN && ++open > 0) return true;
  }
  return false;
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
    return tied(bareAt(window, window.peek(at) === DASH ? at + 1 : at, IN_BARE), 'env');
  const value = bareAt(window, at, IN_BARE);
  if (value === undefined) return undefined;
  const isFlow = (before === OPEN_BRACE || SPACE[before] === 1) && FLOW_END[window.peek(value.end)] === 1;
  return { ...value, tie: lineStart || isFlow ? 'call' : 'near' };
}
