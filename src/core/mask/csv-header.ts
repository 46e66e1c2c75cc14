import { LIMITS } from '../limits.ts';
import type { Hit } from './anchors.ts';
import { byteClass } from './bytes.ts';
import { csvColumns } from './table-rows.ts';
import type { Span } from './values.ts';

const IN_HEADER = byteClass('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.",;\t');
const BEFORE = byteClass('\n,;\t"');
const AFTER = byteClass('\r\n,;\t"');
const LONGEST_HEADER = LIMITS.lookBehindBytes / 2;
const LF = 0x0a;
const CR = 0x0d;

/** Tells the finder of tables when the line with this name is the header of CSV: names with nothing but a sign between them. */
export function noteHeader({ window, around }: Hit, name: Span): void {
  if (AFTER[window.peek(name.end)] !== 1 || (name.start > 0 && BEFORE[window.peek(name.start - 1)] !== 1))
    return;
  const start = window.runStart(name.start, IN_HEADER, name.start - LONGEST_HEADER);
  if ((start > 0 && window.peek(start - 1) !== LF) || around.headers.at(-1) === start) return;
  const end = window.runEnd(name.end, IN_HEADER, name.end + LONGEST_HEADER);
  const next = window.peek(end);
  if (next !== LF && (next !== CR || window.peek(end + 1) !== LF)) return;
  if (csvColumns(window.latin1(start, end)) !== undefined) around.headers.push(start);
}
