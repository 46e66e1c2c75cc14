import type { TimelineRow } from '../../../core/review/rows.ts';
import type { Segment } from '../../segments.tsx';
import { cellsOf, fit } from '../../cells.ts';
import { clean } from '../../line.tsx';
import { type Cells, type Column, gapAfter, laidOut, tableLine } from '../../table.ts';
import type { Theme } from '../../theme.ts';
import { momentText, tookText } from '../../time-text.ts';
import { barText } from './bar.ts';

type Name = 'mark' | 'time' | 'way' | 'what' | 'masked' | 'verdict' | 'took' | 'bar';

const COLUMNS: readonly Column<Name>[] = [
  { name: 'mark', head: '', width: 1, isClose: true },
  { name: 'time', head: 'TIME', width: 8, isRight: true },
  { name: 'way', head: '', width: 1, isClose: true },
  { name: 'what', head: 'WHAT', width: 10, takesRest: true },
  { name: 'masked', head: 'MASKED', width: 6, isRight: true },
  { name: 'verdict', head: 'VERDICT', width: 8 },
  { name: 'took', head: 'TOOK', width: 7, isRight: true },
  { name: 'bar', head: '', width: 4, from: 70 },
];

/** By the width of the screen from which on it holds. */
type Steps = readonly (readonly [from: number, width: number])[];

const WIDER: Readonly<Partial<Record<Name, Steps>>> = {
  bar: [
    [100, 16],
    [76, 6],
  ],
};

/** Where something was denied or held the rule stands behind the verdict. */
const WITH_RULES: Steps = [
  [100, 24],
  [76, 18],
  [0, 14],
];

/** The columns that a screen of so many cells has room for. */
export function timelineColumns(width: number, hasRules: boolean): Column<Name>[] {
  const sized = COLUMNS.map((one) => {
    const steps = hasRules && one.name === 'verdict' ? WITH_RULES : WIDER[one.name];
    const wider = steps?.find(([from]) => width >= from);
    return wider === undefined ? one : Object.assign({}, one, { width: wider[1] });
  });
  return laidOut(sized, width);
}

/** How many cells the bars have. */
export function barWidth(columns: readonly Column<Name>[]): number {
  return columns.find(({ name }) => name === 'bar')?.width ?? 0;
}

export interface RowLook {
  readonly theme: Theme;
  readonly isChosen: boolean;
  /** Microseconds of the longest call in sight. */
  readonly longest: number;
  readonly barWidth: number;
  /** The session is still being recorded: what was not answered may yet be. */
  readonly isLive: boolean;
  /** Behind the name, or in place of one. */
  readonly about: Segment;
}

/** A row of the timeline as a line of the table. */
function timelineCells(row: TimelineRow, look: RowLook): Cells<Name> {
  const { theme, isChosen, about } = look;
  const isMessage = row.direction !== undefined;
  return {
    mark: isChosen ? { text: '>' } : { text: row.findings > 0 ? '●' : ' ', style: theme.masked },
    time: { text: momentText(row.mono), style: theme.quiet },
    way: { text: wayOf(row), style: theme.accent },
    what: isMessage ? [...nameOf(row, theme), about] : about,
    masked: { text: row.findings === 0 ? '' : String(row.findings), style: theme.masked },
    verdict: verdictCell(row, theme),
    took: tookCell(row, look),
    bar: {
      text: row.micros === undefined ? '' : barText(row.micros, look.longest, look.barWidth),
      style: theme.accent,
    },
  };
}

function wayOf({ direction }: TimelineRow): string {
  if (direction === undefined) return '';
  return direction === 'to_server' ? '→' : '←';
}

// The tool says more than that it is called.
function nameOf({ tool, label, kind }: TimelineRow, theme: Theme): Segment[] {
  const name = tool ?? (label === '' ? (kind === 'refused' ? 'refused' : 'response') : label);
  return [{ text: name, style: theme.title }, { text: '  ' }];
}

function verdictCell({ outcome, rule, isRefused, wasHeld }: TimelineRow, theme: Theme): Segment | Segment[] {
  if (outcome === undefined) return { text: '' };
  const behind = rule === undefined ? [] : [{ text: ` ${rule}`, style: theme.quiet }];
  if (outcome === 'deny') return [{ text: 'denied', style: theme.bad }, ...behind];
  // Nobody has decided in time, so that its client was told no.
  if (outcome === 'hold' && isRefused) return [{ text: 'refused', style: theme.bad }, ...behind];
  if (outcome === 'hold') return [{ text: 'held', style: theme.warning }, ...behind];
  return wasHeld
    ? [{ text: 'approved', style: theme.good }, ...behind]
    : { text: 'allow', style: theme.quiet };
}

function tookCell({ micros, kind, outcome, isRefused }: TimelineRow, { isLive, theme }: RowLook): Segment {
  if (micros !== undefined) return { text: tookText(micros) };
  if (kind !== 'call' || outcome === 'deny' || isRefused) return { text: '' };
  return isLive ? { text: '…', style: theme.warning } : { text: '-', style: theme.quiet };
}

/** A row as a line: one that is no call has the room of the columns in which it has nothing. */
export function timelineLine(columns: readonly Column<Name>[], row: TimelineRow, look: RowLook): Segment[] {
  const cells = timelineCells(row, look);
  const hasNothing = row.direction === undefined && row.findings === 0 && row.outcome === undefined;
  if (!hasNothing) return tableLine(columns, cells);
  const width = columns.reduce((sum, one) => sum + one.width + gapAfter(one, one === columns.at(-1)), 0);
  const before = [...tableLine(columns.slice(0, BEFORE_WHAT), cells), { text: ' ' }];
  const used = before.reduce((sum, one) => sum + cellsOf(one.text), 0);
  return [...before, { ...look.about, text: fit(clean(look.about.text), width - used) }];
}

const BEFORE_WHAT = COLUMNS.findIndex(({ name }) => name === 'what');
