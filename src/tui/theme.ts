/** Colours by what they mean, as properties of ink's Text. Without colour each is plain text. */
export interface Theme {
  readonly title: TextStyle;
  readonly chosen: TextStyle;
  readonly quiet: TextStyle;
  readonly good: TextStyle;
  readonly warning: TextStyle;
  readonly bad: TextStyle;
}

export interface TextStyle {
  readonly color?: 'green' | 'yellow' | 'red';
  readonly bold?: true;
  readonly dimColor?: true;
  readonly inverse?: true;
}

export const COLOURED: Theme = {
  title: { bold: true },
  chosen: { inverse: true },
  quiet: { dimColor: true },
  good: { color: 'green' },
  warning: { color: 'yellow' },
  bad: { color: 'red', bold: true },
};

export const PLAIN: Theme = { title: {}, chosen: {}, quiet: {}, good: {}, warning: {}, bad: {} };
