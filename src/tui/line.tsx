import { Text } from 'ink';
import type { ReactElement } from 'react';

import { visible } from '../core/visible.ts';
import type { TextStyle } from './theme.ts';

/** A line of the screen, cut at its edge. Its text is shown, never obeyed, whoever wrote it. */
export function Line({ style = {}, children }: { style?: TextStyle; children: string }): ReactElement {
  return (
    <Text wrap="truncate-end" {...style}>
      {children === '' ? ' ' : clean(children)}
    </Text>
  );
}

/** Text that somebody else wrote, as a line may show it. */
export function clean(text: string): string {
  return visible(text, { oneLine: true });
}
