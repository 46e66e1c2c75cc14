import { literalOf } from './arguments.ts';
import { byteClass } from './bytes.ts';
import { type Bare, bareValue, isOpened } from './bare-value.ts';
import { defaultLiteral, fallbackLiteral, literalAfterType, wrappedLiteral } from './expressions.ts';
import { beside, content } from './markup.ts';
import {
  type Assigned,
  BLANK,
  COLON,
  COMMA,
  DASH,
  GREATER,
  type Name,
  OPEN,
  OPEN_BRACE,
  pastBracket,
  pastIndex,
  tieAt,
  tied,
} from './tie.ts';
import { untied } from './untied.ts';
import { literalAt, LONGEST_GAP, quoteAt, skipScheme, SPACE, type Span } from './values.ts';
import type { Window } from './window.ts';

const QUESTION = 0x3f;
const BACKTICK = 0x60;

/** The value that follows the name at `name`, or undefined. Reads forward only as far as the value goes. */
export function valueAfter(window: Window, { start, end }: Span): Assigned | undefined {
  const quote = quoteAt(window, end);
  const isQuoted = quote !== undefined;
  if (isQuoted && (quote.byte === BACKTICK || isChoice(window, start - 1))) return undefined;
  const name: Name = { start, end, isQuoted };
  const past = pastMarks(window, pastIndex(window, quote?.end ?? end));
  const at = window.runEnd(past, SPACE, past + LONGEST_GAP);
  const tie = tieAt(window, at);
  if (tie === undefined) return isQuoted ? beside(window, at) : untied(window, name, at);
  // 'password=' + …: the quote closes the string that the name is in.
  if (!isQuoted && isOpened(window, name, tie.end)) return undefined;
  const from = skipScheme(window, tie.byte === COLON ? pastMarks(window, tie.end) : tie.end);
  const literal = literalAt(window, pastBracket(window, from));
  if (literal !== undefined) return literalOf(window, name, { literal, byte: tie.byte });
  if (tie.byte === GREATER) return isCode(window, end, from) ? undefined : content(window, from);
  // '--password', default='…'
  if (tie.byte === COMMA && isQuoted && window.peek(start) === DASH)
    return tied(defaultLiteral(window, from), 'env');
  if (tie.byte === OPEN || tie.byte === COMMA) return undefined;
  if (
    tie.byte === COLON &&
    isQuoted &&
    window.peek(window.runEnd(from, BLANK, from + LONGEST_GAP)) === OPEN_BRACE
  )
    return tied(defaultLiteral(window, from + 1), 'env');
  const expressed = expression(window, { from: tie.end, byte: tie.byte });
  return expressed === undefined
    ? bareValue(window, name, { from, byte: tie.byte })
    : { ...expressed, tie: 'literal' };
}

// do_visit<cookie>(…), $token->name
function isCode(window: Window, nameEnd: number, from: number): boolean {
  return window.peek(from) === OPEN || window.peek(nameEnd - 1) === DASH;
}

const MARK = byteClass('*');

// **Password:** and **Password**: of markdown.
function pastMarks(window: Window, at: number): number {
  const end = window.runEnd(at, MARK, at + 2);
  return end === at + 2 ? end : at;
}

// isShown ? 'password' : 'text'
function isChoice(window: Window, quote: number): boolean {
  const at = window.runStart(quote, BLANK, quote - LONGEST_GAP);
  return window.peek(at - 1) === QUESTION;
}

function expression(window: Window, { from, byte }: Bare): Span | undefined {
  if (SPACE[window.peek(from)] !== 1) return undefined;
  const typed = byte === COLON ? literalAfterType(window, from) : undefined;
  const at = window.runEnd(from, SPACE, from + LONGEST_GAP);
  return typed ?? wrappedLiteral(window, at) ?? fallbackLiteral(window, at);
}
