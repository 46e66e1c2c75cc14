import { Box, useApp, useInput } from 'ink';
import type { ReactElement } from 'react';
import { test } from 'vitest';

import { Frame, useBody } from '../../src/tui/frame.tsx';
import { Line } from '../../src/tui/line.tsx';
import { PLAIN } from '../../src/tui/theme.ts';
import { EmulatedScreen } from '../helpers/emulated-screen.ts';

/** Every row of it says how large the screen is. */
function Sized(): ReactElement {
  const { exit } = useApp();
  const { columns, rows } = useBody();
  useInput(() => exit('left'));
  return (
    <Frame theme={PLAIN} title="title" status={`${columns} by ${rows}`} keys={[]} help={false}>
      <Box flexDirection="column">
        {Array.from({ length: rows }, (_, row) => (
          <Line key={row}>{`row ${row + 1} of ${rows} ${'-'.repeat(columns)}`}</Line>
        ))}
      </Box>
    </Frame>
  );
}

// The terminal writes over what it was, whose rows it may have moved.
test.each([
  { columns: 60, rows: 20 },
  { columns: 80, rows: 20 },
  { columns: 60, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 80, rows: 25 },
  { columns: 81, rows: 24 },
  { columns: 79, rows: 23 },
])('a terminal of another size ($columns by $rows) shows nothing of what was there before', async (size) => {
  const screen = new EmulatedScreen(<Sized />, { columns: 80, rows: 24 });
  await screen.shows(([title]) => title?.endsWith('80 by 20') === true);
  screen.resize(size);
  const rows = size.rows - 4;
  const expected = [
    `title${`${size.columns} by ${rows}`.padStart(size.columns - 5)}`,
    '─'.repeat(size.columns),
    ...Array.from(
      { length: rows },
      (_, row) => `row ${row + 1} of ${rows} ${'-'.repeat(size.columns)}`.slice(0, size.columns - 1) + '…',
    ),
    '? help',
    '',
  ];
  await screen.shows((lines) => lines.join('\n') === expected.join('\n'));
  screen.type('q');
  await screen.finished;
  screen.emulator.dispose();
});
