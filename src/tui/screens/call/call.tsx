import { Box } from 'ink';
import type { ReactElement } from 'react';

import type { ReviewActs, ReviewedSession } from '../../../core/review/source.ts';
import { useActs } from '../../acts/use-acts.tsx';
import { Frame, type KeyHelp, useBody } from '../../frame.tsx';
import { clean, Line } from '../../line.tsx';
import { topFor } from '../../moves.ts';
import { type Segment, Segments } from '../../segments.tsx';
import type { Theme } from '../../theme.ts';
import { useKeys } from './call-keys.ts';
import { GUTTER } from './call-lines.ts';
import type { CallState } from './call-state.ts';
import { marked } from './marks.ts';
import { type CallDeps, type CallHands, useCall } from './use-call.ts';
import { Why, WHY_LINES } from './why.tsx';

export interface CallProps extends CallDeps {
  readonly theme: Theme;
  readonly acts: ReviewActs;
  /** Its session is gone. */
  readonly removed: () => void;
}

/** One call: what was asked and answered, and why what is masked is. Fits 60 by 20. */
export function Call(props: CallProps): ReactElement {
  const { session, row, theme } = props;
  const { columns, rows } = useBody();
  const pageFor = (findings: number): number => rows - (findings === 0 ? 0 : WHY_LINES);
  const hands = useCall(props, { columns, pageFor });
  const { state, findings } = hands;
  const page = pageFor(findings.length);
  const explained = findings[Math.min(state.finding, findings.length - 1)]?.finding;
  const targets = hands.sections.flatMap(({ event }) => (event.payload === undefined ? [] : [event.seq]));
  const acts = useActs({
    acts: props.acts,
    of: { session: session.id, targets, finding: explained, verify: (signal) => session.verify(signal) },
    theme,
    done: (what) => what === 'removed' && props.removed(),
  });
  useKeys({ hands, deps: props, acts, page });
  return (
    <Frame
      theme={theme}
      title={clean(titleOf(session, row))}
      status={`${row + 1} of ${session.index.rows}`}
      keys={keysOf(state, acts.keys)}
      help={state.mode === 'help'}
      footer={acts.footer ?? footerOf(state, theme)}
    >
      {acts.view ?? (
        <Box flexDirection="column">
          <Reading hands={hands} theme={theme} page={page} />
          {explained !== undefined && (
            <Why {...{ theme, columns, explained }} number={state.finding} of={findings.length} />
          )}
        </Box>
      )}
    </Frame>
  );
}

function titleOf({ index }: ReviewedSession, at: number): string {
  if (at >= index.rows) return 'gone';
  const { tool, label, kind, direction } = index.row(at);
  const what = direction === undefined ? kind : label || kind;
  return `${index.start?.connection ?? 'session'}: ${what}${tool === undefined ? '' : ` ${tool}`}`;
}

function footerOf({ mode, query, notice }: CallState, theme: Theme): ReactElement | undefined {
  if (mode === 'typing') return <Segments of={[{ text: '/', style: theme.title }, { text: `${query}_` }]} />;
  if (notice !== undefined) return <Line style={theme.warning}>{notice}</Line>;
  if (query === '') return undefined;
  return (
    <Segments
      of={[
        { text: `/${query}`, style: theme.title },
        { text: '   n next  p previous  esc ends it', style: theme.quiet },
      ]}
    />
  );
}

function keysOf({ query }: CallState, acts: readonly KeyHelp[]): KeyHelp[] {
  return [
    { keys: 'enter', does: 'fold' },
    { keys: 'esc', does: 'back' },
    { keys: '[ ]', does: 'findings' },
    { keys: '/', does: 'search' },
    query === '' ? { keys: 'p', does: 'replay' } : { keys: 'n p', does: 'next, previous match' },
    { keys: 'J K', does: 'next, previous call' },
    ...acts,
    { keys: 'q', does: 'quit' },
    { keys: 'h l', does: 'fold and unfold; h on what is folded folds what is around it', isRare: true },
    { keys: 'j k', does: 'down and up, as in vim; g G first and last', isRare: true },
    { keys: 'ctrl-f', does: 'a page down, ctrl-b up; ctrl-d ctrl-u half pages', isRare: true },
  ];
}

const SIGNS = { folded: '▸', open: '▾' } as const;

function Reading({ hands, theme, page }: { hands: CallHands; theme: Theme; page: number }): ReactElement {
  const { state, sections, problem } = hands;
  const lines = hands.linesWith(state.folds);
  if (problem !== undefined) return <Line style={theme.bad}>{problem}</Line>;
  const top = topFor(state, { length: lines.length, page });
  return (
    <Box flexDirection="column" height={page}>
      {lines.slice(top, top + page).map((line, at) => {
        const isChosen = top + at === state.chosen;
        const placeholders = sections[line.section]?.findings.map(({ placeholder }) => placeholder) ?? [];
        const gutter: Segment[] = [
          { text: isChosen ? '>' : ' ', style: theme.accent },
          {
            text: `${line.fold === undefined ? ' ' : SIGNS[line.fold]} `.padEnd(GUTTER - 1),
            style: theme.quiet,
          },
        ];
        const shown = marked(line.spans(), placeholders, state.query);
        return (
          <Segments
            key={top + at}
            of={[
              ...gutter,
              ...shown.map(({ text, tone }) => ({ text, style: tone === undefined ? {} : theme[tone] })),
            ]}
          />
        );
      })}
    </Box>
  );
}
