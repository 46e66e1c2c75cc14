import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { createDetector } from '../../src/core/mask/detect.ts';
import { scan, type ScanEvent, scanFile, type ScanSource } from '../../src/app/scan.ts';
import { type DiskFile, scanMany, type ScanPool } from '../../src/app/scan-many.ts';
import { bytes, githubToken } from '../core/mask/fixtures.ts';

const deps = { detector: createDetector(), reason: () => undefined };
const BIG = bytes(`${'nothing here '.repeat(80)}\n`.repeat(1_024));

function file(name: string, text: Uint8Array): DiskFile {
  return { file: name, path: name, relative: name, read: () => [text] };
}

/** More than one thread alone would do, then small ones with a finding each, an unreadable one and standard input. */
function* files() {
  const count = Math.ceil(LIMITS.scanAloneBytes / BIG.length);
  for (let at = 0; at < count; at++) yield file(`big-${at}`, BIG);
  for (let at = 0; at < 3 * LIMITS.scanBatchFiles; at++) {
    if (at === 7) yield { file: 'gone', reason: 'it is gone' };
    if (at === 50) yield { file: '-', relative: '-', read: () => [bytes(githubToken(99))] };
    yield file(`small-${at}`, bytes(`${githubToken(at)}\n`));
  }
}

/** Threads that end in the reverse of the order in which they began. */
function slowFirst(): ScanPool & { readonly batches: number[]; isClosed: boolean } {
  const begun: (() => void)[] = [];
  const pool = {
    width: 2,
    batches: [] as number[],
    isClosed: false,
    async scan(batch: readonly DiskFile[]) {
      pool.batches.push(batch.length);
      const turn = new Promise<void>((resolve) => begun.push(resolve));
      setImmediate(() => setImmediate(() => begun.pop()?.()));
      await turn;
      const events: ScanEvent[] = [];
      for (const each of batch) for await (const event of scanFile(each, deps)) events.push(event);
      return events;
    },
    close() {
      pool.isClosed = true;
      return Promise.resolve();
    },
  };
  return pool;
}

async function collect(source: AsyncIterable<ScanEvent>): Promise<ScanEvent[]> {
  const all: ScanEvent[] = [];
  for await (const event of source) all.push(event);
  return all;
}

describe('scanning in threads', () => {
  test('tells the same in the same order as one alone', async () => {
    const pool = slowFirst();
    const alone = await collect(scan(files(), deps));
    expect(await collect(scanMany(files(), { ...deps, startPool: () => pool }))).toEqual(alone);
    expect(Math.max(...pool.batches)).toBe(LIMITS.scanBatchFiles);
    expect(pool.isClosed).toBe(true);
  });

  test('starts none for little, nor where there is one core', async () => {
    const few: ScanSource = [file('a', bytes(githubToken()))];
    const startPool = () => {
      throw new Error('started');
    };
    expect(await collect(scanMany(few, { ...deps, startPool }))).toHaveLength(2);
    expect(await collect(scanMany(files(), { ...deps, startPool: undefined }))).toEqual(
      await collect(scan(files(), deps)),
    );
  });

  test('fails when one fails, and ends the others', async () => {
    const pool = { ...slowFirst(), scan: () => Promise.reject(new Error('a thread has ended')) };
    let isClosed = false;
    const close = () => {
      isClosed = true;
      return Promise.resolve();
    };
    const events = scanMany(files(), { ...deps, startPool: () => ({ ...pool, close }) });
    await expect(collect(events)).rejects.toThrow('a thread has ended');
    expect(isClosed).toBe(true);
  });
});
