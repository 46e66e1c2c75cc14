import { Box } from 'ink';
import { type ReactElement, useMemo, useRef } from 'react';

import { lastRows, type ReplayRow } from '../../../core/review/replay-rows.ts';
import { ReplayScreen } from '../../../core/review/replay-screen.ts';
import type { Mark, ReplayTrack } from '../../../core/review/replay-track.ts';
import { clockTime, wholeTime } from '../../../core/review/session-time.ts';
import { type Span, toned } from '../../../core/review/styled.ts';
import { Frame, type KeyHelp, useBody } from '../../frame.tsx';
import { Line } from '../../line.tsx';
import { Spans } from '../../spans.tsx';
import type { Theme } from '../../theme.ts';
import type { ReplayState } from './replay-state.ts';
import { type ReplayDeps, useReplay } from './use-replay.ts';

export interface ReplayProps extends ReplayDeps {
  readonly theme: Theme;
}

const KEYS: readonly KeyHelp[] = [
  { keys: 'space', does: 'pause' },
  { keys: '←→', does: '5 s' },
  { keys: '+-', does: 'speed' },
  { keys: 'i', does: 'idle' },
  { keys: '[]', does: 'secrets' },
  { keys: 'esc', does: 'back' },
  { keys: 'h l', does: '5 s back, 5 s on', isRare: true },
  { keys: 'H L', does: '30 s; also shift-←→ and pages', isRare: true },
  { keys: '0 … 9', does: 'to a tenth of it', isRare: true },
  { keys: 'g G', does: 'to its start, to its end', isRare: true },
  { keys: ', .', does: 'an event back, an event on', isRare: true },
  { keys: '↑↓', does: 'look further up, as k j and ctrl-u ctrl-d', isRare: true },
  { keys: '◆ ✕ ┄', does: 'a secret was masked; a call refused; idle, skipped', isRare: true },
];

/** A stream's lines begin with it. */
const GUTTER: Readonly<Record<string, string>> = { stderr: '┃ ' };
const GUTTER_CELLS = 2;

/** A session as it went by: its output, or its calls. Fits 60 by 20. */
export function Replay(props: ReplayProps): ReactElement {
  const { theme, session } = props;
  const body = useBody();
  const page = body.rows - 1;
  const width = body.columns - GUTTER_CELLS;
  const screen = useMemo(() => new ReplayScreen(session), [session]);
  const most = useRef((): number => 0);
  const { state, moment, position } = useReplay(props, { page, most: () => most.current() });
  const lines = screen.at(session.index.seqAt(position));
  const rows = lastRows(lines, { columns: width, rows: page, below: state.below });
  most.current = () => lastRows(lines, { columns: width, rows: Infinity, below: 0 }).length - page;
  return (
    <Frame
      theme={theme}
      title={`replay ${nameOf(session)}`}
      status={statusOf(state, { position, track: moment.span })}
      keys={KEYS}
      help={state.isHelp}
      footer={state.notice === undefined ? undefined : <Line style={theme.warning}>{state.notice}</Line>}
    >
      <Box flexDirection="column" height={page}>
        {rows.map((row, at) => (
          <Row key={at} row={row} theme={theme} />
        ))}
      </Box>
      <Bar
        {...{ theme, position, columns: body.columns, skipsIdle: state.clock.skipsIdle }}
        track={moment.span}
      />
    </Frame>
  );
}

function nameOf({ id, index: { start } }: ReplayProps['session']): string {
  const what = start?.argv?.join(' ') ?? start?.connection ?? '';
  return `${id.slice(0, 8)}  ${what}`;
}

function statusOf(
  { clock, below }: ReplayState,
  { position, track }: { position: number; track: ReplayTrack },
): string {
  const { isPlaying, speed, skipsIdle } = clock;
  const isOver = !isPlaying && position >= track.duration;
  const does = isPlaying ? 'playing' : isOver ? 'at the end' : 'paused';
  const skips = skipsIdle ? `  skips idle ${wholeTime(track.gaps.saved)}` : '';
  return `${below === 0 ? '' : `${below} more below  `}${does} ${speed}x${skips}`;
}

function Row({ row: { stream, spans }, theme }: { row: ReplayRow; theme: Theme }): ReactElement {
  const gutter = stream === '' ? [] : [toned(GUTTER[stream] ?? '  ', 'warning')];
  return <Spans theme={theme} of={[...gutter, ...spans]} />;
}

interface BarProps {
  readonly theme: Theme;
  readonly track: ReplayTrack;
  readonly position: number;
  readonly columns: number;
  readonly skipsIdle: boolean;
}

/** Where it stands, and where there is something to see. */
function Bar({ theme, track, position, columns, skipsIdle }: BarProps): ReactElement {
  const whole = clockTime(track.duration);
  const now = clockTime(position).padStart(whole.length);
  const cells = Math.max(1, columns - now.length - whole.length - 2);
  const marks = useMemo(() => track.marks(cells, skipsIdle), [track, track.duration, cells, skipsIdle]);
  const at = track.cellOf(position, cells);
  const line = marks.map((mark, cell) => cellOf(mark, { cell, at }));
  return (
    <Spans theme={theme} of={[toned(`${now} `, 'title'), ...joined(line), toned(` ${whole}`, 'quiet')]} />
  );
}

function cellOf(mark: Mark, { cell, at }: { cell: number; at: number }): Span {
  if (cell === at) return toned('●', 'title');
  if (mark === 'finding') return toned('◆', 'masked');
  if (mark === 'refused') return toned('✕', 'bad');
  if (mark === 'idle') return toned('┄', 'quiet');
  return cell < at ? toned('━', 'accent') : toned('─', 'quiet');
}

function joined(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last?.style.tone === span.style.tone)
      all[all.length - 1] = { ...span, text: `${last?.text}${span.text}` };
    else all.push(span);
  }
  return all;
}
