import type { StyledText } from '../helpers/emulator.ts';

const CELL = { width: 8.4, height: 18 } as const;
const MARGIN = 14;

/** What a terminal's colours look like on a picture. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  /** The 16 colours of a terminal. */
  readonly colours: readonly string[];
}

export const DARK: Palette = {
  background: '#16181d',
  text: '#d7dae0',
  colours: [
    '#2b2f37',
    '#ff6b68',
    '#7fd17f',
    '#e5c463',
    '#6cb2ff',
    '#d699ff',
    '#5fd3d3',
    '#d7dae0',
    '#7b818c',
    '#ff8d8a',
    '#a1e6a1',
    '#f3d98a',
    '#94c8ff',
    '#e5bdff',
    '#8ce8e8',
    '#ffffff',
  ],
};

export const LIGHT: Palette = {
  background: '#ffffff',
  text: '#24292f',
  colours: [
    '#24292f',
    '#b3261e',
    '#1a6e32',
    '#7a5900',
    '#0550ae',
    '#7d3fb0',
    '#136b74',
    '#6e7781',
    '#57606a',
    '#cf222e',
    '#22863a',
    '#9a6700',
    '#0969da',
    '#8250df',
    '#1b7c83',
    '#24292f',
  ],
};

/** A terminal's screen as a picture. */
export function svgOf(rows: readonly StyledText[][], columns: number, palette: Palette): string {
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = rows.length * CELL.height + 2 * MARGIN;
  const font = 'ui-monospace,SFMono-Regular,Menlo,Consolas,&quot;DejaVu Sans Mono&quot;,monospace';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="${palette.background}"/>`,
    `<g font-family="${font}" font-size="14" xml:space="preserve">`,
    ...rows.flatMap((pieces, row) => pieces.map((piece) => pieceOf(piece, row, palette))),
    '</g>',
    '</svg>',
    '',
  ]
    .filter((line, at, all) => line !== '' || at === all.length - 1)
    .join('\n');
}

function pieceOf(piece: StyledText, row: number, palette: Palette): string {
  const { text, column, isInverse } = piece;
  const isPlain = text.trim() === '' && !isInverse;
  if (isPlain) return '';
  const x = MARGIN + column * CELL.width;
  const y = MARGIN + row * CELL.height;
  const length = text.length * CELL.width;
  const own = inkOf(piece, palette);
  const ink = isInverse ? palette.background : own;
  const back = isInverse
    ? `<rect x="${round(x)}" y="${y}" width="${round(length)}" height="${CELL.height}" fill="${own}"/>`
    : '';
  const styles = [
    piece.isBold ? ' font-weight="bold"' : '',
    piece.isDim ? ' opacity="0.62"' : '',
    piece.isUnderlined ? ' text-decoration="underline"' : '',
  ].join('');
  const where = `x="${round(x)}" y="${y + 13}" textLength="${round(length)}"`;
  return `${back}<text ${where} fill="${ink}"${styles}>${escaped(text)}</text>`;
}

function inkOf({ colour }: StyledText, { text, colours }: Palette): string {
  if (typeof colour === 'string') return colour;
  if (colour === undefined) return text;
  return colours[colour] ?? beyond(colour);
}

// The colours past the first 16: a cube of six steps each, then greys.
function beyond(colour: number): string {
  if (colour >= 232) return rgb(Array.from({ length: 3 }, () => 8 + (colour - 232) * 10));
  const at = colour - 16;
  return rgb(
    [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((step) => (step === 0 ? 0 : 55 + step * 40)),
  );
}

function rgb(parts: readonly number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

function round(number: number): string {
  return String(Math.round(number * 10) / 10);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(' ', '\u00a0');
}
