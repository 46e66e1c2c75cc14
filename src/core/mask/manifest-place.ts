import { LIMITS } from '../limits.ts';
import type { Window } from './window.ts';

const LF = 0x0a;
const CR = 0x0d;
const LETTER_A = 0x61;
const MOST_INDENT = 64;
const KIND = 'kind: Secret';
const DATA = /^(?:stringD|d)ata:\s*$/;
const IS_KIND = /^kind:\s*["']?(?<kind>\w+)["']?$/;
/** `stringData` has as many letters. */
const LONGEST_WORD = 10;

/** Where a line stands in a document that may be a Secret. */
export interface Place {
  /** Column of `kind`, at which `data` stands, too. */
  readonly column: number;
  readonly inData: boolean;
  /** False as long as the kind is not known. */
  readonly isSecret: boolean;
  /** Bytes until a document that goes on is given up. */
  readonly left: number;
}

/** The place after the line with the mark at `at`; undefined when it begins nothing, `unknown` before the line is complete. */
export function begins(window: Window, at: number): Place | 'unknown' | undefined {
  const isKind = window.bytes[at] === 0x6b;
  if (!isKind && window.bytes[at - 1] !== LETTER_A) return undefined;
  const start = isKind ? at : wordStart(window, at);
  const column = columnOf(window, start);
  if (column === -1) return undefined;
  const end = isKind ? endOfKind(window, at) : lineFeed(window, at);
  if (end === -1) return window.final ? undefined : 'unknown';
  if (isKind) return window.bytes[end] === LF ? place(column, true) : undefined;
  return DATA.test(window.latin1(start, end)) ? { ...place(column, false), inData: true } : undefined;
}

/** The place after this line; undefined when the document ends with it. */
export function follow({ column, inData, isSecret, left }: Place, line: string): Place | undefined {
  const rest = left - line.length - 1;
  const indent = line.length - line.trimStart().length;
  const text = line.trim();
  const same = { column, inData, isSecret, left: rest };
  if (rest <= 0) return undefined;
  if (text === '') return same;
  if (text === '---' || indent < column) return undefined;
  if (indent > column) return same;
  const kind = IS_KIND.exec(text)?.groups?.['kind'];
  if (kind !== undefined && kind !== 'Secret') return undefined;
  return { ...same, isSecret: isSecret || kind === 'Secret', inData: DATA.test(text) };
}

function place(column: number, isSecret: boolean): Place {
  return { column, inData: false, isSecret, left: LIMITS.tableRowBytes };
}

// Past `kind: Secret` and a carriage return; -1 when that is not there yet.
function endOfKind(window: Window, at: number): number {
  const past = at + KIND.length;
  const end = window.bytes[past] === CR ? past + 1 : past;
  return end >= window.end ? -1 : end;
}

function lineFeed(window: Window, at: number): number {
  const end = window.bytes.indexOf(LF, at);
  return end >= window.end ? -1 : end;
}

function wordStart(window: Window, at: number): number {
  let start = at;
  while (start > 0 && at - start < LONGEST_WORD && isLetter(window.bytes[start - 1] as number)) start--;
  return start;
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

// Column of `at` on its line, or -1 when more than blanks and a dash stand before it.
function columnOf(window: Window, at: number): number {
  let start = at;
  while (start > 0 && at - start < MOST_INDENT && isIndent(window.bytes[start - 1] as number)) start--;
  if (start > 0 && window.bytes[start - 1] !== LF) return -1;
  return at - start;
}

function isIndent(byte: number): boolean {
  return byte === 0x20 || byte === 0x2d;
}
