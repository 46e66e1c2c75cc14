import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { watchFile } from '../../src/platform/watch-file.ts';

test('a file that another takes the place of has changed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-watch-'));
  const path = join(directory, 'policy.yaml');
  writeFileSync(path, 'a');
  const { promise, resolve } = Promise.withResolvers<string>();
  const stop = watchFile(path, () => resolve('changed'));
  try {
    writeFileSync(`${path}.new`, 'another');
    renameSync(`${path}.new`, path);
    expect(await promise).toBe('changed');
  } finally {
    stop();
    rmSync(directory, { recursive: true });
  }
});
