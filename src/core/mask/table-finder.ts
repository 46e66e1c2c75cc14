import { LIMITS } from '../limits.ts';
import { byteClass } from './bytes.ts';
import type { Candidate } from './candidate.ts';
import { fieldConfidence } from './field-value.ts';
import type { Finder, Surroundings } from './finder.ts';
import { sqlTable, tupleAt } from './sql-rows.ts';
import { barColumns, cellsOf, type Columns, csvColumns, isRule, TUPLES } from './table-rows.ts';
import type { Window } from './window.ts';

const LF = 0x0a;
/** Names, and the signs and blanks between and around them: most first lines are soon known for something else. */
const IN_HEADER = byteClass(
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. ",;\t\r`\v\f\u00a0',
);
const RULE_MARK = Buffer.from('--');
/** A header and the rule below it are no longer: so much stays in memory behind what is settled. */
const HEADER_BYTES = LIMITS.lookBehindBytes;

/**
 * Finds secrets by the heads of their columns: in tables of markdown, psql and mysql anywhere, in CSV that begins the text or
 * whose header is a line of its own, in the rows of INSERT and COPY.
 * Of a table that it is in it keeps the columns, and of the text the row that is not complete.
 */
export class TableFinder implements Finder {
  readonly #around: Surroundings;
  #columns: Columns | undefined;
  /** Start of the row that comes next, in a table; else from where on rules are looked for. */
  #at = 0;
  #isStart = true;
  /** How many of the landmarks lie behind. */
  #told = 0;
  /** Where the last table ended. */
  #past = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** `Infinity` outside of tables: then this finder holds nothing back. */
  get from(): number {
    return this.#columns === undefined ? Number.POSITIVE_INFINITY : this.#at;
  }

