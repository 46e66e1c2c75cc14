import { byteClass, CLASSES } from './bytes.ts';
import { LINE_END, LONGEST_GAP, QUOTE, SPACE, spelled } from './values.ts';
import type { Window } from './window.ts';

/** What may stand before the first word of a line. */
export const INDENT = byteClass(' \t-+*#/');
const LONGEST_INDENT = 80;
const LONGEST_LEADER = 8;
const BACKSLASH = 0x5c;
const EQUALS = 0x3d;
const COMMENT = 0x23;
const LETTER_N = 0x6e;
const LEADERS = ['export', 'set', 'setx', 'env', 'arg', 'declare', 'local', 'readonly', 'setenv', 'define'];

/** True when only indentation, a list dash, or `export` and its like stand before `at` on its line. */
export function startsLine(window: Window, at: number, tie: number): boolean {
  const start = window.runStart(at, INDENT, at - LONGEST_INDENT);
  if (startsHere(window, start, tie)) return true;
  return start !== at && leaderBefore(window, start, tie) !== undefined;
}

/** The word before a name at `at`, when it is one that begins an assignment and the line: `ENV` in `ENV NAME value`. */
export function leaderOf(window: Window, at: number): string | undefined {
  const start = window.runStart(at, INDENT, at - LONGEST_INDENT);
  return start === at ? undefined : leaderBefore(window, start, EQUALS);
}

const BY_LENGTH = Array.from({ length: LONGEST_LEADER + 1 }, (_, length) =>
  LEADERS.filter((name) => name.length === length),
);

function leaderBefore(window: Window, end: number, tie: number): string | undefined {
  const word = window.runStart(end, CLASSES.alpha, end - LONGEST_LEADER);
  const leader = BY_LENGTH[end - word]?.find((name) => spelled(window, word, name));
  if (leader === undefined) return undefined;
  return startsHere(window, window.runStart(word, INDENT, word - LONGEST_INDENT), tie) ? leader : undefined;
}

function startsHere(window: Window, at: number, tie: number): boolean {
  if (at === 0) return true;
  const byte = window.peek(at - 1);
  if (LINE_END[byte] === 1) return true;
  // The line end may be an escape, or the text may begin in a string: but 'name:value' is a name of its own.
  return (byte === LETTER_N && window.peek(at - 2) === BACKSLASH) || (QUOTE[byte] === 1 && tie === EQUALS);
}

/** True when nothing but a comment follows on the line. */
export function endsLine(window: Window, at: number): boolean {
  const end = window.runEnd(at, SPACE, at + LONGEST_GAP);
  const byte = window.peek(end);
  return LINE_END[byte] === 1 || byte === BACKSLASH || QUOTE[byte] === 1 || (byte === COMMENT && end > at);
}
