import { byteClass } from './bytes.ts';
import { LONGEST_GAP, SPACE, type Span } from './values.ts';
import type { Window } from './window.ts';

/**
 * How a value is tied to its name, from the surest to the loosest.
 *
 * - `pair`: `"name": "value"`, `<name>value</name>`, `key="name" value="…"`: data
 * - `env`: `NAME=value` at the start of a line
 * - `line`: `name: value` or `name = value` alone on a line
 * - `literal`: `name = "value"`, `name: "value"`
 * - `option`: `name=value` among others of its kind, as in connection strings, queries and command lines
 * - `inline`: `name=value` amid other text
 * - `directive`: `name value` alone on a line
 * - `setter`: `setName("value")`, `.name("value")`
 * - `call`: `name("value")`, `("name", "value")`, `name is value`
 * - `near`: `SECRET value`, `secret-value`
 */
export type Tie =
  | 'pair'
  | 'env'
  | 'line'
  | 'literal'
  | 'option'
  | 'inline'
  | 'directive'
  | 'setter'
  | 'call'
  | 'near';

/** A value that is tied to a name. Offsets leave out quotes. */
export interface Assigned extends Span {
  readonly tie: Tie;
  /** It is a password whatever the name says: the one beside a user. */
  readonly isPassword?: true;
}

/** The name of a value, and whether quotes stand around it. */
export interface Name extends Span {
  readonly isQuoted: boolean;
}

export const BLANK = byteClass(' \t\r\n');
const DIGITS = byteClass('0123456789');
const IN_INDEX = byteClass('0123456789[]');
const LONGEST_INDEX = 8;
/** The bytes that tie a value to its name, or open what it is in. */
export const EQUALS = 0x3d;
export const COLON = 0x3a;
export const GREATER = 0x3e;
export const OPEN = 0x28;
export const OPEN_BRACE = 0x7b;
export const COMMA = 0x2c;
export const DASH = 0x2d;
const LESS = 0x3c;
const OPEN_BRACKET = 0x5b;

/** False when no value can follow a name that ends at `at`, by its next byte alone: so ends nearly every name in code. */
export function mayTie(window: Window, at: number): boolean {
  return AFTER_NAME[window.peek(at)] === 1 || at >= window.end;
}

/** Quotes, an index, blanks and ties; where a long name was cut, what may stand in one. */
const AFTER_NAME = byteClass('"\'`\\[] \t\r\n:?+!~.=-><(,*0123456789vV');

/** Past the index of `char password[16] = "…"` and the bracket of `config["password"] = "…"`. */
export function pastIndex(window: Window, at: number): number {
  const first = window.peek(at);
  return first === OPEN_BRACKET || first === 0x5d ? window.runEnd(at, IN_INDEX, at + LONGEST_INDEX) : at;
}

/** Past the bracket of `"passwords": ["…"` and `auth=("…"`. */
export function pastBracket(window: Window, from: number): number {
  const at = window.runEnd(from, BLANK, from + LONGEST_GAP);
  return window.peek(at) === OPEN_BRACKET || window.peek(at) === OPEN
    ? window.runEnd(at + 1, BLANK, at + 1 + LONGEST_GAP)
    : at;
}

/** What ties a value to its name: the byte that says how, and where it ends. */
export interface TieFound {
  readonly byte: number;
  readonly end: number;
}

const BEFORE_EQUALS = byteClass(':?+!~.');
const ARROW = byteClass('=>');

/** `=`, `==`, `===`, `=>`, `:=`, `::=`, `?=`, `!=`, `->`, `<-`, `:`, `,`, `(`, `>`, and the number in `Unseal Key 1:`. */
export function tieAt(window: Window, at: number): TieFound | undefined {
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

/** A value that was found, as one tied so. */
export function tied(span: Span | undefined, tie: Tie): Assigned | undefined {
  return span === undefined ? undefined : { ...span, tie };
}
