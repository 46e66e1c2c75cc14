import { cut, emptyRoot, leafHash, nodeHash } from './hash.ts';

/** What a tree looks like from outside: how many leaves, and the hash over them. */
export interface Head {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Buffer;
}

/** The root of a full subtree: `2^level` leaves, the `index`-th such. */
export type Subtree = (level: number, index: number) => Buffer;

/** The root over the first `size` leaves. */
export function rootOf(subtree: Subtree, size: number): Buffer {
  return size === 0 ? emptyRoot() : rangeRoot(subtree, 0, size);
}

/** The hashes that lead from leaf `index` to the root over `size` leaves (RFC 6962 section 2.1.1). */
export function inclusionProof(subtree: Subtree, index: number, size: number): Buffer[] {
  const path = (start: number, end: number): Buffer[] => {
    if (end - start === 1) return [];
    const middle = start + cut(end - start);
    return index < middle
      ? [...path(start, middle), rangeRoot(subtree, middle, end)]
      : [...path(middle, end), rangeRoot(subtree, start, middle)];
  };
  return path(0, size);
}

/** The hashes that show the first `from` of `to` leaves unchanged (RFC 6962 section 2.1.2); 0 < from <= to. */
export function consistencyProof(subtree: Subtree, from: number, to: number): Buffer[] {
  const part = (start: number, end: number, isKnown: boolean): Buffer[] => {
    if (from === end) return isKnown ? [] : [rangeRoot(subtree, start, end)];
    const middle = start + cut(end - start);
    return from <= middle
      ? [...part(start, middle, isKnown), rangeRoot(subtree, middle, end)]
      : [...part(middle, end, false), rangeRoot(subtree, start, middle)];
  };
  return part(0, to, true);
}

/** True when `proof` leads from `leaf` at `index` to the head (RFC 9162 section 2.1.3.2). All of it may be the hub's lie. */
export function verifyInclusion(
  leaf: { readonly bytes: Uint8Array; readonly index: number },
  head: Head,
  proof: readonly Buffer[],
): boolean {
  if (!isIndex(leaf.index) || !isIndex(head.size) || leaf.index >= head.size) return false;
  let [node, last] = [leaf.index, head.size - 1];
  let root = leafHash(leaf.bytes);
  for (const hash of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      root = nodeHash(hash, root);
      [node, last] = climb(node, last);
    } else {
      root = nodeHash(root, hash);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && root.equals(head.root);
}

/** True when `proof` shows that `from` is a beginning of `to` (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(from: Head, to: Head, proof: readonly Buffer[]): boolean {
  if (!isIndex(from.size) || !isIndex(to.size) || from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && from.root.equals(to.root);
  if (from.size === 0) return proof.length === 0 && from.root.equals(emptyRoot());
  const [first, ...rest] = Number.isInteger(Math.log2(from.size)) ? [from.root, ...proof] : proof;
  return first !== undefined && meets(from, to, { first, rest });
}

function meets(from: Head, to: Head, { first, rest }: { first: Buffer; rest: Buffer[] }): boolean {
  let [node, last] = [from.size - 1, to.size - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  let [older, newer] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      [node, last] = climb(node, last);
    } else {
      newer = nodeHash(newer, hash);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && older.equals(from.root) && newer.equals(to.root);
}

// A right-hand child at the edge has no sibling for some levels.
function climb(node: number, last: number): [number, number] {
  let [at, end] = [node, last];
  while (at % 2 === 0 && at !== 0) [at, end] = [at / 2, Math.floor(end / 2)];
  return [at, end];
}

// `start` is a multiple of every power of two up to the largest in the range.
function rangeRoot(subtree: Subtree, start: number, end: number): Buffer {
  const size = end - start;
  const level = Math.log2(size);
  if (Number.isInteger(level)) return subtree(level, start / size);
  const middle = start + cut(size);
  return nodeHash(rangeRoot(subtree, start, middle), rangeRoot(subtree, middle, end));
}

function isIndex(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
