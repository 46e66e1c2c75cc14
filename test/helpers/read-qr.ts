import { decodeQR } from 'qr/decode.js';

/** Colours of a terminal, as brightness. */
export interface Theme {
  readonly ink: number;
  readonly paper: number;
}

export const THEMES: Readonly<Record<string, Theme>> = {
  dark: { ink: 230, paper: 20 },
  light: { ink: 30, paper: 250 },
};

/** Reads the QR code in what a terminal was sent, from a picture of the whole screen. Throws where a camera would find none. */
export function readQr(said: string, theme: Theme): string {
  return decodeQR(pictureOf(said, theme));
}

const SCALE = 4;

function pictureOf(said: string, theme: Theme): { width: number; height: number; data: Uint8Array } {
  // Each line of characters is two of modules.
  const rows = said
    .replaceAll('\r', '')
    .split('\n')
    .flatMap((line) => {
      const cells = paint(line, theme);
      return [cells.map(([upper]) => upper), cells.map(([, lower]) => lower)];
    });
  const columns = Math.max(...rows.map((row) => row.length)) + 1;
  const [width, height] = [columns * SCALE, rows.length * SCALE];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const shade = rows[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)] ?? theme.paper;
      data.fill(shade, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return { width, height, data };
}

/** The upper and lower half of every character. */
function paint(line: string, theme: Theme): [number, number][] {
  let { ink, paper } = theme;
  const cells: [number, number][] = [];
  // oxlint-disable-next-line no-control-regex -- what a terminal is sent
  for (const [token, colours] of line.matchAll(/\u001b\[([\d;]*)m|./gsu)) {
    if (colours !== undefined) ({ ink, paper } = coloursOf(colours, theme));
    else cells.push(halves(token, ink, paper));
  }
  return cells;
}

function coloursOf(parameters: string, theme: Theme): Theme {
  if (parameters === '0' || parameters === '') return theme;
  const [, ink = '', paper = ''] = /^38;5;(\d+);48;5;(\d+)$/.exec(parameters) ?? [];
  return { ink: shadeOf(ink), paper: shadeOf(paper) };
}

// The corners of the colour cube that every terminal of 256 colours has; what else there may be is not to be relied on.
function shadeOf(colour: string): number {
  if (colour === '16') return 0;
  if (colour === '231') return 255;
  throw new Error(`who knows what colour ${colour} is in this theme`);
}

function halves(character: string, ink: number, paper: number): [number, number] {
  if (character === ' ') return [paper, paper];
  if (character === '█') return [ink, ink];
  // A letter is neither here nor there: the upper half will do.
  return character === '▄' ? [paper, ink] : [ink, paper];
}
