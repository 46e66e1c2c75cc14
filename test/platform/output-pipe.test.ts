import { execFile, spawnSync } from 'node:child_process';
import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

import { filledPipes, namedPipes } from '../../src/platform/output-pipe.ts';

const TEXTS = ['one', '', 'x'.repeat(16 * 1024), 'four', 'five', 'six'];
const run = promisify(execFile);

describe('a pipe that holds a text', () => {
  test('is read to its end by who inherits it, and not a second time', () => {
    const ends = filledPipes(TEXTS);
    const script = 'for fd in 3 4 5 6 7 8; do cat <&$fd | wc -c; cat <&$fd; done';
    const { stdout } = spawnSync('/bin/sh', ['-c', script], {
      stdio: ['ignore', 'pipe', 'inherit', ...ends],
    });
    for (const end of ends) closeSync(end);
    expect(stdout.toString().trim().split(/\s+/)).toEqual(TEXTS.map((text) => String(text.length)));
  });

  test('has a name for who can not inherit it, until it was opened', async () => {
    const { paths, release } = namedPipes(TEXTS);
    const opens = paths.map((_, i) => `exec ${3 + i}<"$1"; shift`).join('\n');
    const { stdout } = await run('/bin/sh', [
      '-c',
      `${opens}\nfor fd in 3 4 5 6 7 8; do cat <&$fd | wc -c; done`,
      'sh',
      ...paths,
    ]);
    expect(stdout.trim().split(/\s+/)).toEqual(TEXTS.map((text) => String(text.length)));
    while (exists(dirname(paths[0] ?? ''))) await new Promise(setImmediate);
    release();
  });

  test('that nobody opens holds nothing up', async () => {
    const { paths, release } = namedPipes(TEXTS);
    release();
    while (exists(dirname(paths[0] ?? ''))) await new Promise(setImmediate);
    expect(() => readFileSync(paths[0] ?? '')).toThrow('ENOENT');
  });
});

function exists(directory: string): boolean {
  try {
    readdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
