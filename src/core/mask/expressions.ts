import { byteClass, complement } from './bytes.ts';
import { latin1, literalAt, LONGEST_GAP, quoteAt, SPACE, type Span, spelled } from './values.ts';
import type { Window } from './window.ts';

const BLANK = byteClass(' \t\r\n');
const IN_TYPE = byteClass("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<>[]|?.&*':;{} ");
const IN_EXPRESSION = byteClass(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$()[]?! "\'',
);
const IN_PATH = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:.<>& ');
const ARROW = byteClass('=>');
const LONGEST_EXPRESSION = 80;
const EQUALS = 0x3d;
const OPEN = 0x28;
const COMMA = 0x2c;
const COLON = 0x3a;
const BAR = 0x7c;
const QUESTION = 0x3f;

/** The literal of `token: string = "…"`, `password As String = "…"`, `Password { get; set; } = "…"`: a type comes first. */
export function literalAfterType(window: Window, from: number): Span | undefined {
  const end = typeEnd(window, from);
  return end === -1 ? undefined : literalAt(window, window.runEnd(end + 1, SPACE, end + 1 + LONGEST_GAP));
}

/** True when what stands at `from` is the type of what it is followed by: `string = …`. */
export function isTypeOf(window: Window, from: number): boolean {
  return typeEnd(window, from) !== -1;
}

function typeEnd(window: Window, from: number): number {
  const end = window.runEnd(from, IN_TYPE, from + LONGEST_GAP);
  return window.peek(end) !== EQUALS || ARROW[window.peek(end + 1)] === 1 ? -1 : end;
}

/** The literal of `= process.env.X || "…"` and `?? "…"`: what holds where the environment says nothing. */
export function fallbackLiteral(window: Window, from: number): Span | undefined {
  const end = window.runEnd(from, IN_EXPRESSION, from + LONGEST_EXPRESSION);
  const isOr = window.peek(end) === BAR && window.peek(end + 1) === BAR;
  const sign = isOr ? end + 2 : nullish(window, from, end);
  if (sign === -1) return undefined;
  return literalAt(window, window.runEnd(sign, BLANK, sign + LONGEST_GAP));
}

const CLOSE_CALL = 0x29;
const OR_START = byteClass('|?o');
const OR = /^(?:\|\||\?\?|\?:)/;
const OR_OF_PYTHON = /^or\s/;

/** The literal of `ENV['X'] || "…"`, `getenv('X') ?: "…"`, from past the name and its quote or bracket on. */
export function orLiteral(window: Window, from: number): Span | undefined {
  const past = window.peek(from) === CLOSE_CALL ? from + 1 : from;
  const at = window.runEnd(past, SPACE, past + LONGEST_GAP);
  if (OR_START[window.peek(at)] !== 1) return undefined;
  const sign = latin1(window, at, window.ahead(at + 3));
  if (!OR.test(sign) && (past === from || !OR_OF_PYTHON.test(sign))) return undefined;
  return literalAt(window, window.runEnd(at + 2, BLANK, at + 2 + LONGEST_GAP));
}

// Past the last `??` in it, or -1.
function nullish(window: Window, from: number, end: number): number {
  for (let at = end - 1; at > from; at--)
    if (window.peek(at) === QUESTION && window.peek(at - 1) === QUESTION) return at + 1;
  return -1;
}

const WRAPPERS =
  /(?:^|[:.\s])(?:from|some|new|string|secretstring|just|bytes|secret|md5|sha1|sha2|sha256|password|quote|literal)\s?$/i;

/** The literal of `String::from("…")`, `Some("…")`, `new Secret("…")`: calls that only wrap it. */
export function wrappedLiteral(window: Window, from: number): Span | undefined {
  const end = window.runEnd(from, IN_PATH, from + LONGEST_GAP);
  if (window.peek(end) !== OPEN || end === from || !WRAPPERS.test(latin1(window, from, end)))
    return undefined;
  return literalAt(window, end + 1);
}

/** The literal after the literal at `first`: the password beside its user. */
export function nextLiteral(window: Window, first: Span): Span | undefined {
  const comma = window.runEnd(first.end + 1, SPACE, first.end + 1 + LONGEST_GAP);
  if (window.peek(comma) !== COMMA) return undefined;
  return literalAt(window, window.runEnd(comma + 1, BLANK, comma + 1 + LONGEST_GAP));
}

const LONGEST_BLOCK = 256;
const CLOSE = 0x7d;
const BEFORE_DEFAULT = complement(byteClass('dD})\0'));

/**
 * The literal of `variable "db_password" { … default = "…" }` of Terraform, of `{"Type": …, "Default": "…"}` and of
 * `'--password', default="…"`, from the brace or comma on.
 */
export function defaultLiteral(window: Window, from: number): Span | undefined {
  const limit = from + LONGEST_BLOCK;
  for (let at = from; ; at++) {
    at = window.longRunEnd(at, BEFORE_DEFAULT, limit);
    if (at >= limit) return undefined;
    const byte = window.peek(at);
    if (byte === CLOSE || byte === CLOSE_CALL || byte === 0) return undefined;
    if ((byte | 0x20) !== 0x64 || !spelled(window, at, 'default')) continue;
    const name = quoteAt(window, at + 7)?.end ?? at + 7;
    const tie = window.runEnd(name, SPACE, name + LONGEST_GAP);
    if (window.peek(tie) !== EQUALS && window.peek(tie) !== COLON) return undefined;
    return literalAt(window, window.runEnd(tie + 1, SPACE, tie + 1 + LONGEST_GAP));
  }
}
