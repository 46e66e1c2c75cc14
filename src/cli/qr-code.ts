import { encode } from 'uqr';

import type { TerminalSize } from './terminal.ts';

// ISO/IEC 18004 wants four light modules around a code, or cameras don't find it.
const QUIET_ZONE = 4;
// The line below the code, and the one with the cursor: a code that has scrolled away in part can't be read.
const LINES_BELOW = 2;
// Black on white from the palette's fixed part: the other colours are the theme's, and a code in light on dark, as a dark
// theme would have it, is one that many cameras don't read.
const BLACK_ON_WHITE = '\u001b[38;5;16;48;5;231m';
const RESET = '\u001b[0m';

/** A QR code as lines for a terminal, two modules to a character; undefined where the terminal is too small for it. */
export function qrCode(text: string, { columns, rows }: TerminalSize): string[] | undefined {
  const { data, size } = encode(text, { ecc: 'L', boostEcc: true, border: QUIET_ZONE });
  if (size > columns || Math.ceil(size / 2) > rows - LINES_BELOW) return undefined;
  return Array.from({ length: Math.ceil(size / 2) }, (_, line) => {
    const upper = data[2 * line] ?? [];
    const lower = data[2 * line + 1] ?? [];
    const cells = upper.map((isDark, column) => cell(isDark, lower[column] ?? false));
    return `${BLACK_ON_WHITE}${cells.join('')}${RESET}`;
  });
}

function cell(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
