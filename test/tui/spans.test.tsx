import { Box } from 'ink';
import { expect, test } from 'vitest';

import type { Span } from '../../src/core/review/styled.ts';
import { Spans } from '../../src/tui/spans.tsx';
import { COLOURED, PLAIN } from '../../src/tui/theme.ts';
import { HOSTILE } from '../helpers/hostile-corpus.ts';
import { InkScreen } from '../helpers/ink-screen.ts';
import { strangeSequences } from '../helpers/strange-sequences.ts';

const LINES: readonly Span[][] = Object.values(HOSTILE).map((text) => [
  { text: 'before ', style: { color: 'ansi256(208)', background: '#010203', bold: true } },
  { text, style: { tone: 'bad' } },
]);

test.for([
  ['with', COLOURED],
  ['without', PLAIN],
] as const)('a line shows what would attack a terminal, %s colours', async ([, theme]) => {
  const screen = new InkScreen(
    <Box flexDirection="column">
      {LINES.map((spans, at) => (
        <Spans key={at} theme={theme} of={spans} />
      ))}
    </Box>,
    { columns: 80, rows: LINES.length + 1 },
  );
  await screen.shows(/before/);
  expect(screen.lines).toHaveLength(LINES.length);
  expect(strangeSequences(screen.all)).toEqual([]);
  if (theme === PLAIN) expect(screen.all).not.toContain('\u001b');
  screen.instance.unmount();
});
