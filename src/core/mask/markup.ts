import { LIMITS } from '../limits.ts';
import { byteClass, complement } from './bytes.ts';
import { defaultLiteral, orLiteral } from './expressions.ts';
import { endsLine } from './line-place.ts';
import { type Assigned, BLANK, COLON, EQUALS, GREATER, OPEN_BRACE, tieAt, tied } from './tie.ts';
import {
  bareAt,
  IN_BARE,
  IN_ENV,
  latin1,
  literalAt,
  LONGEST_GAP,
  quoteAt,
  SPACE,
  spelled,
} from './values.ts';
import type { Window } from './window.ts';

const LESS = 0x3c;
const SLASH = 0x2f;
const CLOSE_BRACKET = 0x5d;

const IN_CONTENT = complement(byteClass('<>\r\n\0'));
const DATA = 'cdata';

/** The value of `<password>…</password>`, from past the tag on; `<value>` and CDATA may stand around it. */
export function content(window: Window, from: number): Assigned | undefined {
  const start = pastOpening(window, from);
  const value = bareAt(window, start, IN_BARE);
  if (value !== undefined && window.peek(value.end) === LESS) return { ...value, tie: 'pair' };
  if (start === from) return undefined;
  const end = window.runEnd(start, IN_CONTENT, start + LIMITS.judgedBytes);
  if (window.peek(end) !== LESS && window.peek(end) !== GREATER) return undefined;
  const past = window.peek(end - 1) === CLOSE_BRACKET && window.peek(end) === GREATER ? end - 2 : end;
  return past > start ? { start, end: past, tie: 'pair' } : undefined;
}

const OPENINGS = ['<value>', '<string>'];
/** The bytes of `<![` before, and of `[` after the word. */
const DATA_SIGNS = 3;

// <password><![CDATA[…, <Password><Value>…
function pastOpening(window: Window, from: number): number {
  let at = from;
  for (const opening of OPENINGS) {
    const next = window.runEnd(at, BLANK, at + LONGEST_GAP);
    if (spelled(window, next, opening)) at = next + opening.length;
  }
  const isData = window.peek(at) === LESS && spelled(window, at + DATA_SIGNS, DATA);
  return isData ? at + DATA_SIGNS + DATA.length + 1 : at;
}

const IN_TAG = complement(byteClass('<>\r\n\0'));
const LONGEST_TAG = 160;

/** The value of `<password type="…">…` and `<data name="Password" …>…`, from past the name on. */
export function contentOfTag(window: Window, from: number): Assigned | undefined {
  const end = window.runEnd(from, IN_TAG, from + LONGEST_TAG);
  if (window.peek(end) !== GREATER || window.peek(end - 1) === SLASH) return undefined;
  return content(window, end + 1);
}

/** The value of `<add key="Password" value="…"/>` and `variable "password" { default = "…" }`, from past the name on. */
export function beside(window: Window, from: number): Assigned | undefined {
  const at = window.runEnd(from, BLANK, from + LONGEST_GAP);
  if (window.peek(at) === OPEN_BRACE) return tied(defaultLiteral(window, at), 'env');
  return (
    tied(orLiteral(window, at), 'literal') ??
    valueBeside(window, pastAttributes(window, at)) ??
    inTag(window, from)
  );
}

// <data name="Password" xml:space="preserve"><value>…
function inTag(window: Window, from: number): Assigned | undefined {
  return SPACE[window.peek(from - 1)] === 1 || window.peek(from) === GREATER
    ? contentOfTag(window, from)
    : undefined;
}

const IN_ATTRIBUTE = complement(byteClass(' \t\r\n<>"\'=\0'));
const LONGEST_ATTRIBUTE = 40;
const MOST_ATTRIBUTES = 3;

// <input type="password" name="pw" value="…">: past what stands between.
function pastAttributes(window: Window, from: number): number {
  let at = from;
  for (
    let i = 0;
    i < MOST_ATTRIBUTES && !spelled(window, at, 'value') && !spelled(window, at, 'content');
    i++
  ) {
    const name = window.runEnd(at, IN_ATTRIBUTE, at + LONGEST_ATTRIBUTE);
    if (name === at || window.peek(name) !== EQUALS) return from;
    const literal = literalAt(window, name + 1);
    if (literal === undefined) return from;
    at = window.runEnd(literal.end + 1, BLANK, literal.end + 1 + LONGEST_GAP);
  }
  return at;
}

const IS_CONTENT = 'content=';

// … value="…", and in YAML value: … on the next line; <meta name="api-key" content="…">.
function valueBeside(window: Window, at: number): Assigned | undefined {
  if (spelled(window, at, IS_CONTENT)) return tied(literalAt(window, at + IS_CONTENT.length), 'pair');
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

/** The value of `<key>Password</key> <string>…</string>` in property lists and `<param-name>`, and of `name: NAME` with `value: …` below it. */
export function closed(window: Window, at: number): Assigned | undefined {
  if (window.peek(at) !== LESS) return valueBeside(window, window.runEnd(at, BLANK, at + LONGEST_GAP));
  const end = window.runEnd(at, IN_TAG_NAME, at + LONGEST_ATTRIBUTE);
  if (!CLOSING.test(latin1(window, at, end)) || window.peek(end) !== GREATER) return undefined;
  const next = window.runEnd(end + 1, BLANK, end + 1 + LONGEST_GAP);
  const tag = window.runEnd(next, IN_TAG_NAME, next + LONGEST_ATTRIBUTE);
  if (!OPENING.test(latin1(window, next, tag)) || window.peek(tag) !== GREATER) return undefined;
  return content(window, tag + 1);
}

const IN_TAG_NAME = complement(byteClass(' \t\r\n>\0'));
const CLOSING = /^<\/(?:key|name|param-name)$/i;
const OPENING = /^<(?:string|value|param-value)$/i;
