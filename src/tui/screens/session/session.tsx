import { Box } from 'ink';
import type { ReactElement } from 'react';

import type { ReviewActs, ReviewedSession } from '../../../core/review/source.ts';
import type { FindingRecord } from '../../../core/session/event.ts';
import { type ActsHandle, useActs } from '../../acts/use-acts.tsx';
import { Frame, type KeyHelp, useBody } from '../../frame.tsx';
import { clean, Line } from '../../line.tsx';
import { topFor } from '../../moves.ts';
import { type Segment, Segments } from '../../segments.tsx';
import { headLine } from '../../table.ts';
import type { Theme } from '../../theme.ts';
import { Facts, sealLines } from './facts.tsx';
import { aboutRow } from './row-about.ts';
import { hasMatches, type Seal, type SessionState } from './session-state.ts';
import { barWidth, timelineLine, timelineColumns } from './timeline-columns.ts';
import { chosenRow, type SessionDeps, type SessionHands, useKeys, useTimeline } from './use-session.ts';

export interface SessionProps extends SessionDeps {
  readonly theme: Theme;
  readonly acts: ReviewActs;
  /** It is gone. */
  readonly removed: () => void;
}

/** Lines about the session above the timeline, but for those of its seal, and the heading of the table. */
const ABOVE = 4;
/** From so many rows of the body on there is an empty line between the two. */
const AIRY = 19;

/** One session as a timeline. However long it is, only what is in sight is looked at. Fits 60 by 20. */
export function Session(props: SessionProps): ReactElement {
  const { session, theme } = props;
  const { columns, rows } = useBody();
  const pageBeside = (seal: Seal): number => {
    const above = ABOVE + sealLines({ session, seal, theme, columns }).length;
    return Math.max(1, rows - above - (rows >= AIRY ? 1 : 0));
  };
  const hands = useTimeline(props, pageBeside);
  const { state } = hands;
  const page = pageBeside(state.seal);
  const acts = useSessionActs(props, hands);
  useKeys({ hands, deps: props, acts, page });
  const { index } = session;
  const status = statusOf(session, state);
  return (
    <Frame
      theme={theme}
      title={clean(`${index.start?.session_kind ?? 'session'} ${index.start?.connection ?? session.id}`)}
      status={status}
      keys={keysOf(state, acts.keys, props.hasApprovals)}
      help={state.mode === 'help'}
      footer={acts.footer ?? footerOf(state, theme)}
    >
      {acts.view ?? (
        <Box flexDirection="column">
          <Facts {...{ session, theme, columns }} seal={state.seal} />
          {rows >= AIRY && <Line> </Line>}
          <Timeline {...{ session, state, theme, columns, page }} />
        </Box>
      )}
    </Frame>
  );
}

function useSessionActs(
  { session, acts, theme, removed }: SessionProps,
  { state, dispatch }: SessionHands,
): ActsHandle {
  const seqs = chosenRow(session, state)?.seqs ?? [];
  const targets = seqs.filter((seq) => session.index.event(seq).payloadBytes !== undefined);
  return useActs({
    acts,
    of: {
      session: session.id,
      targets,
      finding: firstFinding(session, seqs),
      verify: (signal) => session.verify(signal),
    },
    theme,
    done: (what) => {
      if (what === 'removed') removed();
      else if (what === 'changed') dispatch({ kind: 'changed' });
    },
  });
}

function firstFinding(session: ReviewedSession, seqs: readonly number[]): FindingRecord | undefined {
  const found = seqs.find((seq) => session.index.event(seq).findings > 0);
  const one = found === undefined ? undefined : session.event(found);
  return one !== undefined && 'findings' in one ? one.findings?.[0] : undefined;
}

