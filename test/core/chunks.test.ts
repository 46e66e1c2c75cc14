import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { takeChunks } from '../../src/core/chunks.ts';

/** Takes one chunk at a time, when it is let. */
class Taker {
  readonly began: string[] = [];
  #letGo: () => void = () => undefined;

  readonly take = async (chunk: Uint8Array): Promise<void> => {
    this.began.push(Buffer.from(chunk).toString());
    await new Promise<void>((resolve) => {
      this.#letGo = resolve;
    });
  };

  async next(): Promise<void> {
    this.#letGo();
    await turn();
    await turn();
  }
}

describe('chunks', () => {
  test('are taken in order, one at a time, and the source waits meanwhile', async () => {
    const source = new PassThrough({ highWaterMark: 4 });
    const taker = new Taker();
    const all = takeChunks(source, taker.take);
    for (const chunk of ['one1', 'two2', 'thr3', 'fou4', 'fiv5']) source.write(chunk);
    await turn();
    expect(taker.began).toEqual(['one1']);
    expect(source.readableFlowing).toBe(false);
    expect(source.writableLength).toBeGreaterThan(0);
    for (const count of [2, 3, 4, 5]) {
      await taker.next();
      expect(taker.began).toHaveLength(count);
    }
    source.end('six6');
    for (let n = 0; n < 3; n += 1) await taker.next();
    await all;
    expect(taker.began.join(' ')).toBe('one1 two2 thr3 fou4 fiv5 six6');
  });

  test('are all taken when the source is destroyed meanwhile', async () => {
    const source = new PassThrough();
    const taker = new Taker();
    const all = takeChunks(source, taker.take);
    source.write('one');
    await turn();
    source.write('two');
    await turn();
    source.destroy();
    await once(source, 'close');
    await taker.next();
    await taker.next();
    await all;
    expect(taker.began).toEqual(['one', 'two']);
  });

  test.each(['', 'last words'])('end with their source: %j', async (text) => {
    const said: string[] = [];
    const source = Readable.from(text === '' ? [] : [Buffer.from(text)]);
    await takeChunks(source, async (chunk) => {
      await turn();
      said.push(Buffer.from(chunk).toString());
    });
    expect(said.join('')).toBe(text);
  });

  test('an error of the source, and one in taking, is thrown', async () => {
    const broken = new PassThrough();
    const all = takeChunks(broken, () => Promise.resolve());
    broken.destroy(new Error('torn'));
    await expect(all).rejects.toThrow('torn');
    const source = new PassThrough();
    const taken = takeChunks(source, () => Promise.reject(new Error('not taken')));
    source.write('x');
    await expect(taken).rejects.toThrow('not taken');
  });
});
