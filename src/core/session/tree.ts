import { hash } from 'node:crypto';

const HASH_BYTES = 32;
const LEAF = 0x00;
const NODE = 0x01;

/**
 * The Merkle tree of RFC 6962 section 2.1, grown one leaf at a time. Keeps only the roots of the full subtrees so
 * far, one per set bit of the size: O(log n) memory.
 */
export class MerkleTree {
  #size = 0;
  // Full subtrees, largest first. Hashes are 32-character latin1 strings: cheaper to make and drop than buffers.
  readonly #subtrees: string[] = [];
  readonly #node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);
  #leaf = Buffer.alloc(1 + 1024, LEAF);

  /** The tree of `size` leaves whose full subtrees have these roots, as `subtrees` gave them. */
  static of(size: number, subtrees: Uint8Array): MerkleTree {
    const tree = new MerkleTree();
    tree.#size = size;
    const bytes = Buffer.from(subtrees);
    for (let at = 0; at < bytes.length; at += HASH_BYTES)
      tree.#subtrees.push(bytes.toString('latin1', at, at + HASH_BYTES));
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    this.#size += 1;
    let root = this.#leafHash(leaf);
    // Adding one to a binary number carries once for each trailing 1; each carry joins two equal subtrees.
    for (let size = this.#size; size % 2 === 0; size /= 2) {
      root = this.#join(this.#subtrees.pop() ?? '', root);
    }
    this.#subtrees.push(root);
  }

  /** The roots of the full subtrees so far, largest first: with the size all that it takes to go on. */
  get subtrees(): Buffer {
    return Buffer.from(this.#subtrees.join(''), 'latin1');
  }

  /** The root hash of the leaves so far; of no leaves the hash of nothing. */
  root(): Buffer {
    const joined = this.#subtrees.reduceRight((right, left) => this.#join(left, right), '');
    return Buffer.from(this.#size === 0 ? hash('sha256', '', 'binary') : joined, 'binary');
  }

  #leafHash(leaf: Uint8Array): string {
    if (this.#leaf.length <= leaf.length) this.#leaf = Buffer.alloc(2 * leaf.length + 1, LEAF);
    this.#leaf.set(leaf, 1);
    return hash('sha256', this.#leaf.subarray(0, leaf.length + 1), 'binary');
  }

  #join(left: string, right: string): string {
    if (right === '') return left;
    this.#node.write(left, 1, 'latin1');
    this.#node.write(right, 1 + HASH_BYTES, 'latin1');
    return hash('sha256', this.#node, 'binary');
  }
}
