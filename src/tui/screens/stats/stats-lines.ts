import { bar, sparkline } from '../../../core/review/bars.ts';
import { type Bin, histogram, quantile } from '../../../core/review/durations.ts';
import { wholeTime } from '../../../core/review/session-time.ts';
import type { SessionStats } from '../../../core/review/stats.ts';
import { type Span, toned, type Tone } from '../../../core/review/styled.ts';
import { fit, fitRight } from '../../cells.ts';
import { clean } from '../../line.tsx';
import { sizeText, tookText } from '../../time-text.ts';

export interface RulesFound {
  readonly rules: readonly { readonly rule: string; readonly count: number }[];
  readonly isComplete: boolean;
}

type Line = readonly Span[];

const LABEL = 10;
const NUMBER = 10;

/** How many parts of a session's time a line has room for. */
export function partsFor(columns: number): number {
  return Math.max(10, columns - LABEL - NUMBER - 1);
}

/** Everything there is to say of a session in numbers, a section after the other; parts that say nothing are left out. */
export function statsLines(stats: SessionStats, found: RulesFound, columns: number): Line[] {
  const sections = [
    overTime(stats),
    durations(stats, columns),
    tools(stats, columns),
    rules(found, columns),
    verdicts(stats, columns),
    bytes(stats, columns),
  ];
  const lines: Line[] = [];
  for (const section of sections) {
    if (lines.length > 0 && section.length > 0) lines.push([toned('')]);
    lines.push(...section);
  }
  return lines;
}

function overTime({ busy, found, findings, calls, writes, duration, events }: SessionStats): Line[] {
  const went =
    calls === 0 && writes > 0 ? { name: 'writes', count: writes } : { name: 'calls', count: calls };
  const head = heading('Over time', `${number(events)} events in ${tookText(duration)}`);
  const busyLine = [label(went.name), toned(sparkline(busy), 'accent'), amount(went.count)];
  const foundLine = [label('findings'), toned(sparkline(found), 'masked'), amount(findings)];
  const scale = [toned(`${' '.repeat(LABEL)}0:00${fitRight(wholeTime(duration), busy.length - 4)}`, 'quiet')];
  return [head, busyLine, foundLine, scale];
}

function durations({ took }: SessionStats, columns: number): Line[] {
  if (took.length === 0) return [];
  const [half, most, longest] = [0.5, 0.95, 1].map((part) => tookText(quantile(took, part) ?? 0));
  const bins = histogram(took);
  const largest = Math.max(...bins.map(({ count }) => count));
  return [
    heading('How long answers took', `p50 ${half}  p95 ${most}  max ${longest}`),
    ...bins.map((bin) =>
      barLine({ name: rangeOf(bin), count: bin.count, most: largest, tone: 'accent', columns }),
    ),
  ];
}

function rangeOf({ from, below }: Bin): string {
  return below === Infinity ? `>= ${short(from)}` : `< ${short(below)}`;
}

function short(micros: number): string {
  return micros < 1e6 ? `${micros / 1_000} ms` : `${micros / 1e6} s`;
}

function tools({ tools: used }: SessionStats, columns: number): Line[] {
  const most = used[0]?.calls ?? 0;
  const width = nameWidth(used.map(({ name }) => name));
  const lines = used.map(({ name, calls, findings, refused }): Line => {
    const line = barLine({ name, count: calls, most, tone: 'accent', columns: columns - 2 * NUMBER, width });
    const secrets = toned(fitRight(findings === 0 ? '' : number(findings), NUMBER), 'masked');
    return [...line, secrets, toned(fitRight(refused === 0 ? '' : number(refused), NUMBER), 'bad')];
  });
  const columnsHead = `${fitRight('calls', NUMBER)}${fitRight('findings', NUMBER)}${fitRight('refused', NUMBER)}`;
  return used.length === 0 ? [] : [headed('Calls by tool', columnsHead, columns), ...lines];
}

function rules({ rules: found, isComplete }: RulesFound, columns: number): Line[] {
  const width = nameWidth(found.map(({ rule }) => rule));
  const most = found[0]?.count ?? 0;
  const head = heading('Findings by rule', isComplete ? '' : 'still counting…');
  const lines = found.map(({ rule, count }) =>
    barLine({ name: rule, count, most, tone: 'masked', columns, width }),
  );
  return found.length === 0 && isComplete ? [] : [head, ...lines];
}

function verdicts({ verdicts: { allow, deny, hold, held } }: SessionStats, columns: number): Line[] {
  const most = Math.max(allow, deny, hold);
  if (most === 0) return [];
  const line = (name: string, count: number, tone: Tone): Line[] =>
    count === 0 ? [] : [barLine({ name, count, most, tone, columns })];
  return [
    heading('Verdicts', held === 0 ? '' : `${number(held)} waited for somebody`),
    ...line('allow', allow, 'good'),
    ...line('deny', deny, 'bad'),
    ...line('hold', hold, 'warning'),
  ];
}

function bytes({ bytes: { toServer, toClient, output } }: SessionStats, columns: number): Line[] {
  const all = [
    { name: 'to server', size: toServer },
    { name: 'to client', size: toClient },
    { name: 'output', size: output },
  ].filter(({ size }) => size > 0);
  const most = Math.max(...all.map(({ size }) => size));
  const lines = all.map(({ name, size }) =>
    barLine({ name, count: size, most, tone: 'accent', columns, text: sizeText(size) }),
  );
  return all.length === 0 ? [] : [heading('Bytes, masked', ''), ...lines];
}

interface BarLine {
  readonly name: string;
  readonly count: number;
  readonly most: number;
  readonly tone: Tone;
  readonly columns: number;
  readonly width?: number;
  readonly text?: string;
}

function barLine({
  name,
  count,
  most,
  tone,
  columns,
  width = LABEL - 1,
  text = number(count),
}: BarLine): Line {
  const room = Math.max(4, columns - width - 1 - NUMBER);
  return [
    label(name, width + 1),
    toned(fit(bar(count, most, room), room), tone),
    toned(fitRight(text, NUMBER)),
  ];
}

// Wide enough for most, with room left for the bars.
function nameWidth(names: readonly string[]): number {
  return Math.min(20, Math.max(LABEL - 1, ...names.map((name) => clean(name).length)));
}

function label(name: string, width = LABEL): Span {
  return toned(fit(clean(name), width));
}

function amount(count: number): Span {
  return toned(fitRight(number(count), NUMBER));
}

function heading(title: string, remark: string): Line {
  return [toned(title, 'title'), toned(remark === '' ? '' : `  ${remark}`, 'quiet')];
}

function headed(title: string, columnsHead: string, columns: number): Line {
  return [toned(fit(title, columns - columnsHead.length), 'title'), toned(columnsHead, 'quiet')];
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
