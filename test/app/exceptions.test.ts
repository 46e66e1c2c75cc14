import { describe, expect, test } from 'vitest';

import { changedLines } from '../../src/app/allow.ts';
import { baselineText, parseBaseline } from '../../src/app/baseline.ts';
import { findException } from '../../src/app/exceptions.ts';
import { parseExceptions, withException } from '../../src/app/exceptions-file.ts';
import { rotationPage } from '../../src/app/rotate.ts';
import { timeIn } from '../../src/app/scan-agents.ts';

const FINGERPRINT = '0123456789abcdef'.repeat(2);
const finding = { fingerprint: FINGERPRINT, rule: 'github_pat', relative: 'test/data/a.txt' };

describe('an exception', () => {
  test.each([
    [`fingerprint: ${FINGERPRINT}`, true],
    [`fingerprint: ${'f'.repeat(32)}`, false],
    ['rule: github_pat', true],
    ['rule: jwt', false],
    ['path: test', true],
    ['path: data', true],
    ['path: data/', true],
    ['path: /test', true],
    ['path: test/*.txt', false],
    ['path: test/**/*.txt', true],
    ['path: "*.txt"', true],
    ['path: a.txt/', false],
    ['rule: github_pat, path: src', false],
  ])('by %s: %s', (fields, expected) => {
    const exceptions = parseExceptions(`exceptions: [{ ${fields} }]`, 'x');
    expect(findException(finding, exceptions) !== undefined).toBe(expected);
  });

  test.each([
    ['exceptions: [{}]', 'name a fingerprint, a rule or a path'],
    ['exceptions: [{ reason: x }]', 'name a fingerprint, a rule or a path'],
    ['exceptions: [{ fingerprint: abc }]', 'a fingerprint is what'],
    ['exceptions: [{ rul: x }]', 'unknown key "rul"; did you mean "rule"?'],
    ['exeptions: []', 'unknown key "exeptions"; did you mean "exceptions"?'],
    ['exceptions: [', ':1:'],
  ])('in %s is refused with its place', (text, message) => {
    expect(() => parseExceptions(text, 'hallpass.allow.yaml')).toThrowWithCode('ERR_CONFIG');
    expect(() => parseExceptions(text, 'hallpass.allow.yaml')).toThrow(message);
  });

  test('is added without a change to what a person wrote', () => {
    const written = '# ours\nexceptions:\n  # a fixture\n  - path: test/** # all of it\n\n# the end\n';
    const added = withException(written, { ...NEW, reason: 'made up' });
    expect(parseExceptions(added, 'x')).toHaveLength(2);
    expect(changedLines({ file: 'x', before: written, after: added })).toEqual([
      `+   - fingerprint: ${FINGERPRINT}`,
      '+     rule: github_pat',
      '+     path: test/data/a.txt',
      '+     reason: made up',
    ]);
  });

  test.each([undefined, '', '# only a comment\n', 'version: 1\n', 'exceptions:\n', 'exceptions: []\n'])(
    'is added to %j',
    (text) => {
      const after = withException(text, NEW);
      expect(parseExceptions(after, 'x')).toMatchObject([{ fingerprint: FINGERPRINT, reason: undefined }]);
      if (text?.startsWith('#') === true) expect(after).toContain(text.trim());
    },
  );
});

const NEW = { fingerprint: FINGERPRINT, rule: 'github_pat', path: 'test/data/a.txt', reason: undefined };

describe('a baseline', () => {
  test('is the same text in whatever order things were found', () => {
    const other = { ...finding, fingerprint: 'f'.repeat(32), relative: 'b' };
    const text = baselineText([finding, other, finding]);
    expect(baselineText([other, finding])).toBe(text);
    expect(parseBaseline(text, 'x')).toEqual(new Set([FINGERPRINT, other.fingerprint]));
    expect(parseBaseline(baselineText([]), 'x').size).toBe(0);
  });

  test.each([
    '',
    'null',
    '[]',
    '{"version":2,"findings":[]}',
    '{"version":1,"findings":[{"fingerprint":"x"}]}',
  ])('that is %j is refused', (text) => {
    expect(() => parseBaseline(text, 'x')).toThrowWithCode('ERR_CONFIG');
  });
});

test.each([
  ['github_pat', 'https://github.com/settings/tokens'],
  ['github_oauth_token', 'https://github.com/settings/applications'],
  ['secret_value', undefined],
])('rule %s is rotated at %s', (rule, page) => {
  expect(rotationPage(rule)).toBe(page);
});

test.each([
  ['{"timestamp":"2026-01-02T03:04:05.678Z"}', '2026-01-02T03:04:05.678Z'],
  ['{"ts":1767323045,"text":"x"}', '2026-01-02T03:04:05.000Z'],
  ['{"createdAt": 1767323045678}', '2026-01-02T03:04:05.678Z'],
  ['{"timestamp":"not a time at all"}', undefined],
  ['{"timestamp":99999999999999999}', undefined],
  ['{}', undefined],
])('the time in %s is %s', (text, time) => {
  expect(timeIn(text)).toBe(time);
});
