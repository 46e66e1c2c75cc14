import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { Secret } from '../../src/core/secret.ts';
import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { makeCanaries } from '../helpers/canaries.ts';

const canary = makeCanaries().githubToken;
const secret = new Secret(canary.value);

// A template or a copy of a Secret is what the types forbid and a careless cast may bring about.
/* oxlint-disable typescript/restrict-template-expressions, typescript/no-misused-spread */
test.each<[string, (value: Secret) => string]>([
  ['a template', (value) => `${value}`],
  ['String()', String],
  ['concatenation', (value) => `token: ${String(value)}`],
  ['JSON', (value) => JSON.stringify({ value, list: [value] })],
  ['console.log', (value) => inspect({ value }, { depth: 9, showHidden: true, getters: true })],
  ['a nested inspect', (value) => inspect([[[[{ value }]]]], { depth: Infinity })],
  ['an error message', (value) => new Error(`bad ${value}`).stack ?? ''],
  ['its own keys', (value) => JSON.stringify([Object.entries(value), Reflect.ownKeys(value).map(String)])],
  ['a spread copy', (value) => JSON.stringify({ ...value })],
  ['toLocaleString', (value) => value.toLocaleString()],
])('%s does not show it', (_, show) => {
  assertNoCanary({ canaries: [canary], streams: { shown: show(secret) } });
});

test('a structured clone carries nothing of it', () => {
  expect(structuredClone(secret)).toEqual({});
});

test('reveal() gives it', () => {
  expect(secret.reveal()).toBe(canary.value);
});
