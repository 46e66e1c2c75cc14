import type { JsonLine } from '../../../core/review/json-fold.ts';
import type { Section } from '../../../core/review/call-sections.ts';
import { type Span, toned } from '../../../core/review/styled.ts';
import { LIMITS } from '../../../core/limits.ts';
import { visible } from '../../../core/visible.ts';
import { cellsOf, pieces } from '../../cells.ts';

/** Whoever nests deeper is not indented further. */
const MOST_INDENT = 24;

/** Whether a value is a string that is folded at first. */
export function isLongString(text: string, { value }: JsonLine): boolean {
  const length = value.to - value.from;
  if (text[value.from] !== '"' || length < LIMITS.reviewStringLines * 2) return false;
  if (length > LIMITS.reviewStringChars) return true;
  return text.slice(value.from, value.to).split('\\n').length > LIMITS.reviewStringLines;
}

/** The lines of JSON as they are searched: as they were sent. */
export function stringUnits({ text, lines }: Extract<Section['body'], { kind: 'json' }>): string[] {
  return lines.map(
    ({ key, value }) =>
      `${key === undefined ? '' : text.slice(key.from, key.to)} ${text.slice(value.from, value.to)}`,
  );
}

interface Shown {
  readonly lines: readonly JsonLine[];
  readonly isFolded: boolean;
  readonly width: number;
}

/** A line of JSON in one line of the screen. */
export function jsonSpans(text: string, line: JsonLine, { lines, isFolded, width }: Shown): Span[] {
  const start = startSpans(text, line);
  const comma = toned(line.comma ? ',' : '', 'quiet');
  const { from, to } = line.value;
  if (line.closes !== undefined && isFolded) {
    const close = lines[line.closes];
    const isCut = close === undefined || close.key !== undefined || close.depth !== line.depth;
    const end = isCut ? '' : text.slice(close.value.from, close.value.to);
    return [
      ...start,
      toned(text.slice(from, to), 'quiet'),
      toned(` ${memberText(line, text)} `, 'quiet'),
      toned(end, 'quiet'),
      toned(!isCut && close.comma ? ',' : '', 'quiet'),
    ];
  }
  const isBracket = /[[\]{}]/.test(text[from] ?? '');
  if (!isFolded || isBracket)
    return [
      ...start,
      toned(visible(text.slice(from, to), { oneLine: true }), isBracket ? 'quiet' : undefined),
      comma,
    ];
  const size = `… ${(to - from - 2).toLocaleString('en')} characters`;
  const room = Math.max(8, width - start.reduce((sum, one) => sum + cellsOf(one.text), 0) - size.length - 1);
  const [first = ''] = pieces(visible(text.slice(from, from + room), { oneLine: true }), room);
  return [...start, toned(first), toned(size, 'quiet'), comma];
}

/** A line whose string takes several: broken after each newline in it, and where it is too long. Undefined: it takes one. */
export function jsonPieces(text: string, line: JsonLine, width: number): Span[][] | undefined {
  const { from, to } = line.value;
  if (text[from] !== '"') return undefined;
  const start = startSpans(text, line);
  const used = start.reduce((sum, one) => sum + cellsOf(one.text), 0);
  const lexeme = text.slice(from, to);
  const isShort = to - from + used + 1 <= width && !/\\n./.test(lexeme.slice(0, -1));
  if (isShort) return undefined;
  const indent = Math.min(used, indentOf(line) + 2, width - 8);
  const [first = '', ...rest] = brokenUp(lexeme, { first: Math.max(8, width - used), rest: width - indent });
  const all = [[...start, toned(first)], ...rest.map((piece) => [toned(' '.repeat(indent)), toned(piece)])];
  if (line.comma) all.at(-1)?.push(toned(',', 'quiet'));
  return all;
}

// After an escaped newline, never within an escape.
function brokenUp(lexeme: string, width: { first: number; rest: number }): string[] {
  const lines = lexeme.split(/(?<=(?:^|[^\\])(?:\\\\)*\\n)(?!"$)/);
  return lines.flatMap((line, at) => {
    const shown = visible(line, { oneLine: true });
    return at === 0 ? firstPieces(shown, width) : pieces(shown, width.rest);
  });
}

// The first line has its key before it.
function firstPieces(shown: string, width: { first: number; rest: number }): string[] {
  const [first = ''] = pieces(shown, width.first);
  return first.length === shown.length
    ? [first]
    : [first].concat(pieces(shown.slice(first.length), width.rest));
}

function startSpans(text: string, line: JsonLine): Span[] {
  const indent = toned(' '.repeat(indentOf(line)));
  if (line.key === undefined) return [indent];
  const key = visible(text.slice(line.key.from, line.key.to), { oneLine: true });
  return [indent, toned(key, 'accent'), toned(': ', 'quiet')];
}

function indentOf({ depth }: JsonLine): number {
  return Math.min(depth * 2, MOST_INDENT);
}

function memberText({ members, value }: JsonLine, text: string): string {
  const what = text[value.from] === '{' ? 'field' : 'item';
  return `… ${members} ${what}${members === 1 ? '' : 's'}`;
}
