import { describe, expect, test } from 'vitest';

import { createDetector } from '../../../src/core/mask/detect.ts';
import { FindingStream } from '../../../src/core/mask/finding-stream.ts';
import type { Profile } from '../../../src/core/mask/profile.ts';
import { SERVICES } from '../../../src/core/mask/services.ts';
import { bytes } from './fixtures.ts';
import { base62, hex, upperAlnum, uuid } from './rule-examples/examples.ts';

const KEYS = [hex(32), hex(40), uuid(), base62(32), base62(24), upperAlnum(25)];

/** Ways in which developers write a service's key. */
const FORMS: readonly ((key: string) => string)[] = [
  (key) => `DATADOG_API_KEY=${key}\n`,
  (key) => `DATADOG_KEY="${key}"\n`,
  (key) => `export DATADOG_PAT=${key}\n`,
  (key) => `DATADOG_API=${key}\n`,
  (key) => `datadog: ${key}\n`,
  (key) => `datadog:\n  api_key: ${key}\n`,
  (key) => `{"datadog": "${key}"}`,
  (key) => `{"datadog": {"apiKey": "${key}"}}`,
  (key) => `const datadogKey = '${key}';\n`,
  (key) => `  datadog: { token: '${key}' },\n`,
  (key) => `client = datadog.Client("${key}")\n`,
  (key) => `const client = new Datadog('${key}');\n`,
  (key) => `const datadog = require('datadog')('${key}');\n`,
  (key) => `Datadog.configure { |c| c.api_key = "${key}" }\n`,
  (key) => `curl -H "X-Datadog-Key: ${key}" https://x.test\n`,
  (key) => `| Datadog | API key | ${key} |\n`,
  (key) => `datadog,apikey,${key}\n`,
  (key) => `// datadog key: ${key}\n`,
  (key) => `my Datadog token is ${key}\n`,
  (key) => `Datadog secret key - ${key}\n`,
  (key) => `datadog TOKEN ${key}\n`,
  (key) => `datadogPRIVATEaccess.${key}\n`,
  (key) => `datadog\nKEY\n${key}\n`,
  (key) => `datadog_key.${key}\n`,
  (key) => `DATADOG_SITE_KEY=x\nhttps://api.datadog.com/v1?q=1&api_key=${key}\n`,
];

describe('a key without a shape is found by the name of its service', () => {
  test.each(FORMS.map((form) => [form('…').trim(), form] as const))('%s', (_, form) => {
    for (const key of KEYS) expect(found(form(key)), key).toEqual([key]);
  });

  test.each(FORMS.map((form) => [form('…').trim(), form] as const))('and told: %s', (_, form) => {
    const key = base62(32);
    expect(found(form(key), 'alert')).toEqual([key]);
  });
});

test.each([
  ['in the middle of a word', `rookTable = ${base62(42)}\n`],
  ['at the end of a word', `passentry = ${base62(42)}\n`],
  ['another word', `datadogs = ${base62(42)}\n`],
  ['a commit', `datadog commit ${hex(40)}\n`],
  ['a commit that is pinned', `uses: datadog/datadog-ci-action@${hex(40)}\n`],
  ['a hash of a file', `datadog-7.1.0.tgz sha1 ${hex(40)}\n`],
  ['an id', `DATADOG_CLIENT_ID=${hex(32)}\n`],
  ['a path', `https://app.datadog.com/dashboard/${hex(32)}\n`],
  ['base64 in which the letters happen to stand', `${base62(40)}Etsy${base62(60)}\n`],
  ['something short', `datadog token ${base62(12)}\n`],
  ['a name', 'datadog_key = configured_by_the_administrator_2024\n'],
  ['far away', `datadog told us that it had been so since last week, ${hex(40)}\n`],
])('and not %s', (_, text) => {
  expect(created('mask').filter(({ rule }) => rule === 'service_key')).toEqual([]);

  function created(profile: Profile): { rule: string }[] {
    return createDetector({ profile }).detect(bytes(text));
  }
});

test('a stream finds it wherever it is cut', () => {
  const text = bytes(`my Datadog token is ${KEYS[0]}. datadog\nKEY\n${KEYS[3]}\n datadog said so.`);
  const whole = createDetector()
    .detect(text)
    .map(({ rule, start, end }) => [rule, start, end]);
  expect(whole).toHaveLength(2);
  for (let cut = 0; cut <= text.length; cut++) {
    const stream: FindingStream = createDetector().stream();
    const all = [...stream.push(text.slice(0, cut)), ...stream.push(text.slice(cut)), ...stream.flush()];
    expect(all.map(({ rule, start, end }) => [rule, start, end])).toEqual(whole);
  }
});

test('what merely stands beside a name is hidden, and nobody is alarmed', () => {
  expect(found(`datadog ${hex(40)}\n`)).toHaveLength(1);
  expect(found(`datadog ${hex(40)}\n`, 'alert')).toEqual([]);
});

test('each name is there once, in lower case', () => {
  expect(new Set(SERVICES).size).toBe(SERVICES.length);
  for (const name of SERVICES) expect(name).toMatch(/^[a-z0-9][a-z0-9._-]{3,}$/);
});

function found(text: string, profile: Profile = 'mask'): string[] {
  return createDetector({ profile })
    .detect(bytes(text))
    .map(({ start, end }) => text.slice(start, end));
}
