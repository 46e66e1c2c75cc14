import { type NameStrength, nameStrength } from './names.ts';

/** Columns of a table that hold secrets, by what their header says. */
export interface Columns {
  readonly separator: string;
  readonly strengths: readonly (NameStrength | undefined)[];
}

/** A cell of a row, by its offsets in the row, without blanks and quotes around it. */
export interface Cell {
  readonly start: number;
  readonly end: number;
}

/** What parts the cells of rows that SQL puts into a table: tabs that nothing quotes, or the rows are in parentheses. */
export const COPIED = 'copied';
export const TUPLES = 'tuples';

const MOST_COLUMNS = 64;
const HEADING = /^[A-Za-z_][\w .-]{0,40}$/;
const SEPARATORS = [',', '\t', ';'];
const RULE = /^[-+|: \t]+\r?$/;

/** True for the line between a table's header and its rows: `|---|---|` of markdown, `----+----` of psql and mysql. */
export function isRule(line: string): boolean {
  return RULE.test(line) && /[|+]/.test(line) && line.includes('--');
}

/** The columns of a header with bars between them; undefined when none of them holds secrets. */
export function barColumns(header: string): Columns | undefined {
  return header.includes('|') ? columns(header, '|') : undefined;
}

/** The columns of the first line of CSV, as names without blanks. */
export function csvColumns(header: string): Columns | undefined {
  const separator = SEPARATORS.find((sign) => header.includes(sign));
  if (separator === undefined) return undefined;
  const names = cellsOf(header, separator).map(({ start, end }) => header.slice(start, end));
  return names.length > 1 && names.every((name) => HEADING.test(name) && !name.includes(' '))
    ? columns(header, separator)
    : undefined;
}

/** The columns of a list of names in SQL. */
export function namedColumns(names: string, separator: string): Columns | undefined {
  const known = columns(names.replaceAll(/["[\]`\s]/g, ''), ',');
  return known === undefined ? undefined : { ...known, separator };
}

function columns(header: string, separator: string): Columns | undefined {
  const cells = cellsOf(header, separator);
  if (cells.length > MOST_COLUMNS) return undefined;
  const strengths = cells.map(({ start, end }) => strengthOf(header.slice(start, end)));
  return strengths.some((strength) => strength !== undefined) ? { separator, strengths } : undefined;
}

/** Columns that hold nothing else. */
const WHATEVER = /pass|pwd|psw|hash/i;

// A heading may have blanks in it: `API key`.
function strengthOf(heading: string): NameStrength | undefined {
  const name = heading.replaceAll(/[`*]/g, '');
  // Condition to pass
  if (/ .* | pass$/i.test(name)) return undefined;
  const strength = HEADING.test(name) ? nameStrength(name.replaceAll(' ', '_')) : undefined;
  if (strength === 'weak') return undefined;
  // | Secret | Purpose | is a table about secrets.
  return strength === 'field' && !WHATEVER.test(name) ? 'strong' : strength;
}

/** The cells of a row. */
export function cellsOf(row: string, separator: string): Cell[] {
  if (separator === COPIED) return tabCells(row);
  return separator === '|' ? barCells(row) : csvCells(row, separator);
}

function tabCells(row: string): Cell[] {
  let end = -1;
  return row.split('\t').map((cell) => {
    const start = end + 1;
    end = start + cell.length;
    return trimmed(row, start, end);
  });
}

function barCells(row: string): Cell[] {
  const cells: Cell[] = [];
  let start = /^\s*\|?/.exec(row)?.[0].length ?? 0;
  for (let at = start; at <= row.length; at++) {
    const isEnd = at === row.length;
    if (!isEnd && (row[at] !== '|' || row[at - 1] === '\\')) continue;
    if (!isEnd || row.slice(start).trim() !== '') cells.push(trimmed(row, start, at));
    start = at + 1;
  }
  return cells;
}

// RFC 4180: quotes around a cell, doubled inside of it.
function csvCells(row: string, separator: string): Cell[] {
  const cells: Cell[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at <= row.length; at++) {
    if (row[at] === '"') isQuoted = !isQuoted;
    if (at < row.length && (row[at] !== separator || isQuoted)) continue;
    const cell = trimmed(row, start, at);
    const hasQuotes = cell.end - cell.start > 1 && row[cell.start] === '"' && row[cell.end - 1] === '"';
    cells.push(hasQuotes ? { start: cell.start + 1, end: cell.end - 1 } : cell);
    start = at + 1;
  }
  return cells;
}

const AROUND = ' \t\r`';

function trimmed(row: string, from: number, to: number): Cell {
  let start = from;
  let end = to;
  while (start < end && AROUND.includes(row[start] as string)) start++;
  while (end > start && AROUND.includes(row[end - 1] as string)) end--;
  return { start, end };
}
