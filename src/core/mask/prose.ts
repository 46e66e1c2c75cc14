import { byteClass, CLASSES, complement } from './bytes.ts';
import { SHORTEST_LOOSE } from './claim.ts';
import { isTypeOf } from './expressions.ts';
import { INDENT } from './line-place.ts';
import type { Span } from './values.ts';
import type { Window } from './window.ts';

const BLANK = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;
const LESS = 0x3c;
const LETTER_I = 0x69;
const LETTER_V = 0x76;
const FOLD = 0x20;
const LONGEST_INDENT = 80;

/**
 * True where a name in a sentence, that of no password, has nothing behind it but words: what `valueAfter` would tie to it is too
 * short for a value that merely stands near. Said of most names in text, at a glance.
 */
export function isInProse(window: Window, { start, end }: Span): boolean {
  const first = end + 1;
  if (window.peek(end) !== BLANK) return false;
  const past = window.runEnd(first, CLASSES.alpha, first + SHORTEST_LOOSE);
  const length = past - first;
  if (length === 0 || length + 1 >= SHORTEST_LOOSE) return false;
  // The key is …
  if (length === 2 && (window.peek(first) | FOLD) === LETTER_I) return false;
  if (!goesOn(window, past)) return false;
  return !opensTag(window, start) && !isTypeOf(window, first);
}

const ENDS_VALUE = byteClass(',;)]}|&<>');
/** A line that ends, or a comment behind it, make a word the value of a setting. */
const IN_LINE = complement(byteClass(' \t\r\n"\'`\\#\0'));
const DOT = 0x2e;

// The word has an end, and the line has none there.
function goesOn(window: Window, past: number): boolean {
  const next = window.peek(past);
  if (ENDS_VALUE[next] === 1) return true;
  const blank = next === DOT ? past + 1 : past;
  return window.peek(blank) === BLANK && IN_LINE[window.peek(blank + 1)] === 1;
}

// <key type …, --key value …, ENV KEY value …
function opensTag(window: Window, start: number): boolean {
  const before = window.peek(start - 1);
  if (before === LESS || before === COLON || window.peek(start) === DASH) return true;
  const leader = window.runStart(start, INDENT, start - LONGEST_INDENT);
  return leader < start && (window.peek(leader - 1) | FOLD) === LETTER_V;
}