  advance(window: Window, found: Candidate[]): void {
    // The next one last.
    const headers = this.#around.headers.splice(0).toSorted((a, b) => b - a);
    if (this.#isStart && !this.#begin(window)) return;
    for (;;) {
      if (this.#columns === undefined && !this.#open(window, headers)) return;
      if (!this.#row(window, found)) return;
    }
  }

  shift(count: number): void {
    this.#at -= count;
    this.#past -= count;
  }

  // The first line may be the header of CSV. False while it is not complete.
  #begin(window: Window): boolean {
    const end = lineEnd(window, 0, HEADER_BYTES);
    if (end === -1) return false;
    this.#isStart = false;
    if (end === 0 || end === HEADER_BYTES || end === window.end) return true;
    if (window.runEnd(0, IN_HEADER, end) < end) return true;
    this.#columns = csvColumns(window.latin1(0, end).trimEnd());
    this.#at = this.#columns === undefined ? 0 : end + 1;
    return true;
  }

  // Opens the next table, by the rule below its header or as CSV. False when there is none so far.
  #open(window: Window, headers: number[]): boolean {
    const from = this.#past;
    const hasRule = this.#search(window);
    while (headers.length > 0 && (headers.at(-1) ?? 0) < from) headers.pop();
    const header = headers.at(-1);
    if (header === undefined || (hasRule && header > this.#at)) return hasRule;
    const sql = sqlTable(window, header);
    if (sql !== undefined) {
      this.#columns = sql.columns;
      this.#at = sql.rows;
      return true;
    }
    const end = lineEnd(window, header, header + HEADER_BYTES);
    this.#columns = csvColumns(window.latin1(header, end).trimEnd());
    this.#at = end + 1;
    return this.#columns !== undefined;
  }

  // Looks for the rule below a header. False when there is none so far.
  #search(window: Window): boolean {
    const text = Buffer.from(window.bytes.buffer, window.bytes.byteOffset, window.end);
    let mark = this.#nextMark(text, Math.max(0, this.#at - 1));
    for (; mark !== -1; mark = this.#nextMark(text, this.#at)) {
      const start = ruleStart(window, mark);
      const end = ruleEnd(window, mark);
      if (end === window.end && !window.final && end < mark + HEADER_BYTES) {
        this.#at = mark + 1;
        return false;
      }
      this.#at = Math.max(end, mark + RULE_MARK.length);
      if (this.#openBars(window, start, end)) return true;
    }
    this.#at = window.end;
    return false;
  }

  #nextMark(text: Buffer, from: number): number {
    const { isComplete, rules } = this.#around.landmarks;
    if (!isComplete) return text.indexOf(RULE_MARK, from);
    while ((rules[this.#told] ?? from) < from) this.#told++;
    return rules[this.#told] ?? -1;
  }

  #openBars(window: Window, start: number, end: number): boolean {
    if (start <= 0 || window.bytes[start - 1] !== LF || end >= window.end || window.bytes[end] !== LF)
      return false;
    if (!isRule(window.latin1(start, end))) return false;
    const header = lineStart(window, start - 1);
    if (end - header >= HEADER_BYTES) return false;
    this.#columns = barColumns(window.latin1(header, start - 1));
    if (this.#columns === undefined) return false;
    this.#at = end + 1;
    return true;
  }

  // Takes the next row. False when it is not complete.
  #row(window: Window, found: Candidate[]): boolean {
    const columns = this.#columns;
    if (columns === undefined) return true;
    if (columns.separator === TUPLES) return this.#tuple(window, columns, found);
    const end = lineEnd(window, this.#at, this.#at + LIMITS.tableRowBytes);
    if (end === -1) return false;
    const row = window.latin1(this.#at, end);
    const cells = cellsOf(row, columns.separator);
    const isRow =
      end > this.#at && cells.length === columns.strengths.length && end - this.#at < LIMITS.tableRowBytes;
    if (!isRow) {
      this.#columns = undefined;
      this.#past = this.#at;
      return end < window.end;
    }
    for (const [i, { start, end: past }] of cells.entries()) {
      const candidate = this.#cell(columns.strengths[i], row.slice(start, past));
      if (candidate !== undefined)
        found.push({ ...candidate, start: this.#at + start, end: this.#at + past });
    }
    this.#at = Math.min(end + 1, window.end);
    if (end < window.end) return true;
    this.#columns = undefined;
    return false;
  }

  // Takes the next row in parentheses. False when it is not complete.
  #tuple(window: Window, { strengths }: Columns, found: Candidate[]): boolean {
    window.starved = false;
    const tuple = tupleAt(window, this.#at);
    if (window.starved) return false;
    if (tuple === undefined || tuple.cells.length !== strengths.length) {
      this.#columns = undefined;
      // What lies in a row without an end is not looked at again.
      this.#past = tuple?.end ?? this.#at;
      return true;
    }
    for (const [i, place] of tuple.cells.entries()) {
      if (place === undefined) continue;
      const candidate = this.#cell(strengths[i], window.latin1(place.start, place.end));
      if (candidate !== undefined) found.push({ ...candidate, start: place.start, end: place.end });
    }
    this.#at = tuple.end;
    return true;
  }

  #cell(strength: Columns['strengths'][number], value: string): Omit<Candidate, 'start' | 'end'> | undefined {
    if (strength === undefined) return undefined;
    const confidence = fieldConfidence(value, strength);
    if (confidence === 0 || confidence < this.#around.threshold) return undefined;
    return {
      rule: 'secret_field',
      kind: 'field',
      why: 'it is in a column with a credential’s name',
      confidence,
    };
  }
}

// Where the line ends, at most `limit`; -1 when that is not known yet.
function lineEnd(window: Window, from: number, limit: number): number {
  const stop = Math.min(limit, window.end);
  let at = from;
  while (at < stop && window.bytes[at] !== LF) at++;
  return at === window.end && at < limit && !window.final ? -1 : at;
}

// Start of the line that ends at `at`; too far back is no start, but too far back for a header, too.
function lineStart(window: Window, at: number): number {
  const stop = Math.max(0, at - HEADER_BYTES);
  let start = at;
  while (start > stop && window.bytes[start - 1] !== LF) start--;
  return start;
}

const IN_RULE = new Set(Buffer.from('-+|: \t\r'));

function ruleStart(window: Window, at: number): number {
  const stop = Math.max(0, at - HEADER_BYTES);
  let start = at;
  while (start > stop && IN_RULE.has(window.bytes[start - 1] as number)) start--;
  return start;
}

// End of the run of a rule's characters from `at` on.
function ruleEnd(window: Window, at: number): number {
  const stop = Math.min(at + HEADER_BYTES, window.end);
  let end = at;
  while (end < stop && IN_RULE.has(window.bytes[end] as number)) end++;
  return end;
}
