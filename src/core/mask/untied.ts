import { byteClass } from './bytes.ts';
import { isWord } from './arguments.ts';
import { literalAfterType } from './expressions.ts';
import { endsLine, leaderOf, startsLine } from './line-place.ts';
import { closed, contentOfTag } from './markup.ts';
import { type Assigned, DASH, EQUALS, type Tie, tied } from './tie.ts';
import {
  bareAt,
  IN_BARE,
  IN_ENV,
  latin1,
  literalAt,
  LONGEST_GAP,
  SPACE,
  type Span,
  spelled,
} from './values.ts';
import type { Window } from './window.ts';

const BACKTICK = 0x60;

/** The value of a name that no sign ties it to: `--password value`, `SECRET value`, `ENV NAME value`, `password "value"`. */
export function untied(window: Window, name: Span, at: number): Assigned | undefined {
  if (at === name.end) return closed(window, at);
  if (isTag(window, name.start)) return contentOfTag(window, at);
  const isSaid = spelled(window, at, 'is') && SPACE[window.peek(at + 2)] === 1;
  const from = isSaid ? at + 3 : at;
  const literal = window.peek(from) === BACKTICK ? undefined : literalAt(window, from);
  const isOption = window.peek(name.start) === DASH;
  if (literal !== undefined) {
    const isWhole =
      isSaid || isOption || startsLine(window, name.start, EQUALS) || isOpened(window, name.start);
    return { ...literal, tie: isWhole ? 'literal' : 'call' };
  }
  if (isSaid) return tied(bareAt(window, from, IN_BARE), 'call');
  if (isEnvironment(window, name.start) || isLogin(window, name))
    return tied(bareAt(window, at, IN_ENV), 'env');
  const typed = literalAfterType(window, at);
  if (typed !== undefined) return { ...typed, tie: 'literal' };
  const value = bareAt(window, pastType(window, at), IN_BARE);
  return value === undefined
    ? undefined
    : { ...value, tie: isOption ? optionTie(window, value) : tieOf(window, name, value) };
}

/** { password "…" }, {:password "…"}, : PSK "…", WITH PASSWORD '…' */
const OPENED = /[{;:,]\s{0,3}$|\s:$|(?:with|encrypted|(?:user|role|login)\s\S{1,64})\s{1,3}$/i;
const OPENED_BYTES = 80;

function isOpened(window: Window, at: number): boolean {
  return OPENED.test(latin1(window, Math.max(0, at - OPENED_BYTES), at));
}

const LESS = 0x3c;
const COLON_BYTE = 0x3a;
const NAMESPACE = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-');

// <password type="…">, <wsse:Password Type="…">
function isTag(window: Window, at: number): boolean {
  const before = window.peek(at - 1);
  if (before !== COLON_BYTE) return before === LESS;
  return window.peek(window.runStart(at - 1, NAMESPACE, at - 24) - 1) === LESS;
}

const DIGIT = byteClass('0123456789');

// enable password 7 …: how Cisco's devices say in what form it is.
function pastType(window: Window, at: number): number {
  return DIGIT[window.peek(at)] === 1 && SPACE[window.peek(at + 1)] === 1 ? at + 2 : at;
}

const OPTION_END = byteClass('\r\n\0"\'|&-');

// --password value, and then another option or nothing.
function optionTie(window: Window, { end }: Span): Tie {
  return OPTION_END[window.peek(window.runEnd(end, SPACE, end + LONGEST_GAP))] === 1 ? 'option' : 'directive';
}

/** What names are given after, at the start of a line: Cisco's devices, FreeBSD's and Debian's installers. */
const LINE_LEADERS =
  /(?:^|[\n\0])[ \t]*(?:(?:enable|username \S{1,64}|line \S{1,16}|user \S{1,64}|set)(?: privilege \d{1,2})? )?$/;
const LINE_BYTES = 100;

// requirepass …, password …: a file of settings without signs between.
function tieOf(window: Window, name: Span, value: Span): Tie {
  if (!endsLine(window, value.end)) return 'near';
  const from = Math.max(0, name.start - LINE_BYTES);
  return LINE_LEADERS.test(latin1(window, from, name.start)) ? directiveTie(window, name) : 'near';
}

/** These are no words of a language: whatever follows is the password. */
const DIRECTIVES = /^(?:requirepass|masterauth|rootpw|rcon_password|sv_password)$/i;

function directiveTie(window: Window, name: Span): Tie {
  return DIRECTIVES.test(latin1(window, name.start, name.end)) ? 'line' : 'directive';
}

// ENV NAME value of a Dockerfile, set -x of fish, setenv of csh.
function isEnvironment(window: Window, at: number): boolean {
  const leader = leaderOf(window, at);
  return leader === 'env' || leader === 'setenv';
}

const NETRC =
  /(?:machine\s+\S+|default)\s(?:.*\s)?login\s+\S+\s+(?:\w+\s+\S+\s+)?$|^login\s+\S+\s+$|\slogin\s+\S+\s+$/s;
const NETRC_BYTES = 144;

// machine example.org login me password …: ~/.netrc, as inetutils and curl read it, and Emacs' ~/.authinfo.
function isLogin(window: Window, name: Span): boolean {
  if (!isWord(window, name, 'password')) return false;
  return NETRC.test(latin1(window, Math.max(0, name.start - NETRC_BYTES), name.start));
}
