import { Text } from 'ink';
import type { ReactElement } from 'react';

import { clean } from './line.tsx';
import type { TextStyle } from './theme.ts';

/** A stretch of a line in one style. */
export interface Segment {
  readonly text: string;
  readonly style?: TextStyle;
}

/** A line of several styles, cut at the edge of the screen. Its texts are shown, never obeyed, whoever wrote them. */
export function Segments({ of, all = {} }: { of: readonly Segment[]; all?: TextStyle }): ReactElement {
  const isEmpty = of.every(({ text }) => text === '');
  return (
    <Text wrap="truncate-end">
      {isEmpty ? ' ' : ''}
      {of.map(({ text, style }, at) => (
        <Text key={at} {...(all.inverse === true ? weightOf(style) : style)} {...all}>
          {clean(text)}
        </Text>
      ))}
    </Text>
  );
}

// A line that is inverse is one: a colour of a part of it would be the colour of its ground.
function weightOf(style: TextStyle | undefined): TextStyle {
  return style?.bold === true ? { bold: true } : {};
}
