import { expect, test } from 'vitest';

import { hubPresenter } from '../../src/cli/present-hub.ts';
import type { Terminal } from '../../src/cli/terminal.ts';

function listener(): { notes: string[]; terminal: Terminal } {
  const notes: string[] = [];
  const terminal = {
    result: () => undefined,
    json: () => undefined,
    note: (line: string) => void notes.push(line),
    stdinIsTty: false,
    stdoutIsTty: false,
    stderrIsTty: false,
  };
  return { notes, terminal };
}

const OPTIONS = { json: false, isDevelopment: false, debug: false };

test.each([
  ['/sessions/1tnqyndpq46e/state', 404, 'GET /sessions/1tnqyndpq46e/state 404 1.0 ms'],
  ['/token', 200, 'GET /token 200 1.0 ms'],
  ['/s3cret-in-the-wrong-place', 404, 'GET (no such path) 404 1.0 ms'],
  ['/sessions/s3cret-in-the-wrong-place', 404, 'GET (no such path) 404 1.0 ms'],
])('a request for %s, answered with %i, is told without what may be a secret', (path, status, line) => {
  const { notes, terminal } = listener();
  hubPresenter(terminal, OPTIONS).request({ method: 'GET', path, status, ms: 1 });
  expect(notes).toEqual([line]);
});

test('what nobody foresaw is told by its name only, unless somebody is debugging', () => {
  const { notes, terminal } = listener();
  hubPresenter(terminal, OPTIONS).trouble(new TypeError('s3cret'));
  expect(notes.join()).toMatch(/TypeError/);
  expect(notes.join()).not.toContain('s3cret');
  hubPresenter(terminal, { ...OPTIONS, debug: true }).trouble(new TypeError('s3cret'));
  expect(notes.join()).toContain('s3cret');
});
