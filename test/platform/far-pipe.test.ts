import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { FarPipe } from '../../src/platform/far-pipe.ts';

/** What a pipe takes at a time without that anybody waits. */
const SOME = 48 * 1024;

describe('a pipe that is read ahead', () => {
  test('gives no piece that nobody wants, and holds no more than one', async () => {
    const { far, given, write } = openPipe();
    let written = 0;
    for (;;) {
      const length = write(counting(written, SOME));
      written += length;
      if (length < SOME) break;
      for (let turns = 0; turns < 5; turns++) await turn();
    }
    expect(given).toHaveLength(LIMITS.readAheadPieces);
    expect(written).toBeLessThan((LIMITS.readAheadPieces + 2) * LIMITS.readAheadBytes);
    far.want();
    expect(given).toHaveLength(LIMITS.readAheadPieces + 1);
    expect(given.at(-1)?.length).toBeGreaterThan(LIMITS.readAheadBytes / 2);
    expect(given.at(-1)?.length).toBeLessThanOrEqual(LIMITS.readAheadBytes);
    far.stop();
    await over(given);
    expect(bytesOf(given).equals(counting(0, written))).toBe(true);
  });

  test('gives what it has gathered, wanted or not, when the pipe ends', async () => {
    const { given, write, close } = openPipe();
    for (let part = 0; part < 4; part++) {
      write(counting(part * SOME, SOME));
      for (let turns = 0; turns < 5; turns++) await turn();
    }
    close();
    await over(given);
    expect(bytesOf(given).equals(counting(0, 4 * SOME))).toBe(true);
  });

  test('that is stopped gives what it has gathered, and what is in the pipe behind that', async () => {
    const { far, given, write } = openPipe();
    for (let part = 0; part < 4; part++) {
      write(counting(part * SOME, SOME));
      for (let turns = 0; turns < 5; turns++) await turn();
    }
    write(counting(4 * SOME, SOME));
    far.stop();
    expect(bytesOf(given).equals(counting(0, 5 * SOME))).toBe(true);
    await over(given);
    far.stop();
    far.want();
    expect(given.filter((piece) => piece === undefined)).toHaveLength(1);
  });

  test('has no end where somebody goes on writing: it gives as much as a pipe may hold', () => {
    const { far, given, write } = openPipe();
    const refill = given.push.bind(given);
    write(Buffer.alloc(SOME, 'x'));
    given.push = (...pieces) => {
      if (pieces[0] !== undefined && sum(given) < 4 * LIMITS.pipeBytes) write(Buffer.alloc(SOME, 'x'));
      return refill(...pieces);
    };
    far.stop();
    expect(sum(given)).toBeGreaterThanOrEqual(LIMITS.pipeBytes);
    expect(sum(given)).toBeLessThan(LIMITS.pipeBytes + 64 * 1024);
  });

  test('gives all of it, in order, however it is written and wanted', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ write: fc.integer({ min: 1, max: SOME }) }) },
      { weight: 2, arbitrary: fc.constant('turn' as const) },
      { weight: 1, arbitrary: fc.constant('want' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, isStopped) => {
        const { far, given, write, close } = openPipe();
        let next = 0;
        for (const doing of steps) {
          if (doing === 'turn') await turn();
          else if (doing === 'want') far.want();
          else next += write(counting(next, doing.write));
        }
        if (isStopped) far.stop();
        else {
          close();
          while (given.at(-1) !== undefined || given.length === 0) {
            far.want();
            await turn();
          }
        }
        await over(given);
        expect(bytesOf(given).equals(counting(0, next))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

interface Opened {
  readonly far: FarPipe;
  readonly given: (Uint8Array | undefined)[];
  /** As much of it as there is room for; how much that is. */
  readonly write: (bytes: Uint8Array) => number;
  readonly close: () => void;
}

function openPipe(): Opened {
  const directory = mkdtempSync(join(tmpdir(), 'far-pipe-'));
  const path = join(directory, 'pipe');
  execFileSync('mkfifo', [path]);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  rmSync(directory, { recursive: true });
  const given: Opened['given'] = [];
  let isOpen = true;
  const close = (): void => {
    if (isOpen) closeSync(writeEnd);
    isOpen = false;
  };
  const give = (piece: Uint8Array | undefined): void => {
    given.push(piece);
    if (piece === undefined) close();
  };
  return { far: new FarPipe(readEnd, give), given, write: (bytes) => writeNow(writeEnd, bytes), close };
}

function writeNow(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch {
    return 0;
  }
}

async function over(given: readonly (Uint8Array | undefined)[]): Promise<void> {
  while (given.at(-1) !== undefined || given.length === 0) await turn();
}

function counting(from: number, length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (from + i) % 251));
}

function bytesOf(given: readonly (Uint8Array | undefined)[]): Buffer {
  return Buffer.concat(given.filter((piece) => piece !== undefined));
}

function sum(given: readonly (Uint8Array | undefined)[]): number {
  return given.reduce((all, piece) => all + (piece?.length ?? 0), 0);
}
