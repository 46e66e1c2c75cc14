import { expect, test } from 'vitest';

import { seen, withSgr } from '../../../src/core/review/sgr.ts';
import type { Style } from '../../../src/core/review/styled.ts';

test.for<[string, Style, Style]>([
  ['', { bold: true }, {}],
  ['0', { color: 'red' }, {}],
  ['1;31', {}, { bold: true, color: 'red' }],
  ['31;0;4', {}, { underline: true }],
  ['7', {}, { inverse: true }],
  ['97;101', {}, { color: 'whiteBright', background: 'redBright' }],
  ['44', {}, { background: 'blue' }],
  ['39;49', { color: 'red', background: 'blue', dim: true }, { dim: true }],
  ['22;23;24;27', { bold: true, dim: true, italic: true, underline: true, inverse: true }, {}],
  ['38;5;208;1', {}, { color: 'ansi256(208)', bold: true }],
  ['48;5;9', {}, { background: 'redBright' }],
  ['38;2;255;0;16;4', {}, { color: '#ff0010', underline: true }],
  ['38:2::1:2:3', {}, { color: '#010203' }],
  ['38:2:1:2:3', {}, { color: '#010203' }],
  ['38:5:17', {}, { color: 'ansi256(17)' }],
  ['4:3', {}, { underline: true }],
  ['4:0', { underline: true }, {}],
  // Nothing there is, and nothing that hides.
  ['38;5;999', { bold: true }, { bold: true }],
  ['38;2;1', {}, {}],
  ['38', {}, {}],
  ['8', {}, {}],
  ['5', {}, {}],
  ['1e1', {}, {}],
  ['1234567', {}, {}],
])('%s', ([parameters, before, after]) => expect(withSgr(before, parameters)).toEqual(after));

test.for<[Style, Style]>([
  [{ color: 'black', background: 'black', bold: true }, { bold: true }],
  [
    { color: 'black', background: 'red' },
    { color: 'black', background: 'red' },
  ],
  [{ bold: true }, { bold: true }],
])('text in the colour of its ground is seen: %j', ([style, shown]) => expect(seen(style)).toEqual(shown));
