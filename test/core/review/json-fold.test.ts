import { expect, test } from 'vitest';

import { around, jsonLines, lineAt, unfolded } from '../../../src/core/review/json-fold.ts';
import { LIMITS } from '../../../src/core/limits.ts';

/** The lines as they would stand on a screen. */
function shown(text: string, isPart = false): string[] | undefined {
  return jsonLines(text, isPart)?.lines.map(({ depth, key, value, comma }) => {
    const name = key === undefined ? '' : `${text.slice(key.from, key.to)}: `;
    return `${'  '.repeat(depth)}${name}${text.slice(value.from, value.to)}${comma ? ',' : ''}`;
  });
}

test.each([
  ['{"b":1,"a":{"x":[]}}', ['{', '  "b": 1,', '  "a": {', '    "x": []', '  }', '}']],
  [' [ 1.0e+2 , -0, 12345678901234567890 ] ', ['[', '  1.0e+2,', '  -0,', '  12345678901234567890', ']']],
  ['"\\u0041\\n"', ['"\\u0041\\n"']],
  ['{"a":1,"a":2}', ['{', '  "a": 1,', '  "a": 2', '}']],
  ['[[[]],{ }]', ['[', '  [', '    []', '  ],', '  { }', ']']],
  ['null', ['null']],
])('keys, order and lexemes of %s stay as they are', (text, lines) => {
  expect(shown(text)).toEqual(lines);
});

test.each([
  '',
  '{',
  '{"a"}',
  '{"a":1,}',
  '[1,]',
  '[1 2]',
  '01',
  '1 2',
  '"\n"',
  '"\\x"',
  'tru',
  '{"a":1]',
  'plain text',
])('what is no JSON is none: %j', (text) => expect(shown(text)).toBeUndefined());

test('a whole text of any size cut anywhere shows what is there', () => {
  const text = '{"a":[true,{"b":"x\\u0041y"}],"c":-1.5e3}';
  const whole = shown(text) ?? [];
  for (let end = 1; end <= text.length; end += 1) {
    const lines = shown(text.slice(0, end), true);
    expect(lines?.[0]).toBe('{');
    // All but the last line are those of the whole text; of that one, a part.
    const same = (lines ?? []).slice(0, -1).map((line) => line.replace(/,$/, ''));
    expect(same).toEqual(whole.slice(0, same.length).map((line) => line.replace(/,$/, '')));
  }
});

test('nesting beyond any measure, and a bare string of megabytes, are harmless', () => {
  expect(shown('['.repeat(LIMITS.jsonDepth + 1))).toBeUndefined();
  const long = `"${'\\n'.repeat(500_000)}`;
  expect(jsonLines(long, true)?.lines[0]?.value.to).toBe(long.length);
  const many = jsonLines(`[${'1,'.repeat(LIMITS.reviewPayloadLines)}1]`, false);
  expect(many).toMatchObject({ isCut: true });
  expect(many?.lines.length).toBeLessThanOrEqual(LIMITS.reviewPayloadLines + 1);
});

test('what is folded leaves its bracket', () => {
  const { lines } = jsonLines('{"a":[1,[2]],"b":{"c":3}}', false) ?? { lines: [] };
  expect(unfolded(lines, new Set())).toEqual(lines.map((_, at) => at));
  expect(unfolded(lines, new Set([1]))).toEqual([0, 1, 7, 8, 9, 10]);
  expect(unfolded(lines, new Set([0, 1]))).toEqual([0]);
});

test('a pointer leads to its line, or as far as there is one', () => {
  const text = '{"a":[1,{"b/c":2}],"~":{"\\u0064":3}}';
  const { lines } = jsonLines(text, false) ?? { lines: [] };
  const at = (pointer: string): string => shown(text)?.[lineAt(text, lines, pointer)]?.trim() ?? '';
  expect(at('/a/0')).toBe('1,');
  expect(at('/a/1/b~1c')).toBe('"b/c": 2');
  expect(at('/~0/d')).toBe('"\\u0064": 3');
  expect(at('/a/7')).toBe('"a": [');
  expect(at('/a/0/deeper')).toBe('1,');
  expect(at('')).toBe('{');
  expect(around(lines, lineAt(text, lines, '/a/1/b~1c'))).toEqual([0, 1, 3]);
});
