import { type Style, UNSTYLED } from './styled.ts';

const NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

type Switch = 'bold' | 'dim' | 'italic' | 'underline' | 'inverse';

const ON: Readonly<Record<number, Switch>> = {
  1: 'bold',
  2: 'dim',
  3: 'italic',
  4: 'underline',
  7: 'inverse',
};
const OFF: Readonly<Record<number, readonly Switch[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
};

/**
 * How text looks after a Select Graphic Rendition (ECMA-48, 8.3.117; colours as in ITU-T T.416 and xterm's). What it doesn't know changes
 * nothing: blinking, and hiding above all, since whoever looks through a session is to see what is there.
 */
export function withSgr(style: Style, parameters: string): Style {
  let next = style;
  const codes = parameters.split(';');
  while (codes.length > 0) next = withCode(next, codes.shift() ?? '', codes);
  return next;
}

/** The colours a text is seen in: one that is written in the colour of its ground is shown without. */
export function seen(style: Style): Style {
  const { color, background, ...others } = style;
  return color !== undefined && color === background ? others : style;
}

function withCode(style: Style, code: string, following: string[]): Style {
  const [first = '', ...parts] = code.split(':');
  const number = Number(first);
  if (number === 0) return UNSTYLED;
  if (number === 38 || number === 48) {
    const color = parts.length > 0 ? colonColour(parts) : semicolonColour(following);
    return color === undefined ? style : coloured(style, number === 38, color);
  }
  if (number === 39) return without(style, ['color']);
  if (number === 49) return without(style, ['background']);
  const name = namedColour(number);
  if (name !== undefined) return coloured(style, isForeground(number), name);
  // `4:0` is no underline.
  if (number === 4 && parts[0] === '0') return without(style, ['underline']);
  const turnedOn = ON[number];
  if (turnedOn !== undefined) return { ...style, [turnedOn]: true };
  const turnedOff = OFF[number];
  return turnedOff === undefined ? style : without(style, turnedOff);
}

function isForeground(number: number): boolean {
  return number < 40 || (number >= 90 && number < 100);
}

// 30 to 37 and 40 to 47; 90 to 97 and 100 to 107 are the bright ones.
function namedColour(number: number): string | undefined {
  const name = NAMES[number % 10];
  if (name === undefined || !Number.isInteger(number)) return undefined;
  if (number >= 30 && number < 50) return name;
  return number >= 90 && number < 110 ? `${name}Bright` : undefined;
}

function coloured(style: Style, isText: boolean, color: string): Style {
  return isText ? { ...style, color } : { ...style, background: color };
}

function without(style: Style, names: readonly (keyof Style)[]): Style {
  return Object.fromEntries(Object.entries(style).filter(([name]) => !names.some((one) => one === name)));
}

// `38:5:n`, `38:2:r:g:b` and, with a colour space, `38:2::r:g:b`.
function colonColour([kind, ...parts]: readonly string[]): string | undefined {
  return colourOf(kind, kind === '2' ? parts.slice(-3) : parts);
}

function semicolonColour(following: string[]): string | undefined {
  const kind = following.shift();
  return colourOf(kind, following.splice(0, kind === '2' ? 3 : 1));
}

function colourOf(kind: string | undefined, parts: readonly string[]): string | undefined {
  const values = parts.map(Number);
  if (!values.every((one) => Number.isInteger(one) && one >= 0 && one <= 255)) return undefined;
  const [red, green, blue] = values;
  if (kind === '5' && red !== undefined) return red < 16 ? namedOf(red) : `ansi256(${red})`;
  if (kind !== '2' || green === undefined || blue === undefined) return undefined;
  return `#${values.map((one) => one.toString(16).padStart(2, '0')).join('')}`;
}

function namedOf(number: number): string {
  return `${NAMES[number % 8] ?? ''}${number < 8 ? '' : 'Bright'}`;
}
