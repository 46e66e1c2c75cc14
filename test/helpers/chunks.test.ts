import { expect, test } from 'vitest';

import { everyCut, randomChunkings } from './chunks.ts';

const whole = Buffer.from('0123456789');

test('every cut in two is made once, and loses nothing', () => {
  const cuts = [...everyCut(whole)];
  expect(cuts.map(([head]) => head.length)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const cut of cuts) expect(Buffer.concat(cut)).toEqual(whole);
});

test('random chunkings lose nothing, differ from each other, and repeat for the same seed', () => {
  const once = [...randomChunkings(whole, { seed: 7 })];
  for (const chunking of once) expect(Buffer.concat(chunking)).toEqual(whole);
  expect(new Set(once.map((chunking) => chunking.map((part) => part.length).join())).size).toBeGreaterThan(
    50,
  );
  expect([...randomChunkings(whole, { seed: 7 })]).toEqual(once);
});
