import { Box, useWindowSize } from 'ink';
import type { ReactElement, ReactNode } from 'react';

import { Line } from './line.tsx';
import type { Theme } from './theme.ts';

/** Rows that `Frame` keeps for itself: title, rule, footer, and one that stays free. */
const FRAME_ROWS = 4;

/** What a key does: shown in the footer while there is room, and on the help page. */
export interface KeyHelp {
  readonly keys: string;
  readonly does: string;
  /** Only the help page tells it. */
  readonly isRare?: true;
}

export interface FrameProps {
  readonly theme: Theme;
  readonly title: string;
  /** At the right of the title. */
  readonly status?: string;
  readonly keys: readonly KeyHelp[];
  /** The help page stands in place of the body. */
  readonly help: boolean;
  /** In place of the keys: a line that somebody types into, or what happened. */
  readonly footer?: ReactNode;
  readonly children: ReactNode;
}

/** The room between title and footer. A row of the terminal stays free: what fills it is drawn anew as a whole each time. */
export function useBody(): { readonly columns: number; readonly rows: number } {
  const { columns, rows } = useWindowSize();
  return { columns, rows: Math.max(3, rows - FRAME_ROWS) };
}

/** Every screen: what it is, what is in it, which keys do what. Fits 60 by 20. */
export function Frame({ theme, title, status = '', keys, help, footer, children }: FrameProps): ReactElement {
  const { columns, rows } = useBody();
  return (
    <Box flexDirection="column" width={columns}>
      <Box columnGap={2}>
        <Box flexGrow={1} flexShrink={1}>
          <Line style={theme.title}>{title}</Line>
        </Box>
        <Box flexShrink={0}>
          <Line style={theme.quiet}>{status}</Line>
        </Box>
      </Box>
      <Line style={theme.quiet}>{'─'.repeat(columns)}</Line>
      <Box flexDirection="column" height={rows}>
        {help ? <Help keys={keys} theme={theme} rows={rows} /> : children}
      </Box>
      {footer ?? <Line style={theme.quiet}>{footerOf(keys, columns)}</Line>}
    </Box>
  );
}

function Help({ keys, theme, rows }: Pick<FrameProps, 'keys' | 'theme'> & { rows: number }): ReactElement {
  const width = Math.max(...keys.map((one) => one.keys.length));
  return (
    <Box flexDirection="column">
      {keys.slice(0, rows).map((one) => (
        <Box key={one.keys} columnGap={2}>
          <Box flexShrink={0} width={width}>
            <Line style={theme.title}>{one.keys}</Line>
          </Box>
          <Line>{one.does}</Line>
        </Box>
      ))}
    </Box>
  );
}

// As many as fit; how to see all of them always does.
function footerOf(keys: readonly KeyHelp[], columns: number): string {
  const more = '? help';
  let line = '';
  for (const { keys: name, does, isRare } of keys) {
    const next = `${line}${name} ${does}  `;
    if (isRare !== true && next.length + more.length <= columns) line = next;
  }
  return line + more;
}
