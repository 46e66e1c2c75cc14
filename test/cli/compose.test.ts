import process from 'node:process';

import { expect, test } from 'vitest';

import { deviceVaultDeps } from '../../src/cli/compose.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';

test.each([
  [true, true, false, true],
  [true, false, false, false],
  [false, true, false, false],
  // A screen is up.
  [true, true, true, false],
])('stdin a terminal: %s, stderr: %s, keys taken: %s; a passphrase is asked for: %s', (...given) => {
  const [stdin, stderr, isRaw, isAsked] = given;
  const before = [process.stdin, process.stderr].map(({ isTTY }) => isTTY);
  const raw = process.stdin.isRaw;
  Object.assign(process.stdin, { isTTY: stdin, isRaw });
  Object.assign(process.stderr, { isTTY: stderr });
  try {
    const environment = readEnvironment();
    const { askPassphrase } = deviceVaultDeps(environment, hallpassPaths(environment));
    expect(askPassphrase !== undefined).toBe(isAsked);
  } finally {
    Object.assign(process.stdin, { isTTY: before[0], isRaw: raw });
    Object.assign(process.stderr, { isTTY: before[1] });
  }
});
