import { expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { FindingStream } from '../../../src/core/mask/finding-stream.ts';
import type { Rule } from '../../../src/core/mask/rules/rule.ts';
import { bytes } from './fixtures.ts';
import { hex } from './rule-examples/examples.ts';

const RULE: Rule = {
  id: 'acme_key',
  name: 'an Acme key',
  shapes: ['<hex:40>'],
  near: ['acme'],
  source: 'https://docs.acme.test/keys',
};
const KEY = hex(40);

test.each([
  `ACME_API_KEY=${KEY}\n`,
  `export acme_token='${KEY}'`,
  `acme = "${KEY}"`,
  `{"acmeApiKey": "${KEY}"}`,
  `x-acme-key: ${KEY}\n`,
  `acme.setting.secret = ${KEY}\n`,
])('a shape that anything may have counts as the value of a name that says whose key it is: %#', (text) => {
  expect(found(text)).toEqual([KEY]);
});

test.each([
  `SOME_API_KEY=${KEY}\n`,
  `pacmenKey = "${KEY}"`,
  `acme_commit = "${KEY}"`,
  `acme_sha256 = "${KEY}"`,
  `ACME_API_KEY=${hex(39)}\n`,
  `ACME_API_KEY=${hex(41)}\n`,
  `ACME_API_KEY=${'0'.repeat(40)}\n`,
  `acme said ${hex(20)} and ${KEY}`,
])('and not otherwise: %#', (text) => {
  expect(found(text)).toEqual([]);
});

test('a stream finds it wherever it is cut', () => {
  const text = bytes(`a: 1\nACME_API_KEY="${KEY}"\nb: 2\n`);
  for (let cut = 0; cut <= text.length; cut++) {
    const stream: FindingStream = createDetector({ rules: [RULE] }).stream();
    const all = [...stream.push(text.slice(0, cut)), ...stream.push(text.slice(cut)), ...stream.flush()];
    expect(all.map(({ rule }) => rule)).toEqual(['acme_key']);
  }
});

test('a shape without a literal needs words', () => {
  const { near: _, ...rest } = RULE;
  expect(() => createDetector({ rules: [rest] })).toThrow('no words for it');
});

function found(text: string): string[] {
  return createDetector({ rules: [RULE] })
    .detect(bytes(text))
    .filter(({ rule }) => rule === RULE.id)
    .map(({ start, end }) => text.slice(start, end));
}
