import { expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { landmarkAnchors } from '../../../src/core/mask/landmark-anchors.ts';
import { isRule } from '../../../src/core/mask/table-rows.ts';
import { bytes } from './fixtures.ts';

const SIGNS = '-+|: \t';
const LENGTH = 6;

test('every line that is a rule has a landmark in it', () => {
  const literals = landmarkAnchors().map(({ literal }) => literal);
  const lines = Array.from({ length: SIGNS.length ** LENGTH }, (_, n) => lineOf(n));
  const rules = lines.filter((line) => isRule(line));
  expect(rules.length).toBeGreaterThan(1000);
  expect(rules.filter((line) => !literals.some((literal) => line.includes(literal)))).toEqual([]);
});

test.each([
  ['markdown', '| user | password |\n| --- | --- |\n| me | Tr0ub4dor-3 |\n'],
  ['markdown with blanks', 'user | password\n---  |  :---:\nme | Tr0ub4dor-3\n'],
  ['psql', ' user | password \n------+----------\n me | Tr0ub4dor-3\n'],
])('a table of %s is found in a whole text and in a stream', (_, table) => {
  const text = bytes(`See --help -- or not.\n\n${table}\nThe end.\n`);
  const whole = createDetector().detect(text);
  const stream = createDetector().stream();
  expect(whole.map(({ rule }) => rule)).toEqual(['secret_field']);
  expect([...stream.push(text), ...stream.flush()]).toEqual(whole);
});

test('a table and a Secret behind what was too long to be searched are found', () => {
  const long = `password="${'aB3x9Z'.repeat(4000)}"\n`;
  const table = '| user | password |\n| --- | --- |\n| me | Tr0ub4dor-3 |\n\n';
  const manifest = 'kind: Secret\nstringData:\n  pin: qX93-kd0A-22fm\n';
  const text = bytes(`${long}${table}${manifest}`);
  const whole = createDetector().detect(text);
  const stream = createDetector().stream();
  expect(whole.filter(({ rule }) => rule === 'secret_field')).toHaveLength(2);
  expect([...stream.push(text), ...stream.flush()]).toEqual(whole);
});

function lineOf(n: number): string {
  return Array.from({ length: LENGTH }, (_, i) =>
    SIGNS.charAt(Math.floor(n / SIGNS.length ** i) % SIGNS.length),
  ).join('');
}
