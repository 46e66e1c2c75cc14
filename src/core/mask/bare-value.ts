import { byteClass } from './bytes.ts';
import { endsLine, startsLine } from './line-place.ts';
import { type Assigned, BLANK, COLON, DASH, EQUALS, OPEN_BRACE, tied } from './tie.ts';
import { bareAt, IN_BARE, IN_ENV, latin1, LONGEST_GAP, QUOTE, SPACE, type Span } from './values.ts';
import type { Window } from './window.ts';

const DOLLAR = 0x24;

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
