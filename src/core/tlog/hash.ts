import { hash } from 'node:crypto';

/** Hashes of RFC 6962 section 2.1: 32 bytes each. */
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

export function leafHash(leaf: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([LEAF, leaf]), 'buffer');
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
}

/** The root of a tree without leaves. */
export function emptyRoot(): Buffer {
  return hash('sha256', '', 'buffer');
}

/** The largest power of two smaller than `size`, which is at least 2: where RFC 6962 cuts a tree. */
export function cut(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}
