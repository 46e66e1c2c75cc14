import { expect, test } from 'vitest';

import { labelOf } from '../../src/cli/pick-connection.ts';

const stdio = { args: [], env: {} };

test.each([
  ['the name of a command', { command: '/usr/local/bin/server', ...stdio }, 'a  (server)'],
  ['the host of an address', { url: 'https://mcp.example.com:8443/mcp?key=x' }, 'a  (mcp.example.com:8443)'],
  [
    'and no line of its own',
    { command: 'x\n\u001b[2Jhallpass: trusted', ...stdio },
    'a  (x\\n\\x1b[2Jhallpass: trusted)',
  ],
])('a connection is shown with %s', (_, target, label) => {
  expect(labelOf({ name: 'a', target, isTrusted: true })).toBe(label);
});

test('a connection of a project that nobody trusts says so', () => {
  const target = { url: 'https://mcp.example.com/mcp' };
  expect(labelOf({ name: 'a', target, isTrusted: false })).toBe(
    'a  (mcp.example.com, not trusted yet: hallpass trust)',
  );
});
