import { LIMITS } from '../limits.ts';
import { byteClass } from './bytes.ts';
import { type Cell, type Columns, COPIED, namedColumns, TUPLES } from './table-rows.ts';
import type { Window } from './window.ts';

/** Where the rows of a statement begin, and what their columns hold. */
export interface SqlTable {
  readonly columns: Columns;
  readonly rows: number;
}

const LONGEST_STATEMENT = 1024;
/** PostgreSQL's COPY (its documentation, part VI), as pg_dump writes it: a line for each row follows. */
const COPY = /^copy\s[^()\0]{1,128}\((?<names>[^()'\0]{1,512})\)\s{1,8}from\s{1,8}stdin[^\r\n\0]{0,64}\r?\n/i;
const INSERT = /^insert into[^()'\0]{1,128}\((?<names>[^()'\0]{1,512})\)\s{0,8}values\s{0,8}/i;

/** The table that the statement at `at` puts rows into; undefined when none of its columns holds secrets. */
export function sqlTable(window: Window, at: number): SqlTable | undefined {
  const text = window.latin1(at, Math.min(at + LONGEST_STATEMENT, window.end));
  const copy = COPY.exec(text);
  const statement = copy ?? INSERT.exec(text);
  const names = statement?.groups?.['names'];
  if (statement === null || names === undefined) return undefined;
  const columns = namedColumns(names, copy === null ? TUPLES : COPIED);
  return columns === undefined ? undefined : { columns, rows: at + statement[0].length };
}

/** A row in parentheses: its literals, by their offsets in the window, and where it ends. None when it has no end. */
export interface Tuple {
  readonly cells: readonly (Cell | undefined)[];
  readonly end: number;
}

const BLANK = byteClass(' \t\r\n,');
const QUOTE = 0x27;
const BACKSLASH = 0x5c;
const OPEN = 0x28;
const CLOSE = 0x29;
const COMMA = 0x2c;

/** The row from `at` on; undefined when there is none. Starves the window while the row is not complete. */
export function tupleAt(window: Window, at: number): Tuple | undefined {
  const stop = at + LIMITS.tableRowBytes;
  const open = window.runEnd(at, BLANK, stop);
  if (window.peek(open) !== OPEN) return undefined;
  const cells: (Cell | undefined)[] = [];
  let start = open + 1;
  let depth = 0;
  for (let i = start; i < stop; i++) {
    const byte = window.peek(i);
    if (byte === QUOTE) {
      i = closingQuote(window, i, stop);
      continue;
    }
    if (byte === OPEN) depth++;
    else if (depth === 0 && (byte === COMMA || byte === CLOSE)) {
      cells.push(literalIn(window, start, i));
      start = i + 1;
      if (byte === CLOSE) return { cells, end: i + 1 };
    } else if (byte === CLOSE) depth--;
    if (i >= window.end) break;
  }
  return { cells: [], end: Math.min(stop, window.end) };
}

// A doubled quote closes one literal and opens the next.
function closingQuote(window: Window, at: number, stop: number): number {
  for (let i = at + 1; i < stop && i < window.end; i++) {
    const byte = window.peek(i);
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) i++;
  }
  window.peek(window.end);
  return stop;
}

const DIGIT = byteClass('0123456789');
const PADDING = byteClass(' \t\r\n');

// What stands between its quotes, or a number; a call or NULL is none.
function literalIn(window: Window, from: number, to: number): Cell | undefined {
  const start = window.runEnd(from, PADDING, to);
  const end = window.runStart(to, PADDING, start);
  const quote = window.peek(start) === QUOTE ? start : start + 1;
  if (window.peek(quote) === QUOTE && window.peek(end - 1) === QUOTE && end - 1 > quote)
    return { start: quote + 1, end: end - 1 };
  return end > start && window.runEnd(start, DIGIT, end) === end ? { start, end } : undefined;
}
