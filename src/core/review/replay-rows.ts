import { spansOf } from './replay-page.ts';
import type { PageLine } from './replay-pen.ts';
import { type Span, toned } from './styled.ts';

/** A row of a screen: a line, or as much of it as has room. */
export interface ReplayRow {
  readonly stream: string;
  readonly spans: readonly Span[];
}

interface Window {
  /** Cells for text. */
  readonly columns: number;
  readonly rows: number;
  /** So many rows at the end are further down. */
  readonly below: number;
}

/** What stands in place of a secret. */
const PLACEHOLDER = /(hpm_[a-z0-9_]{10,})/;

/** The last rows of lines, or those `below` rows before. What was written is broken at the edge; what is told is cut there. */
export function lastRows(lines: readonly PageLine[], { columns, rows, below }: Window): ReplayRow[] {
  const parts: ReplayRow[][] = [];
  for (let at = lines.length - 1, count = 0; at >= 0 && count < rows + below; at -= 1) {
    const part = lines.slice(at, at + 1).flatMap((line) => rowsOf(line, columns));
    parts.push(part);
    count += part.length;
  }
  const found = parts.toReversed().flat();
  const end = Math.max(Math.min(rows, found.length), found.length - below);
  return found.slice(Math.max(0, end - rows), end);
}

function rowsOf(line: PageLine, columns: number): ReplayRow[] {
  const { stream, cells } = line;
  if (stream === '') return [{ stream, spans: marked(spansOf(line)) }];
  const rows: ReplayRow[] = [];
  for (let from = 0; from < cells.length || rows.length === 0;) {
    // A character of two cells is not parted.
    const to = from + columns - (cells[from + columns] === '' ? 1 : 0);
    rows.push({ stream, spans: marked(spansOf(line, from, Math.min(to, cells.length))) });
    from = to;
  }
  return rows;
}

function marked(spans: readonly Span[]): Span[] {
  return spans.flatMap(({ text, style }) =>
    text.split(PLACEHOLDER).map((part, at) => (at % 2 === 1 ? toned(part, 'masked') : { text: part, style })),
  );
}
