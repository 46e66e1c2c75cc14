import { Text, type TextProps } from 'ink';
import type { ReactElement } from 'react';

import type { Span, Style } from '../core/review/styled.ts';
import { clean } from './line.tsx';
import type { Theme } from './theme.ts';

/** A line in several styles, cut at the edge of the screen. Its text is shown, never obeyed, whoever wrote it. */
export function Spans({ theme, of }: { theme: Theme; of: readonly Span[] }): ReactElement {
  const isEmpty = of.every(({ text }) => text === '');
  return (
    <Text wrap="truncate-end">
      {isEmpty ? ' ' : ''}
      {of.map(({ text, style }, at) => (
        <Text key={at} {...propsOf(style, theme)}>
          {clean(text)}
        </Text>
      ))}
    </Text>
  );
}

// A theme in which even what is bad has no colour is one without.
function propsOf(style: Style, theme: Theme): TextProps {
  if (style.tone !== undefined) return theme[style.tone];
  if (theme.bad.color === undefined) return {};
  const { color, background, bold, dim, italic, underline, inverse } = style;
  return {
    ...(color !== undefined && { color }),
    ...(background !== undefined && { backgroundColor: background }),
    ...(bold && { bold }),
    ...(dim && { dimColor: dim }),
    ...(italic && { italic }),
    ...(underline && { underline }),
    ...(inverse && { inverse }),
  };
}
