import { expect, test } from 'vitest';

import { canOpenBrowser } from '../../src/platform/browser.ts';
import { readEnvironment } from '../../src/platform/environment.ts';

test.each([
  ['on a desktop', { DISPLAY: ':0' }, true],
  ['over SSH', { DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' }, false],
  ['over SSH of which only the client is known', { DISPLAY: ':0', SSH_CLIENT: '10.0.0.1 1 22' }, false],
  ['over SSH of which only the terminal is known', { DISPLAY: ':0', SSH_TTY: '/dev/pts/0' }, false],
  ['in CI', { DISPLAY: ':0', CI: 'true' }, false],
  ['where CI says that it is none', { DISPLAY: ':0', CI: 'false' }, true],
])('%s a browser would be seen: %o', (_, variables, expected) => {
  expect(canOpenBrowser(readEnvironment(variables))).toBe(expected);
});
