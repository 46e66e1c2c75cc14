import { LIMITS } from '../limits.ts';
import { byteClass, CLASSES, type ByteClass } from './bytes.ts';
import type { Window } from './window.ts';

/** How a value is tied to its name. */
export type Tie =
  /** `"name": "value"`, `name: value`, `NAME=value`, `<name>value</name>`: a format of data. */
  | 'data'
  /** `name = "value"`, `name("value")`, `("name", "value")`. */
  | 'code'
  /** Merely next to it: `SECRET value`, `name-value`. */
  | 'near';

/** A value that is tied to a name. Offsets leave out quotes. */
export interface Assigned {
  readonly start: number;
  readonly end: number;
  readonly tie: Tie;
  readonly quoted: boolean;
}

const SPACE = byteClass(' \t');
const BLANK = byteClass(' \t\r\n');
const QUOTE = byteClass('"\'`');
const BARE_END = byteClass(' \t\r\n"\'`<>,;)]}|\0');
const LINE_END = byteClass('\r\n\0');
const LONGEST_GAP = 40;
const BACKSLASH = 0x5c;

/** The value that follows the name in `name.start..name.end`, or undefined. Reads forward only as far as the value goes. */
export function valueAfter(window: Window, name: { start: number; end: number }): Assigned | undefined {
  const keyQuote = quoteAt(window, name.end);
  let at = keyQuote === undefined ? name.end : keyQuote.end;
  if (window.peek(at) === 0x5d) at++;
  at = window.runEnd(at, SPACE, at + LONGEST_GAP);
  const tie = tieAt(window, at);
  if (tie !== undefined) {
    const isData = keyQuote !== undefined || tie.kind === 'data';
    return valueAt(window, tie.end, { tie: isData ? 'data' : 'code', isLine: tie.line });
  }
  if (keyQuote !== undefined) return attributeValue(window, at);
  return at > name.end ? valueAt(window, at, { tie: 'near', isLine: false }) : undefined;
}

interface TieFound {
  readonly kind: Tie;
  readonly end: number;
  /** The value may run to the end of the line. */
  readonly line: boolean;
}

function tieAt(window: Window, at: number): TieFound | undefined {
  const byte = window.peek(at);
  const next = window.peek(at + 1);
  if (byte === 0x3d) {
    if (next === 0x3d) return { kind: 'code', end: at + (window.peek(at + 2) === 0x3d ? 3 : 2), line: false };
    if (next === 0x3e) return { kind: 'code', end: at + 2, line: false };
    return { kind: CLASSES.word[next] === 1 ? 'data' : 'code', end: at + 1, line: false };
  }
  if (byte === 0x3a) {
    if (next === 0x3a) return undefined;
    return { kind: 'data', end: at + (next === 0x3d ? 2 : 1), line: true };
  }
  if (byte === 0x3e) return { kind: 'data', end: at + 1, line: false };
  if (byte === 0x28 || byte === 0x2c) return { kind: 'code', end: at + 1, line: false };
  if (byte === 0x2d && next === 0x3e) return { kind: 'code', end: at + 2, line: false };
  return undefined;
}

interface Expected {
  readonly tie: Tie;
  readonly isLine: boolean;
}

function valueAt(window: Window, from: number, { tie }: Expected): Assigned | undefined {
  let at = window.runEnd(from, BLANK, from + LONGEST_GAP);
  // b"…", r'…', N'…', @"…": a prefix of the literal.
  if (/[bruNfL@]/.test(String.fromCharCode(window.peek(at))) && QUOTE[window.peek(at + 1)] === 1) at++;
  const quote = quoteAt(window, at);
  if (quote !== undefined) return quotedValue(window, quote, tie);
  // A bare value stands on the line of its name.
  for (let i = from; i < at; i++) if (LINE_END[window.peek(i)] === 1) return undefined;
  const end = bareEnd(window, at);
  return end === at ? undefined : { start: at, end, tie, quoted: false };
}

interface Quote {
  readonly byte: number;
  /** Backslashes before it: how deep this text is nested in another string. */
  readonly depth: number;
  readonly end: number;
}

function quoteAt(window: Window, at: number): Quote | undefined {
  let i = at;
  while (window.peek(i) === BACKSLASH && i - at < 8) i++;
  const byte = window.peek(i);
  return QUOTE[byte] === 1 ? { byte, depth: i - at, end: i + 1 } : undefined;
}

// Up to the same quote at the same depth. One that is not closed on its line is no quoted value.
function quotedValue(window: Window, quote: Quote, tie: Tie): Assigned | undefined {
  let slashes = 0;
  const stop = quote.end + LIMITS.candidateBytes;
  for (let i = quote.end; i < stop; i++) {
    const byte = window.peek(i);
    if (byte === BACKSLASH) {
      slashes++;
      continue;
    }
    if (byte === quote.byte && slashes <= quote.depth) {
      const end = i - slashes;
      return end > quote.end ? { start: quote.end, end, tie, quoted: true } : undefined;
    }
    if (LINE_END[byte] === 1) return undefined;
    slashes = 0;
  }
  return undefined;
}

// An escaped quote or line end of the surrounding string ends a bare value too.
function bareEnd(window: Window, at: number): number {
  const stop = at + LIMITS.candidateBytes;
  for (let i = at; i < stop; i++) {
    const byte = window.peek(i);
    if (BARE_END[byte] === 1) return i;
    if (byte !== BACKSLASH) continue;
    let next = i;
    while (window.peek(next) === BACKSLASH && next < stop) next++;
    if (ESCAPED_END[window.peek(next)] === 1) return i;
    i = next;
  }
  return stop;
}

const ESCAPED_END: ByteClass = byteClass('nrt"\'\0\n');

// <add key="DbPassword" value="…"/>, <property name="password">…<
function attributeValue(window: Window, at: number): Assigned | undefined {
  if (window.peek(at) === 0x3e) return valueAt(window, at + 1, { tie: 'data', isLine: false });
  const word = Buffer.from(window.bytes.subarray(at, at + 5))
    .toString('latin1')
    .toLowerCase();
  window.peek(at + 6);
  if (word !== 'value') return undefined;
  const tie = tieAt(window, window.runEnd(at + 5, SPACE, at + 5 + LONGEST_GAP));
  return tie === undefined ? undefined : valueAt(window, tie.end, { tie: 'data', isLine: false });
}
