import { byteClass } from './bytes.ts';
import { latin1, literalAt, LONGEST_GAP, SPACE, type Span, spelled } from './values.ts';
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
const BAR = 0x7c;
const QUESTION = 0x3f;

/** The literal of `token: string = "…"`, `password As String = "…"`, `Password { get; set; } = "…"`: a type comes first. */
export function literalAfterType(window: Window, from: number): Span | undefined {
  const end = window.runEnd(from, IN_TYPE, from + LONGEST_GAP);
  if (window.peek(end) !== EQUALS || ARROW[window.peek(end + 1)] === 1) return undefined;
  return literalAt(window, window.runEnd(end + 1, SPACE, end + 1 + LONGEST_GAP));
}

/** The literal of `= process.env.X || "…"` and `?? "…"`: what holds where the environment says nothing. */
export function fallbackLiteral(window: Window, from: number): Span | undefined {
  const end = window.runEnd(from, IN_EXPRESSION, from + LONGEST_EXPRESSION);
  const isOr = window.peek(end) === BAR && window.peek(end + 1) === BAR;
  const sign = isOr ? end + 2 : nullish(window, from, end);
  if (sign === -1) return undefined;
  return literalAt(window, window.runEnd(sign, BLANK, sign + LONGEST_GAP));
}

// Past the last `??` in it, or -1.
function nullish(window: Window, from: number, end: number): number {
  for (let at = end - 1; at > from; at--)
    if (window.peek(at) === QUESTION && window.peek(at - 1) === QUESTION) return at + 1;
  return -1;
}

const WRAPPERS = /(?:^|[:.\s])(?:from|some|new|string|secretstring|just|bytes|secret)\s?$/i;

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

/** The literal of `variable "db_password" { … default = "…" }` of Terraform, from the brace on. */
export function defaultLiteral(window: Window, from: number): Span | undefined {
  for (let at = from; at < from + LONGEST_BLOCK; at++) {
    const byte = window.peek(at);
    if (byte === CLOSE || byte === 0) return undefined;
    if ((byte | 0x20) !== 0x64 || !spelled(window, at, 'default')) continue;
    const tie = window.runEnd(at + 7, SPACE, at + 7 + LONGEST_GAP);
    if (window.peek(tie) !== EQUALS) return undefined;
    return literalAt(window, window.runEnd(tie + 1, SPACE, tie + 1 + LONGEST_GAP));
  }
  return undefined;
}
