import type { Anchor, Hit } from './anchors.ts';
import { byteClass, complement } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { nameStrength } from './names.ts';
import { password } from './password-candidate.ts';
import { cellsOf } from './table-rows.ts';
import { latin1, literalAt, LONGEST_GAP, SPACE, type Span, spelled } from './values.ts';
import type { Window } from './window.ts';

/** Passwords in SQL, by the manuals of MySQL, Oracle, PostgreSQL and SQL Server; and in prose that says whose they are. */
export function sqlAnchors(): Anchor[] {
  return [
    { literal: 'identified by', match: identified },
    { literal: 'identified with', match: identifiedWith },
    { literal: 'password for', match: passwordFor },
    { literal: 'insert into', match: inserted },
    { literal: 'from stdin', match: copied },
  ];
}

const BACKTICK = 0x60;
const WHY = 'a user is identified by it';
const IN_WORD = complement(byteClass(' \t\r\n"\'`;,()<>\\\0'));
const LONGEST_WORD = 64;
const SEMICOLON = 0x3b;

// CREATE USER … IDENTIFIED BY '…' of MySQL and Oracle; Oracle takes a word without quotes, too.
function identified({ window, end }: Hit): Candidate | undefined {
  const at = window.runEnd(end, SPACE, end + LONGEST_GAP);
  const from = spelled(window, at, 'password ') ? at + 9 : at;
  // In backticks it is prose about code.
  if (from === end || window.peek(from) === BACKTICK) return undefined;
  return password(window, literalAt(window, from) ?? statementEnd(window, from), WHY);
}

// The last word of a statement.
function statementEnd(window: Window, from: number): Span | undefined {
  const end = window.runEnd(from, IN_WORD, from + LONGEST_WORD);
  return end > from && window.peek(end) === SEMICOLON ? { start: from, end } : undefined;
}

const IN_PLUGIN = byteClass('abcdefghijklmnopqrstuvwxyz0123456789_"\'ABCDEFGHIJKLMNOPQRSTUVWXYZ');

// IDENTIFIED WITH mysql_native_password BY '…'
function identifiedWith({ window, end }: Hit): Candidate | undefined {
  const plugin = window.runEnd(end, SPACE, end + LONGEST_GAP);
  const past = window.runEnd(plugin, IN_PLUGIN, plugin + LONGEST_WORD);
  const by = window.runEnd(past, SPACE, past + LONGEST_GAP);
  if (!spelled(window, by, 'by ') && !spelled(window, by, 'as ')) return undefined;
  return password(window, literalAt(window, window.runEnd(by + 3, SPACE, by + 3 + LONGEST_GAP)), WHY);
}

const IN_LINE = complement(byteClass('\r\n;\0'));
const LONGEST_NAMES = 96;
const GIVEN = /(?:=|\bto\b|\bis\b:?)\s{0,8}(?:password\()?$/i;

// SET PASSWORD FOR 'me'@'%' = PASSWORD('…'); the password for user "me" is "…"
function passwordFor({ window, end }: Hit): Candidate | undefined {
  const stop = window.runEnd(end, IN_LINE, end + LONGEST_NAMES);
  for (let at = end; at < stop; at++) {
    const literal = literalAt(window, at);
    if (literal === undefined) continue;
    if (GIVEN.test(latin1(window, end, at)))
      return password(window, literal, 'it is said to be the password');
    at = literal.end;
  }
  return undefined;
}

const LONGEST_COLUMNS = 512;
const IN_COLUMNS = complement(byteClass("()'\0"));
const OPEN = 0x28;
const VALUES = /^\)\s{0,8}values\s{0,8}$/i;

// INSERT INTO users (name, password) VALUES ('me', '…')
function inserted({ window, start, end, around }: Hit): Candidate | undefined {
  const open = window.runEnd(end, IN_COLUMNS, end + LONGEST_COLUMNS);
  if (window.peek(open) !== OPEN) return undefined;
  const close = window.runEnd(open + 1, IN_COLUMNS, open + 1 + LONGEST_COLUMNS);
  const place = secretColumn(latin1(window, open + 1, close));
  if (place === -1) return undefined;
  const next = window.runEnd(close + 1, IN_COLUMNS, close + 1 + LONGEST_GAP);
  if (window.peek(next) !== OPEN || !VALUES.test(latin1(window, close, next))) return undefined;
  noteRows(around, start);
  return password(
    window,
    literalOf(window, next + 1, place),
    'it is put into a column with a credential’s name',
  );
}

// The finder of tables goes through the rows.
function noteRows({ headers }: Hit['around'], at: number): void {
  if (headers.at(-1) !== at) headers.push(at);
}

const LINE_END = byteClass('\r\n');
const LONGEST_COPY = 640;
const COPY = /(?:^|[\r\n;])[ \t]{0,8}(?<copy>copy\s[^()\r\n;]{1,128}\([^()]{1,512}\)\s{1,8})$/i;

// COPY users (name, password) FROM stdin; and a line for each row, as pg_dump writes it.
function copied({ window, start, end, around }: Hit): undefined {
  const copy = COPY.exec(latin1(window, Math.max(0, start - LONGEST_COPY), start))?.groups?.['copy'];
  if (copy === undefined || secretColumn(copy.slice(copy.indexOf('(') + 1, copy.lastIndexOf(')'))) === -1)
    return;
  const lineEnd = window.runEnd(end, IN_REST, end + LONGEST_WORD);
  if (
    LINE_END[window.peek(lineEnd)] !== 1 ||
    window.peek(window.runEnd(lineEnd, LINE_END, lineEnd + 2)) === 0
  )
    return;
  noteRows(around, start - copy.length);
}

const IN_REST = complement(byteClass('\r\n\0'));

function secretColumn(columns: string): number {
  return cellsOf(columns, ',').findIndex(({ start, end }) => {
    const name = columns.slice(start, end).replaceAll(/["[\]`\s]/g, '');
    return /^\w+$/.test(name) && nameStrength(name) === 'field';
  });
}

const IN_VALUE = complement(byteClass('(),\'"\0\r\n'));
const COMMA = 0x2c;

// The literal at a place among the values, past literals and numbers.
function literalOf(window: Window, from: number, place: number): Span | undefined {
  let at = from;
  for (let i = 0; ; i++) {
    at = window.runEnd(at, SPACE, at + LONGEST_GAP);
    const literal = literalAt(window, at);
    if (i === place) return literal;
    at = literal === undefined ? window.runEnd(at, IN_VALUE, at + LONGEST_COLUMNS) : literal.end + 1;
    if (window.peek(at) !== COMMA) return undefined;
    at++;
  }
}
