import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { MerkleTree } from '../../../src/core/session/tree.ts';

// The leaves and roots that the Certificate Transparency implementations test themselves with
// (google/certificate-transparency, merkletree_test).
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('the root of nothing is the hash of nothing', () => {
  expect(new MerkleTree().root().toString('hex')).toBe(sha256(Buffer.alloc(0)).toString('hex'));
});

test('the roots are those of Certificate Transparency', () => {
  const tree = new MerkleTree();
  const roots = LEAVES.map((leaf) => {
    tree.append(Buffer.from(leaf, 'hex'));
    return tree.root().toString('hex');
  });
  expect(roots).toEqual(ROOTS);
  expect(tree.size).toBe(LEAVES.length);
});

test('growing leaf by leaf gives what RFC 6962 defines by cutting in two', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 5000 }), { minLength: 1, maxLength: 70 }), (leaves) => {
      const tree = new MerkleTree();
      for (const leaf of leaves) tree.append(leaf);
      expect(tree.root().toString('hex')).toBe(definition(leaves).toString('hex'));
    }),
  );
});

test('a tree goes on from what was kept of it', () => {
  const leaves = Array.from({ length: 70 }, (_, index) => Buffer.from(`leaf ${index}`));
  const whole = new MerkleTree();
  let resumed = new MerkleTree();
  for (const leaf of leaves) {
    resumed = MerkleTree.of(resumed.size, resumed.subtrees);
    expect(resumed.root()).toEqual(whole.root());
    whole.append(leaf);
    resumed.append(leaf);
    expect([resumed.size, resumed.root()]).toEqual([whole.size, whole.root()]);
  }
});

// RFC 6962 section 2.1, word for word.
function definition(leaves: Uint8Array[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 1 && only) return sha256(Buffer.from([0]), only);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.from([1]), definition(leaves.slice(0, k)), definition(leaves.slice(k)));
}

function sha256(...parts: Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
