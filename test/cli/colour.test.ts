import { afterEach, describe, expect, test, vi } from 'vitest';

import { coloursFor } from '../../src/cli/colour.ts';

afterEach(() => vi.unstubAllEnvs());

function onTerminal(variables: Record<string, string>): void {
  for (const name of ['NO_COLOR', 'CI', 'TERM']) vi.stubEnv(name, variables[name] ?? '');
}

describe('colours', () => {
  test('are there on a terminal', () => {
    onTerminal({ TERM: 'xterm-256color' });
    expect(coloursFor({ isTty: true }).bad('deny')).toBe('\u001b[31mdeny\u001b[39m');
  });

  test.each([{ NO_COLOR: '1' }, { CI: 'true' }, { TERM: 'dumb' }])('are not with %o', (variables) => {
    onTerminal(variables);
    expect(coloursFor({ isTty: true }).bad('deny')).toBe('deny');
  });

  test('are not in a pipe', () => {
    onTerminal({ TERM: 'xterm-256color' });
    expect(coloursFor({ isTty: false }).good('pass')).toBe('pass');
  });
});
