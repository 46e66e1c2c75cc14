/** What a text means, for whoever chooses the colours. */
export type Tone = 'title' | 'quiet' | 'good' | 'warning' | 'bad' | 'accent' | 'masked';

/** How a text looks: by what it means, or as a program that was recorded wanted it. */
export interface Style {
  readonly tone?: Tone;
  /** A name of the sixteen colours, `ansi256(n)` or `#rrggbb`. */
  readonly color?: string;
  readonly background?: string;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly inverse?: true;
}

/** A piece of a line. Its text may be anybody's: who shows it makes it harmless. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export const UNSTYLED: Style = {};

export function toned(text: string, tone?: Tone): Span {
  return { text, style: tone === undefined ? UNSTYLED : { tone } };
}
