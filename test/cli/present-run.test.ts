import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { isSameFile } from '../../src/cli/present-run.ts';

test('two descriptors are of one file, of two, or one is closed', () => {
  const directory = mkdtempSync(join(tmpdir(), 'same-file-'));
  const [one, again, other] = ['one', 'one', 'other'].map((name) => openSync(join(directory, name), 'w'));
  try {
    expect(isSameFile(Number(one), Number(again))).toBe(true);
    expect(isSameFile(Number(one), Number(other))).toBe(false);
    closeSync(Number(other));
    expect(isSameFile(Number(one), Number(other))).toBe(false);
  } finally {
    closeSync(Number(one));
    closeSync(Number(again));
    rmSync(directory, { recursive: true });
  }
});
