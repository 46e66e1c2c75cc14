import { cellsOf, fit, fitRight } from './cells.ts';
import { clean } from './line.tsx';
import type { Segment } from './segments.tsx';
import type { TextStyle } from './theme.ts';

/** A column of a table: how wide, and from which width of the screen on it is there at all. */
export interface Column<Name extends string> {
  readonly name: Name;
  readonly head: string;
  /** In cells. One column may take what the others leave: of that, this is the least. */
  readonly width: number;
  readonly takesRest?: true;
  readonly isRight?: true;
  readonly from?: number;
  /** The next column stands close by. */
  readonly isClose?: true;
}

export type Cells<Name extends string> = Partial<Readonly<Record<Name, Segment | readonly Segment[]>>>;

const GAP = 2;

/** The columns that a screen of so many cells has, each with its width there. */
export function laidOut<Name extends string>(
  columns: readonly Column<Name>[],
  width: number,
): Column<Name>[] {
  const there = columns.filter(({ from = 0 }) => width >= from);
  const used = there.reduce((sum, one, at) => sum + one.width + gapAfter(one, at === there.length - 1), 0);
  const rest = Math.max(0, width - used);
  return there.map((one) =>
    one.takesRest === true ? Object.assign({}, one, { width: one.width + rest }) : one,
  );
}

/** A line of a table; every cell as wide as its column. */
export function tableLine<Name extends string>(
  columns: readonly Column<Name>[],
  cells: Cells<Name>,
): Segment[] {
  return columns.flatMap((column, at) => {
    const gap = ' '.repeat(gapAfter(column, at === columns.length - 1));
    return [...inColumn(column, cells[column.name]), { text: gap }];
  });
}

/** The line above a table. */
export function headLine<Name extends string>(columns: readonly Column<Name>[], style: TextStyle): Segment[] {
  const heads = columns.map(({ name, head }) => [name, { text: head, style }] as const);
  return tableLine(columns, Object.fromEntries(heads) as Cells<Name>);
}

/** The blanks between a column and the next. */
export function gapAfter({ isClose }: Column<string>, isLast: boolean): number {
  if (isLast) return 0;
  return isClose === true ? 1 : GAP;
}

function inColumn<Name extends string>(
  { width, isRight }: Column<Name>,
  cell: Segment | readonly Segment[] = { text: '' },
): Segment[] {
  const segments: readonly Segment[] = 'text' in cell ? [cell] : cell;
  const last = segments.at(-1);
  if (last === undefined) return [{ text: ' '.repeat(width) }];
  if (segments.length === 1)
    return [{ ...last, text: (isRight === true ? fitRight : fit)(clean(last.text), width) }];
  return fitAll(segments, width);
}

/** A segment that is cut to less says nothing any more. */
const LEAST = 4;

// As many as there is room for: the last that is there is cut, or has the blanks.
function fitAll(segments: readonly Segment[], width: number): Segment[] {
  const fitted: Segment[] = [];
  let left = width;
  for (const segment of segments) {
    const text = clean(segment.text);
    const cells = cellsOf(text);
    if (cells > left && left < LEAST) break;
    const wanted = Math.min(left, cells);
    if (wanted > 0) fitted.push({ ...segment, text: fit(text, wanted) });
    left -= wanted;
  }
  return left > 0 ? [...fitted, { text: ' '.repeat(left) }] : fitted;
}
