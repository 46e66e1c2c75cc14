import { defaultLiteral } from './expressions.ts';
import { endsLine } from './line-place.ts';
import { type Assigned, BLANK, COLON, EQUALS, OPEN_BRACE, tieAt, tied } from './tie.ts';
import { bareAt, IN_BARE, IN_ENV, literalAt, LONGEST_GAP, quoteAt, SPACE, spelled } from './values.ts';
import type { Window } from './window.ts';

const LESS = 0x3c;

/** The value of `<password>…</password>`, from past the tag on. */
export function content(window: Window, from: number): Assigned | undefined {
  const value = bareAt(window, from, IN_BARE);
  return value !== undefined && window.peek(value.end) === LESS ? { ...value, tie: 'pair' } : undefined;
}

/** The value of `<add key="Password" value="…"/>` and `variable "password" { default = "…" }`, from past the name on. */
export function beside(window: Window, from: number): Assigned | undefined {
  const at = window.runEnd(from, BLANK, from + LONGEST_GAP);
  if (window.peek(at) === OPEN_BRACE) return tied(defaultLiteral(window, at), 'literal');
  return valueBeside(window, at);
}

// … value="…", and in YAML value: … on the next line.
function valueBeside(window: Window, at: number): Assigned | undefined {
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

/** The value of `<key>Password</key> <string>…</string>` in property lists, and of `name: NAME` with `value: …` below it. */
export function closed(window: Window, at: number): Assigned | undefined {
  if (window.peek(at) !== LESS) return valueBeside(window, window.runEnd(at, BLANK, at + LONGEST_GAP));
  if (!spelled(window, at, '</key>')) return undefined;
  const next = window.runEnd(at + 6, BLANK, at + 6 + LONGEST_GAP);
  return spelled(window, next, '<string>') ? content(window, next + 8) : undefined;
}
