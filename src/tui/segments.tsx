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
        <Text key={at} {...style} {...all}>
          {clean(text)}
        </Text>
      ))}
    </Text>
  );
}
