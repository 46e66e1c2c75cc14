import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';

import { expect, test } from 'vitest';

import { Unread } from '../../../src/proxy/client-side/unread.ts';

class Response extends EventEmitter {
  writableLength: number;
  destroyed = false;

  constructor(unread: number) {
    super();
    this.writableLength = unread;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function responses(limit: number, sizes: readonly number[]) {
  const unread = new Unread(limit);
  const all = sizes.map((size) => new Response(size));
  for (const response of all) unread.add(response as unknown as ServerResponse);
  const wrote = (at: number): void => unread.wrote(all[at] as unknown as ServerResponse);
  return { all, wrote, cut: () => all.map(({ destroyed }) => destroyed) };
}

test('up to the limit nobody is cut off', () => {
  const { wrote, cut } = responses(100, [10, 50, 40]);
  wrote(0);
  expect(cut()).toEqual([false, false, false]);
});

test('past it the client that is behind most is cut off, whoever was written to', () => {
  const { all, wrote, cut } = responses(100, [10, 50, 41]);
  wrote(0);
  expect(cut()).toEqual([false, true, false]);
  wrote(0);
  expect(cut()).toEqual([false, true, false]);
  const [, , third] = all;
  if (third !== undefined) third.writableLength = 91;
  wrote(2);
  expect(cut()).toEqual([false, true, true]);
});
