import { expect, test } from 'vitest';

import { GrowingIndex } from '../../../src/core/review/growing-index.ts';
import type { TerminalRecord } from '../../../src/core/session/event.ts';
import { eventText } from '../../../src/core/session/event-text.ts';
import { parseLine } from '../../../src/core/session/line.ts';
import { type MemoryEvent, MemorySession, started, wrote } from '../../helpers/memory-session.ts';

const SMALL = { columns: 80, rows: 24 };
const LARGE = { columns: 120, rows: 40 };

function resized(at: number, size: TerminalRecord): MemoryEvent {
  return { at, bytes: 'x', body: { kind: 'output', stream: 'terminal', resized: size, findings: [] } };
}

test('an index knows how large the terminal was after each event', () => {
  const { index } = new MemorySession([
    started({ terminal: SMALL }),
    wrote(1, 'a'),
    resized(2, LARGE),
    wrote(3, 'b'),
    resized(4, SMALL),
  ]);
  expect([-1, 0, 1, 2, 3, 4].map((seq) => index.terminalAt(seq))).toEqual([
    undefined,
    SMALL,
    SMALL,
    LARGE,
    LARGE,
    SMALL,
  ]);
});

test('a session of before sizes were recorded, or of no terminal, has none', () => {
  const { index } = new MemorySession([started(), wrote(1, 'a')]);
  expect(index.terminalAt(1)).toBeUndefined();
  expect(new GrowingIndex().terminalAt(0)).toBeUndefined();
});

test.each<[unknown, boolean]>([
  [SMALL, true],
  [{ columns: 1, rows: 65_535 }, true],
  [{ columns: 0, rows: 24 }, false],
  [{ columns: 80, rows: 65_536 }, false],
  [{ columns: 80 }, false],
  [{ columns: '80', rows: 24 }, false],
  ['80x24', false],
])('a log that names the size %j is read: %s', (size, isRead) => {
  const session = new MemorySession([started(), wrote(1, 'a')]);
  const [start, output] = [session.event(0), session.event(1)];
  for (const event of [
    { ...start, terminal: size },
    { ...output, resized: size },
  ]) {
    const line = Buffer.from(eventText(event as typeof start));
    expect(parseLine(line) !== undefined).toBe(isRead);
  }
});
