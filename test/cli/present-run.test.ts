import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { expect, test } from 'vitest';

import { isSameFile, Room } from '../../src/cli/present-run.ts';

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

test('however many wait for room in a stream, it is listened to once, and no longer than that', async () => {
  const [room, target] = [new Room(), new PassThrough({ highWaterMark: 1 })];
  for (let round = 0; round < 3; round++) {
    target.write('more than it holds');
    const waits = Array.from({ length: 20 }, () => room.of(target));
    expect(target.listenerCount('drain')).toBe(1);
    target.read();
    await Promise.all(waits);
    expect([target.listenerCount('drain'), target.listenerCount('close')]).toEqual([0, 0]);
  }
});

test('who waits for room in a stream goes on when it is gone', async () => {
  const [room, target] = [new Room(), new PassThrough({ highWaterMark: 1 })];
  target.write('more than it holds');
  const wait = room.of(target);
  target.destroy();
  await wait;
  expect(target.listenerCount('drain')).toBe(0);
});
