import { Box } from 'ink';
import { type ReactElement, useMemo } from 'react';

import { Frame, type KeyHelp, useBody } from '../../frame.tsx';
import { Spans } from '../../spans.tsx';
import type { Theme } from '../../theme.ts';
import { partsFor, statsLines } from './stats-lines.ts';
import { type StatsDeps, useNumbers, useScrolling } from './use-stats.ts';

export interface StatsProps extends StatsDeps {
  readonly theme: Theme;
}

const KEYS: readonly KeyHelp[] = [
  { keys: '↑↓', does: 'scroll' },
  { keys: 'space', does: 'a page' },
  { keys: 'esc', does: 'back' },
  { keys: 'q', does: 'quit' },
  { keys: 'j k', does: 'down and up; g G to the first and last line', isRare: true },
  { keys: 'ctrl-f', does: 'a page down, ctrl-b up; ctrl-d ctrl-u half a page', isRare: true },
];

/** A session in numbers: over time, durations, tools, rules, verdicts, bytes. Fits 60 by 20. */
export function Stats(props: StatsProps): ReactElement {
  const { theme, session } = props;
  const { columns, rows } = useBody();
  const { stats, found } = useNumbers(session, partsFor(columns));
  const lines = useMemo(() => statsLines(stats, found, columns), [stats, found, columns]);
  const { top, isHelp } = useScrolling(props, lines.length, rows);
  const from = Math.max(0, Math.min(top, lines.length - rows));
  const more = Math.max(0, lines.length - rows - from);
  return (
    <Frame
      theme={theme}
      title={`stats ${session.id.slice(0, 8)}  ${session.index.start?.connection ?? ''}`}
      status={more === 0 ? '' : `${more} more below`}
      keys={KEYS}
      help={isHelp}
    >
      <Box flexDirection="column" height={rows}>
        {lines.slice(from, from + rows).map((line, at) => (
          <Spans key={from + at} theme={theme} of={line} />
        ))}
      </Box>
    </Frame>
  );
}
