import { expect, test } from 'vitest';

import { COLOURED, groundOf, PLAIN, themeFor } from '../../src/tui/theme.ts';

test.each([
  [undefined, undefined, undefined],
  ['light', '15;0', 'light'],
  ['dark', '0;15', 'dark'],
  [undefined, '15;0', 'dark'],
  [undefined, '0;15', 'light'],
  [undefined, '0;default;15', 'light'],
  [undefined, '12;8', 'dark'],
  [undefined, '0;7', 'light'],
  [undefined, 'default;default', undefined],
] as const)('who says %s on a terminal that says %s has %s behind', (said, colorfgbg, ground) => {
  expect(groundOf(said, colorfgbg)).toBe(ground);
});

test('without colour all is plain, whatever is behind', () => {
  expect(themeFor({ colour: false, ground: 'light', depth: 24 })).toBe(PLAIN);
  for (const style of Object.values(PLAIN)) expect(style).toEqual({});
});

test('what is written can be read: on what is behind, and on both where that is not known', () => {
  for (const [theme, grounds] of [
    [themeFor({ colour: true, ground: 'light', depth: 8 }), ['#ffffff']],
    [themeFor({ colour: true, ground: undefined, depth: 8 }), ['#ffffff', '#000000']],
  ] as const) {
    for (const { color } of Object.values(theme) as { color?: string }[]) {
      if (color === undefined) continue;
      expect(color).toMatch(/^#[0-9a-f]{6}$/);
      for (const ground of grounds) expect(contrast(color, ground)).toBeGreaterThan(3.5);
    }
  }
  expect(themeFor({ colour: true, ground: undefined, depth: 8 })).toBe(COLOURED);
});

test('a terminal of 16 colours is asked for none that it has not', () => {
  for (const ground of ['light', 'dark', undefined] as const)
    for (const { color } of Object.values(themeFor({ colour: true, ground, depth: 4 })) as {
      color?: string;
    }[])
      expect(color ?? 'none').not.toMatch(/^#/);
});

// WCAG 2.2, relative luminance and contrast ratio.
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
