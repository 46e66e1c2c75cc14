import { setImmediate as turn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { Turns } from '../../src/core/turns.ts';

/** A stream that is full after each message until somebody reads it. */
function stream() {
  const written: number[] = [];
  let waits = 0;
  let room = Promise.withResolvers<void>();
  const turns = new Turns();
  return {
    written,
    waits: () => waits,
    send: (n: number) =>
      turns.write({
        write: () => {
          written.push(n);
          return false;
        },
        drained: () => {
          waits += 1;
          return room.promise;
        },
      }),
    read: async () => {
      room.resolve();
      room = Promise.withResolvers();
      await turn();
    },
  };
}

test('while a reader does not read one message waits there, and all others with whoever has them, in their order', async () => {
  const { written, waits, send, read } = stream();
  const sending = Promise.all(Array.from({ length: 100 }, (_, n) => send(n)));
  await turn();
  expect([written, waits()]).toEqual([[0], 1]);
  await read();
  expect([written, waits()]).toEqual([[0, 1], 2]);
  for (let n = 0; n < 99; n += 1) await read();
  await sending;
  expect(written).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test('with room nobody waits', async () => {
  const turns = new Turns();
  const drained = (): Promise<void> => Promise.reject(new Error('nothing to wait for'));
  await Promise.all(Array.from({ length: 100 }, () => turns.write({ write: () => true, drained })));
});
