import { closeSync, fstatSync, readSync } from 'node:fs';

import { openForReading } from './files.ts';

/** The first and last bytes of a file, without the middle; they overlap in a small one. */
export function readEnds(
  path: string,
  sizes: { headBytes: number; tailBytes: number },
): { head: Buffer; tail: Buffer } {
  const fd = openForReading(path);
  try {
    const { size } = fstatSync(fd);
    const head = read(fd, Math.min(size, sizes.headBytes), 0);
    const tail = size <= head.length ? head : read(fd, sizes.tailBytes, Math.max(0, size - sizes.tailBytes));
    return { head, tail };
  } finally {
    closeSync(fd);
  }
}

function read(fd: number, count: number, position: number): Buffer {
  const buffer = Buffer.allocUnsafe(count);
  return buffer.subarray(0, readSync(fd, buffer, 0, count, position));
}
