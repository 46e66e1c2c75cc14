import { expect, test } from 'vitest';

import { cellsOf, fit, pieces } from '../../src/tui/cells.ts';
import { timelineColumns } from '../../src/tui/screens/session/timeline-columns.ts';
import { sessionColumns } from '../../src/tui/screens/sessions/session-columns.ts';
import { headLine, laidOut, tableLine } from '../../src/tui/table.ts';

test('a screen of any width from 60 on has its columns side by side to the edge, and room for what matters', () => {
  for (let width = 60; width <= 240; width += 1) {
    for (const columns of [
      sessionColumns(width, { isShared: false }),
      sessionColumns(width, { isShared: true }),
      timelineColumns(width, false),
      timelineColumns(width, true),
    ]) {
      const line = headLine<string>(columns, {})
        .map(({ text }) => text)
        .join('');
      expect(cellsOf(line)).toBe(width);
      expect(columns.find(({ name }) => name === 'what')?.width).toBeGreaterThanOrEqual(12);
    }
  }
});

test('cells are cut or filled to their column, whatever the text', () => {
  const columns = laidOut(
    [
      { name: 'a', head: 'A', width: 4 },
      { name: 'b', head: 'B', width: 5, isRight: true },
    ],
    11,
  );
  const text = (a: string, b: string): string =>
    tableLine(columns, { a: { text: a }, b: { text: b } })
      .map((one) => one.text)
      .join('');
  expect(text('x', '12')).toBe('x        12');
  expect(text('abcdef', '123456')).toBe('abc…  1234…');
  expect(text('日本語', 'e\u0301')).toBe('日…       e\u0301');
  expect(text('\u001b[2J', '\u202e')).toBe('\\x1…  \\u{2…');
});

test('several styles share a cell; what does not fit is cut, or left out', () => {
  const columns = laidOut([{ name: 'a', head: 'A', width: 8 }], 8);
  const cell = [{ text: 'read' }, { text: '  ' }, { text: '{"path":1}' }];
  expect(tableLine(columns, { a: cell }).map(({ text }) => text)).toEqual(['read', '  ', '  ', '']);
  expect(tableLine(columns, { a: [{ text: 'a' }, { text: 'b' }] }).map(({ text }) => text)).toEqual([
    'a',
    'b',
    '      ',
    '',
  ]);
});

test.each([
  ['plain', 5],
  ['\u00e9t\u00e9', 3],
  ['e\u0301', 1],
  ['日本', 4],
  ['\u{1f600}', 2],
  ['\u{1f1e9}\u{1f1ea}', 2],
  ['─█▏→', 4],
])('%s takes %i cells', (text, cells) => {
  expect(cellsOf(text)).toBe(cells);
  expect(cellsOf(fit(text, 9))).toBe(9);
  expect(pieces(text.repeat(4), 7).join('')).toBe(text.repeat(4));
  for (const piece of pieces(text.repeat(4), 7)) expect(cellsOf(piece)).toBeLessThanOrEqual(7);
});
