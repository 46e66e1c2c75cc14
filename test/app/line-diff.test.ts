import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { unifiedDiff } from '../../src/app/line-diff.ts';

/** Applies a diff as `patch` would. */
function patched(before: string, diff: readonly string[]): string[] {
  const old = before === '' ? [] : before.split('\n');
  const out: string[] = [];
  let at = 0;
  for (const line of diff) {
    const place = /^@@ -(\d+),(\d+) /.exec(line);
    if (place !== null) {
      const start = Number(place[1]) - (place[2] === '0' ? 0 : 1);
      out.push(...old.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      expect(old[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) out.push(line.slice(1));
      at += 1;
    }
  }
  return [...out, ...old.slice(at)];
}

describe('a unified diff', () => {
  test('shows what changed with three lines around it', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(unifiedDiff(before, before.replace('e\n', 'E\n'))).toEqual([
      '@@ -2,7 +2,7 @@',
      ' b',
      ' c',
      ' d',
      '-e',
      '+E',
      ' f',
      ' g',
      ' h',
    ]);
  });

  test('is nothing where nothing changed', () => {
    expect(unifiedDiff('a\nb\n', 'a\nb\n')).toEqual([]);
  });

  test('takes any text to any other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff(before.join('\n'), after.join('\n'));
        expect(patched(before.join('\n'), diff)).toEqual(after);
      }),
    );
  });
});
