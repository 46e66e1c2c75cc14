import { nextLiteral } from './expressions.ts';
import { CLASSES } from './bytes.ts';
import { beside } from './markup.ts';
import { type Assigned, COMMA, EQUALS, type Name, OPEN, type Tie } from './tie.ts';
import { latin1, type Span, spelled } from './values.ts';
import type { Window } from './window.ts';

const DOT = 0x2e;

/** A literal and the byte that ties it to its name. */
export interface Given {
  readonly literal: Span;
  readonly byte: number;
}

const OF_USER = /(?:credentials?|authentication|auth|login|connect|basic_auth)$/i;
const LOGIN = /(?:credentials?|authentication|login|basic_?auth)$/i;

/** How a literal is tied to its name: as data, by an assignment, or as an argument of a call. */
export function literalOf(window: Window, name: Name, { literal, byte }: Given): Assigned | undefined {
  // auth=("me", "…"), new Credentials("me", "…")
  const isCall = byte === OPEN || window.peek(literal.start - 2) === OPEN;
  const second =
    isCall && OF_USER.test(latin1(window, name.start, name.end)) ? nextLiteral(window, literal) : undefined;
  if (second !== undefined)
    return {
      ...second,
      tie: LOGIN.test(latin1(window, name.start, name.end)) ? 'env' : 'setter',
      isPassword: true,
    };
  if (byte === OPEN) return { ...literal, tie: isSetter(window, name) ? 'setter' : 'call' };
  if (byte !== COMMA && isVariable(window, name, literal)) return { ...literal, tie: 'env' };
  if (byte !== COMMA) return { ...literal, tie: name.isQuoted ? 'pair' : 'literal' };
  // "name": "DB_PASSWORD", "value": "…"
  if (isWord(window, literal, 'value')) return beside(window, literal.start);
  return { ...literal, tie: argumentTie(window, name) };
}

const VARIABLE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

// DB_PASSWORD='…', without blanks: a variable of a shell.
function isVariable(window: Window, name: Name, literal: Span): boolean {
  const isTight = window.peek(name.end) === EQUALS && literal.start === name.end + 2;
  return (
    isTight &&
    CLASSES.upper[window.peek(name.start)] === 1 &&
    VARIABLE.test(latin1(window, name.start, name.end))
  );
}

const SETTER = /(?:^|\.)(?:set|with|use|put)[A-Z_][^.]*$/;

// setPassword("…"), .password("…")
function isSetter(window: Window, name: Span): boolean {
  const isMember = window.peek(name.start - 1) === DOT || window.peek(name.start) === DOT;
  return isMember || SETTER.test(latin1(window, name.start, name.end));
}

const DEFINE =
  /(?:define|setproperty|setenv|putenv|getenv|get_env|(?<![a-z])env|environ\.get|env\.(?:get|fetch)|setdefault)\( ?["']$/i;
const PUT = /(?:\.(?:put|set|add|append|setitem))\( ?["']$/i;
const DEFINE_BYTES = 20;

// define('DB_PASSWORD', '…'), setProperty("db.password", "…"), getenv('DB_PASSWORD', '…'); props.put("password", "…")
function argumentTie(window: Window, name: Span): Tie {
  if (!isFirst(window, name.start - 1)) return 'call';
  const before = latin1(window, Math.max(0, name.start - DEFINE_BYTES), name.start);
  if (DEFINE.test(before)) return 'literal';
  return PUT.test(before) ? 'setter' : 'call';
}

// The quote at `at` opens the first argument.
function isFirst(window: Window, at: number): boolean {
  const before = window.peek(at - 1);
  return before === OPEN || (before === 0x20 && window.peek(at - 2) === OPEN);
}

/** True when this lower-case word stands in `at`, whole. */
export function isWord(window: Window, at: Span, word: string): boolean {
  return at.end - at.start === word.length && spelled(window, at.start, word);
}
