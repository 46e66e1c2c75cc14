import { complement } from './bytes.ts';
import { isWord } from './arguments.ts';
import { literalAfterType } from './expressions.ts';
import { leaderOf, startsLine } from './line-place.ts';
import { closed } from './markup.ts';
import { type Assigned, BLANK, DASH, EQUALS, tied } from './tie.ts';
import { bareAt, IN_BARE, IN_ENV, literalAt, LONGEST_GAP, SPACE, type Span, spelled } from './values.ts';
import type { Window } from './window.ts';

const BACKTICK = 0x60;

/** The value of a name that no sign ties it to: `--password value`, `SECRET value`, `ENV NAME value`, `password "value"`. */
export function untied(window: Window, name: Span, at: number): Assigned | undefined {
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
