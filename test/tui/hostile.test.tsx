import { Box, Text, useApp, useInput } from 'ink';
import type { ReactElement } from 'react';
import { expect, test } from 'vitest';

import { Frame } from '../../src/tui/frame.tsx';
import { Line } from '../../src/tui/line.tsx';
import { COLOURED } from '../../src/tui/theme.ts';
import { EmulatedScreen } from '../helpers/emulated-screen.ts';
import { HOSTILE } from '../helpers/hostile-corpus.ts';
import { strangeSequences } from '../helpers/strange-sequences.ts';

const SIZE = { columns: 60, rows: 20 };

/** A screen with a text of an attacker's in its title, in its body between two lines of ours, and beside another text. */
function Victim({ text }: { text: string }): ReactElement {
  const { exit } = useApp();
  useInput(() => exit('left'));
  return (
    <Frame theme={COLOURED} title={text} status="STATUS" keys={[{ keys: 'q', does: 'quit' }]} help={false}>
      <Line>ABOVE</Line>
      <Line style={COLOURED.bad}>{text}</Line>
      <Box>
        <Box flexShrink={0} width={8}>
          <Line>LABEL</Line>
        </Box>
        <Line>{text}</Line>
      </Box>
      <Line>BELOW</Line>
      <Text>END</Text>
    </Frame>
  );
}

test('the corpus is as large as it says', () => {
  expect(new Set(Object.values(HOSTILE)).size).toBeGreaterThan(200);
});

test.each(Object.entries(HOSTILE))('%s does nothing to the terminal', async (_, text) => {
  const screen = new EmulatedScreen(<Victim text={text} />, SIZE);
  const { emulator } = screen;
  const lines = await screen.shows((all) => all.some((line) => line.startsWith('END')));
  // Every line of ours is where it belongs, whatever stands between them.
  expect(lines[0]).toMatch(/STATUS$/);
  expect(lines[1]).toBe('─'.repeat(SIZE.columns));
  expect(lines[2]).toBe('ABOVE');
  expect(lines[4]).toMatch(/^LABEL {3}/);
  expect(lines.slice(5, 7)).toEqual(['BELOW', 'END']);
  expect(lines[18]).toBe('q quit  ? help');
  expect(emulator.deeds).toEqual([]);
  expect(emulator.hidden).toBe(0);
  expect(emulator.buffer).toBe('alternate');
  // What a terminal thinks wider than we do is cut at the edge.
  expect(emulator.modes.wraparoundMode).toBe(false);
  screen.type('q');
  expect(await screen.finished).toBe('left');
  await emulator.write('');
  expect(emulator.buffer).toBe('normal');
  expect(emulator.modes).toMatchObject({
    wraparoundMode: true,
    insertMode: false,
    mouseTrackingMode: 'none',
  });
  expect(strangeSequences(screen.written)).toEqual([]);
  emulator.dispose();
});
