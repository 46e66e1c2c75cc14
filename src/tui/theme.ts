/** Colours by what they mean, as properties of ink's Text. Without colour each is plain text. */
export interface Theme {
  readonly title: TextStyle;
  readonly chosen: TextStyle;
  readonly quiet: TextStyle;
  readonly good: TextStyle;
  readonly warning: TextStyle;
  readonly bad: TextStyle;
  /** Names: keys of JSON, headings of columns. */
  readonly accent: TextStyle;
  /** What was put in place of a secret. */
  readonly masked: TextStyle;
  /** What a search has found. */
  readonly match: TextStyle;
}

export interface TextStyle {
  /** One of the terminal's own, or `#rrggbb`, of which ink takes the nearest that there is. */
  readonly color?: Named | `#${string}`;
  readonly bold?: true;
  readonly dimColor?: true;
  readonly inverse?: true;
  readonly underline?: true;
}

type Named = 'green' | 'yellow' | 'red' | 'cyan' | 'magenta' | 'blue';

/** With fewer bits, what has no name would be made the nearest of 16 colours: often black. */
const RICH = 8;

/** Whether a terminal writes on light or on dark. */
export type Ground = 'light' | 'dark';

const SHARED = {
  title: { bold: true },
  chosen: { inverse: true },
  quiet: { dimColor: true },
  match: { bold: true, underline: true },
} as const;

const DARK: Theme = {
  ...SHARED,
  good: { color: 'green' },
  warning: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  accent: { color: 'cyan' },
  masked: { color: 'yellow', bold: true },
};

const LIGHT: Theme = {
  ...SHARED,
  good: { color: '#116329' },
  warning: { color: '#7d4e00' },
  bad: { color: '#a40e26', bold: true },
  accent: { color: '#0550ae' },
  masked: { color: '#7d4e00', bold: true },
};

/** Neither too light for white nor too dark for black: at least 3.9 to 1 on both (WCAG 2.2 asks 3 of large text). */
export const COLOURED: Theme = {
  ...SHARED,
  good: { color: '#008700' },
  warning: { color: '#af5f00' },
  bad: { color: '#d70000', bold: true },
  accent: { color: '#0087af' },
  masked: { color: '#af5f00', bold: true },
};

/** For a terminal of 16 colours, which are its owner's choice: those that are seen on light and on dark. */
export const SIXTEEN: Theme = {
  ...SHARED,
  good: { color: 'green' },
  warning: { color: 'magenta' },
  bad: { color: 'red', bold: true },
  accent: { color: 'blue' },
  masked: { color: 'magenta', bold: true },
};

export const PLAIN: Theme = {
  title: {},
  chosen: {},
  quiet: {},
  good: {},
  warning: {},
  bad: {},
  accent: {},
  masked: {},
  match: {},
};

/** What is known of a terminal. */
export interface Colours {
  readonly colour: boolean;
  readonly ground: Ground | undefined;
  /** Bits of a colour: 4 for 16 of them, 8, 24. */
  readonly depth: number;
}

/** The theme for a terminal. */
export function themeFor({ colour, ground, depth }: Colours): Theme {
  if (!colour) return PLAIN;
  if (ground === 'dark') return DARK;
  if (depth < RICH) return SIXTEEN;
  return ground === 'light' ? LIGHT : COLOURED;
}

/** What is known of a terminal before anything is drawn. */
export interface Look {
  readonly colour: boolean;
  /** What it writes on, as somebody says (HALLPASS_THEME). */
  readonly ground: Ground | undefined;
  /** What it says of its colours itself; anything. */
  readonly colorfgbg: string | undefined;
}

/** The theme for a terminal that has so many bits for a colour. */
export function themeOf({ colour, ground, colorfgbg }: Look, depth: number): Theme {
  return themeFor({ colour, ground: groundOf(ground, colorfgbg), depth });
}

/**
 * What a terminal writes on: as somebody says (`light`, `dark`), or as the terminal says (COLORFGBG, `15;0`: of the 16
 * colours of a terminal all from 7 on are light but the 8th). Undefined: nobody knows.
 */
export function groundOf(said: Ground | undefined, colorfgbg: string | undefined): Ground | undefined {
  if (said !== undefined) return said;
  const behind = /;(\d{1,2})$/.exec(colorfgbg ?? '')?.[1];
  if (behind === undefined) return undefined;
  const number = Number(behind);
  return number >= 7 && number !== 8 ? 'light' : 'dark';
}
