import type { ReactElement } from 'react';
import { expect, test } from 'vitest';

import { Segments } from '../../src/tui/segments.tsx';
import { type TextStyle, themeFor } from '../../src/tui/theme.ts';

const theme = themeFor({ colour: true, ground: 'dark', depth: 8 });

/** The style of each part of a line. */
function stylesOf(line: ReactElement): TextStyle[] {
  const { children } = line.props as { children: [string, ReactElement<TextStyle & { children: string }>[]] };
  return children[1].map(({ props: { children: _text, ...style } }) => style);
}

test('a line that is chosen is inverse as a whole, and no part of it has a colour of its own', () => {
  const of = [
    { text: 'plain ' },
    { text: 'quiet ', style: theme.quiet },
    { text: '12', style: theme.masked },
    { text: '███', style: theme.accent },
  ];
  const { chosen } = theme;
  expect(stylesOf(Segments({ of, all: chosen }))).toEqual([
    chosen,
    chosen,
    { bold: true, ...chosen },
    chosen,
  ]);
  expect(stylesOf(Segments({ of }))).toEqual([{}, theme.quiet, theme.masked, theme.accent]);
});
