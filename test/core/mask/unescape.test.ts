import { expect, test } from 'vitest';

import { escapeRegions } from '../../../src/core/mask/unescape.ts';

const LONGEST = 16;

test.each([100, 1023, 1024, 1025, 70_000])(
  'escapes are found in a text of %d bytes, wherever it lies in memory, and only as far as it is looked at',
  (length) => {
    const memory = new Uint8Array(length + 64).fill(0x61);
    for (const [at, sign] of ['\\', '%', '\\'].entries())
      memory[[7, 60, length + 9][at] as number] = sign.charCodeAt(0);
    // The last of them is behind what is looked at; the first before the text.
    const text = memory.subarray(8);
    const regions = [...escapeRegions(text, { from: 0, end: length }, LONGEST)];
    expect(regions).toEqual([{ from: 52 - LONGEST, end: 52 + 6 + LONGEST }]);
    expect([...escapeRegions(text, { from: 53, end: length }, LONGEST)]).toEqual([]);
  },
);
