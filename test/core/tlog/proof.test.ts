import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { leafHash, nodeHash } from '../../../src/core/tlog/hash.ts';
import {
  consistencyProof,
  inclusionProof,
  rootOf,
  type Subtree,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/core/tlog/proof.ts';

// RFC 6962 sections 2.1, 2.1.1 and 2.1.2, word for word, over the leaves themselves.
function sha256(...parts: Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function mth(d: readonly Buffer[]): Buffer {
  const [only] = d;
  if (only === undefined) return sha256();
  if (d.length === 1) return sha256(Buffer.from([0]), only);
  const k = split(d.length);
  return sha256(Buffer.from([1]), mth(d.slice(0, k)), mth(d.slice(k)));
}

function path(m: number, d: readonly Buffer[]): Buffer[] {
  if (d.length === 1) return [];
  const k = split(d.length);
  return m < k
    ? [...path(m, d.slice(0, k)), mth(d.slice(k))]
    : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}

function subproof(m: number, d: readonly Buffer[], b: boolean): Buffer[] {
  if (m === d.length) return b ? [] : [mth(d)];
  const k = split(d.length);
  return m <= k
    ? [...subproof(m, d.slice(0, k), b), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
}

function subtreesOf(leaves: readonly Buffer[]): Subtree {
  const subtree: Subtree = (level, index) =>
    level === 0
      ? leafHash(leaves[index] ?? Buffer.alloc(0))
      : nodeHash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
  return subtree;
}

const someLeaves = fc
  .array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 70 })
  .map((leaves) => leaves.map((leaf) => Buffer.from(leaf)));
const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

test('roots and proofs are those of the text of RFC 6962', () => {
  fc.assert(
    fc.property(someLeaves, fc.nat(), fc.nat(), (leaves, a, b) => {
      const size = 1 + (a % leaves.length);
      const held = leaves.slice(0, size);
      const [index, from] = [b % size, 1 + (b % size)];
      const subtree = subtreesOf(leaves);
      expect(rootOf(subtree, size)).toEqual(mth(held));
      expect(hex(inclusionProof(subtree, index, size))).toEqual(hex(path(index, held)));
      expect(hex(consistencyProof(subtree, from, size))).toEqual(hex(subproof(from, held, true)));
    }),
    { numRuns: 300 },
  );
});

test('every proof of every small tree verifies', () => {
  const leaves = Array.from({ length: 33 }, (_, at) => Buffer.from(`leaf ${at}`));
  const subtree = subtreesOf(leaves);
  const head = (size: number) => ({ size, root: rootOf(subtree, size) });
  for (let size = 1; size <= leaves.length; size += 1) {
    for (let index = 0; index < size; index += 1) {
      const leaf = { bytes: leaves[index] ?? Buffer.alloc(0), index };
      expect(verifyInclusion(leaf, head(size), inclusionProof(subtree, index, size))).toBe(true);
      const proof = consistencyProof(subtree, index + 1, size);
      expect(verifyConsistency(head(index + 1), head(size), proof)).toBe(true);
    }
    expect(verifyConsistency(head(0), head(size), [])).toBe(true);
  }
});

test('nothing else verifies: another leaf, index, size, root, or a proof with a hash changed, added or missing', () => {
  fc.assert(
    fc.property(someLeaves, fc.nat(), fc.nat(), (leaves, a, b) => {
      const size = leaves.length;
      const index = a % size;
      const subtree = subtreesOf(leaves);
      const head = { size, root: rootOf(subtree, size) };
      const bytes = leaves[index] ?? Buffer.alloc(0);
      const proof = inclusionProof(subtree, index, size);
      const no = (leaf: { bytes: Uint8Array; index: number }, other = head, hashes = proof) =>
        expect(verifyInclusion(leaf, other, hashes)).toBe(false);
      no({ bytes: Buffer.concat([bytes, Buffer.from('x')]), index });
      no({ bytes, index: -1 });
      no({ bytes, index: size });
      no({ bytes, index }, { ...head, root: Buffer.alloc(32, b) });
      no({ bytes, index }, head, [...proof, Buffer.alloc(32)]);
      for (let at = 0; at < proof.length; at += 1) {
        no({ bytes, index }, head, proof.toSpliced(at, 1));
        no({ bytes, index }, head, proof.with(at, Buffer.alloc(32, 7)));
      }
    }),
  );
});

test('a log that changed or dropped a leaf proves no consistency', () => {
  const leaves = Array.from({ length: 20 }, (_, at) => Buffer.from(`leaf ${at}`));
  const forked = leaves.with(3, Buffer.from('another'));
  const [honest, other] = [subtreesOf(leaves), subtreesOf(forked)];
  for (let from = 4; from < 20; from += 1) {
    const seen = { size: from, root: rootOf(honest, from) };
    const shown = { size: 20, root: rootOf(other, 20) };
    expect(verifyConsistency(seen, shown, consistencyProof(other, from, 20))).toBe(false);
    expect(verifyConsistency(seen, shown, consistencyProof(honest, from, 20))).toBe(false);
    expect(verifyConsistency(shown, seen, [])).toBe(false);
  }
});
