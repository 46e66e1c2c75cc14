import { expect, test } from 'vitest';

import { whyUnrestored } from '../../src/cli/compose-place.ts';

const command = { command: './ci', args: [], env: {} };

test.each([
  [{ target: command, isNamed: true }],
  [{ target: { url: 'https://ci.example/mcp' }, isNamed: true }],
  [{ target: { url: 'http://127.0.0.1:8080/mcp' }, isNamed: true }],
])('secrets are put back for %j', (connection) => {
  expect(whyUnrestored(connection)).toBeUndefined();
});

test.each([
  ['any program, whatever it is called', { target: command, isNamed: false }, /hallpass\.yaml/],
  ['any address', { target: { url: 'https://ci/mcp' }, isNamed: false }, /hallpass\.yaml/],
  ['a network to read', { target: { url: 'http://ci.example/mcp' }, isNamed: true }, /https/],
])('but not for %s', (_, connection, why) => {
  expect(whyUnrestored(connection)).toMatch(why);
});
