import { Box } from 'ink';
import type { ReactElement } from 'react';

import type { ListedSession } from '../../../core/review/source.ts';
import { useActs } from '../../acts/use-acts.tsx';
import { Frame, type KeyHelp, useBody } from '../../frame.tsx';
import { clean, Line } from '../../line.tsx';
import { topFor } from '../../moves.ts';
import { Segments } from '../../segments.tsx';
import { headLine, tableLine } from '../../table.ts';
import type { Theme } from '../../theme.ts';
import { wrapWords } from '../../wrap.ts';
import { sessionCells, sessionColumns } from './session-columns.ts';
import { chosenOf, hasList, placeOf, type SessionsState, shownOf } from './sessions-state.ts';
import { type SessionsDeps, useBadges, useKeys, useListed } from './use-sessions.ts';

export interface SessionsProps extends SessionsDeps {
  readonly theme: Theme;
  readonly now: () => number;
}

/** Lines of the body that are no sessions: the heading, a rule, and two about the chosen one. */
const AROUND = 4;

/** The list of sessions, which lives. Fits 60 by 20. */
export function Sessions(props: SessionsProps): ReactElement {
  const { theme, source } = props;
  const { columns, rows } = useBody();
  const page = rows - AROUND;
  const hands = useListed(props);
  const { state, dispatch } = hands;
  const shown = shownOf(state);
  const list = { length: shown.length, page };
  const top = topFor({ top: state.top, chosen: placeOf(state) }, list);
  const inSight = shown.slice(top, top + page);
  useBadges(hands, source, inSight);
  const chosen = chosenOf(state);
  const acts = useActs({
    acts: source.acts,
    of: chosen && { session: chosen.session, targets: [], finding: undefined },
    theme,
    done: () => chosen && dispatch({ kind: 'stale', id: chosen.session }),
  });
  useKeys({ hands, deps: props, acts, page });
  return (
    <Frame
      theme={theme}
      title={`hallpass review: ${titleOf(state, shown.length)}`}
      status={clean(source.name)}
      keys={keysOf(state, acts.keys, props.approvals !== undefined)}
      help={state.mode === 'help'}
      footer={acts.footer ?? footerOf(state, theme)}
    >
      {acts.view ??
        (hasList(state) ? (
          <List {...{ state, theme, inSight, columns, page }} isShared={source.isShared} now={props.now()} />
        ) : (
          <Nothing state={state} theme={theme} width={columns} />
        ))}
    </Frame>
  );
}

function titleOf({ listed, isComplete, filter }: SessionsState, shown: number): string {
  const count = `${listed.length}${isComplete ? '' : '+'} ${listed.length === 1 ? 'session' : 'sessions'}`;
  return filter === '' ? count : `${shown} of ${count}`;
}

function footerOf({ mode, filter, opening, notice }: SessionsState, theme: Theme): ReactElement | undefined {
  if (mode === 'filter')
    return <Segments of={[{ text: 'filter: ', style: theme.title }, { text: `${filter}_` }]} />;
  if (notice !== undefined) return <Line style={theme.bad}>{notice}</Line>;
  if (opening !== undefined) return <Line style={theme.quiet}>{`opening ${opening}…`}</Line>;
  if (filter === '') return undefined;
  return (
    <Segments
      of={[
        { text: 'filter: ', style: theme.title },
        { text: filter },
        { text: '   esc clears it', style: theme.quiet },
      ]}
    />
  );
}

function keysOf(state: SessionsState, acts: readonly KeyHelp[], hasApprovals: boolean): KeyHelp[] {
  const always: KeyHelp[] = [
    ...(hasApprovals ? [{ keys: 'A', does: 'approvals' }] : []),
    { keys: 'q', does: 'quit' },
  ];
  if (state.awaits) return [{ keys: 'esc', does: 'the list' }, ...always];
  if (!hasList(state)) return always;
  return [
    { keys: 'up/down', does: 'choose' },
    { keys: 'enter', does: 'open' },
    { keys: '/', does: 'filter' },
    ...acts,
    ...always,
    { keys: 'j k', does: 'down and up, as in vim; g G first and last', isRare: true },
    { keys: 'space', does: 'a page down; ctrl-f ctrl-b pages, ctrl-d ctrl-u half pages', isRare: true },
    { keys: 'esc', does: 'clears the filter', isRare: true },
  ];
}

function Nothing({
  state,
  theme,
  width,
}: {
  state: SessionsState;
  theme: Theme;
  width: number;
}): ReactElement {
  const [head, ...lines] = nothingLines(state);
  return (
    <Box flexDirection="column" paddingTop={1}>
      <Line style={theme.title}>{head}</Line>
      <Line> </Line>
      {lines
        .flatMap((line) => wrapWords(line, width))
        .map((line, at) => (
          <Line key={at} style={line.startsWith(' ') ? theme.accent : {}}>
            {line}
          </Line>
        ))}
    </Box>
  );
}

function nothingLines({ awaits, isComplete }: SessionsState): [string, ...string[]] {
  if (!isComplete) return ['Looking for sessions…'];
  const how = [
    '  hallpass connect -- COMMAND    before an MCP server',
    '  hallpass run -- COMMAND        around a command',
  ];
  if (awaits)
    return [
      'Waiting for a session to begin.',
      'It opens by itself. What records one:',
      '',
      ...how,
      '',
      'esc shows the sessions that there are.',
    ];
  return [
    'Nothing has been recorded yet.',
    'The first session is recorded by either of these, and appears here at once:',
    '',
    ...how,
  ];
}

interface ListProps {
  readonly state: SessionsState;
  readonly isShared: boolean;
  readonly theme: Theme;
  readonly inSight: readonly ListedSession[];
  readonly columns: number;
  readonly page: number;
  readonly now: number;
}

function List({ state, isShared, theme, inSight, columns, page, now }: ListProps): ReactElement {
  const laid = sessionColumns(columns, { isShared });
  const chosen = chosenOf(state);
  return (
    <Box flexDirection="column">
      <Segments of={headLine(laid, theme.quiet)} />
      <Box flexDirection="column" height={page}>
        {inSight.length === 0 && <Line style={theme.quiet}>{'   No session fits the filter.'}</Line>}
        {inSight.map((one) => {
          const isChosen = one === chosen;
          const cells = sessionCells(one, state.badges.get(one.session), { theme, now, isChosen });
          return (
            <Segments key={one.session} of={tableLine(laid, cells)} all={isChosen ? theme.chosen : {}} />
          );
        })}
      </Box>
      <Line style={theme.quiet}>{'─'.repeat(columns)}</Line>
      {chosen === undefined ? <Line> </Line> : <About one={chosen} theme={theme} />}
    </Box>
  );
}

function About({ one, theme }: { one: ListedSession; theme: Theme }): ReactElement {
  const { session, subject, kind, connection, started_at: from, ended_at: to, events } = one;
  const times = `${from?.slice(0, 19).replace('T', ' ') ?? '-'} to ${to?.slice(11, 19) ?? (one.state === 'open' ? 'now' : '-')} UTC`;
  return (
    <Box flexDirection="column">
      <Segments
        of={[
          { text: `${kind ?? '-'} ${connection ?? '-'}`, style: theme.title },
          { text: `  ${subject ?? '-'}` },
        ]}
      />
      <Segments of={[{ text: `${session}  ${times}  ${events ?? '-'} events`, style: theme.quiet }]} />
    </Box>
  );
}