// As short as can be: on 60 cells what the session is of stands beside it.
function statusOf({ isLive, index }: ReviewedSession, { isRead, follows, rows }: SessionState): string {
  if (!isRead) return `reading… ${index.events} events`;
  const live = isLive && index.end === undefined ? `● ${follows ? 'following' : 'live'}  ` : '';
  const { findings, refused, holds } = index.totals;
  const counts = [
    count(rows, 'row'),
    ...(findings > 0 ? [count(findings, 'finding')] : []),
    ...(refused > 0 ? [`${refused} denied`] : []),
    ...(holds > 0 ? [`${holds} held`] : []),
  ];
  return live + counts.join(', ');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function footerOf(state: SessionState, theme: Theme): ReactElement | undefined {
  const { mode, query, search, notice } = state;
  if (mode === 'typing') return <Segments of={[{ text: '/', style: theme.title }, { text: `${query}_` }]} />;
  if (notice !== undefined) return <Line style={theme.warning}>{notice}</Line>;
  if (query === '') return undefined;
  return (
    <Segments
      of={[
        { text: `/${query}`, style: theme.title },
        { text: '   ' },
        searchSegment(search, theme),
        {
          text: `   ${hasMatches(state) ? 'n next  p previous' : 'p replay'}  esc ends it`,
          style: theme.quiet,
        },
      ]}
    />
  );
}

function searchSegment(search: SessionState['search'], theme: Theme): Segment {
  if (search.kind === 'running') return { text: 'searching…', style: theme.quiet };
  if (search.kind === 'missed') return { text: 'not found', style: theme.warning };
  if (search.kind !== 'found') return { text: '' };
  return { text: search.isAgain ? `event ${search.seq}, from the other end` : `event ${search.seq}` };
}

function keysOf(state: SessionState, acts: readonly KeyHelp[], hasApprovals: boolean): KeyHelp[] {
  return [
    { keys: 'enter', does: 'open' },
    { keys: 'esc', does: 'back' },
    { keys: '[ ]', does: 'findings' },
    { keys: '/', does: 'search' },
    ...(hasMatches(state) ? [] : [{ keys: 'p', does: 'replay' }]),
    { keys: 's', does: 'stats' },
    ...acts,
    ...(hasApprovals ? [{ keys: 'A', does: 'approvals' }] : []),
    { keys: 'q', does: 'quit' },
    { keys: 'n p', does: 'next and previous match of a search', isRare: true },
    { keys: 'j k', does: 'down and up, as in vim; g first', isRare: true },
    { keys: 'G', does: 'last, and stays at the end while it grows', isRare: true },
    { keys: 'space', does: 'a page down; ctrl-f ctrl-b pages, ctrl-d ctrl-u half pages', isRare: true },
  ];
}

interface TimelineProps {
  readonly session: ReviewedSession;
  readonly state: SessionState;
  readonly theme: Theme;
  readonly columns: number;
  readonly page: number;
}

function Timeline({ session, state, theme, columns, page }: TimelineProps): ReactElement {
  const { refused, holds } = session.index.totals;
  const laid = timelineColumns(columns, refused + holds > 0);
  // Another log may have taken the place of the one whose rows were counted.
  const rows = Math.min(state.rows, session.index.rows);
  const top = topFor(state, { length: rows, page });
  const inSight = Array.from({ length: Math.min(page, rows - top) }, (_, at) => session.index.row(top + at));
  const longest = Math.max(1, ...inSight.map(({ micros }) => micros ?? 0));
  const isLive = session.isLive && session.index.end === undefined;
  return (
    <Box flexDirection="column">
      <Segments of={headLine(laid, theme.quiet)} />
      {inSight.map((row) => {
        const isChosen = row.at === state.chosen;
        const about = aboutRow(session, row, theme);
        const line = timelineLine(laid, row, {
          theme,
          isChosen,
          longest,
          barWidth: barWidth(laid),
          isLive,
          about,
        });
        return <Segments key={row.at} of={line} all={isChosen ? theme.chosen : {}} />;
      })}
    </Box>
  );
}
