import { expect, test } from 'vitest';

import { type GitChange, GitChanges } from '../../src/core/git-changes.ts';
import { bytes } from './mask/fixtures.ts';
import { everyCut } from '../helpers/chunks.ts';

const [ZERO, A, B, C] = ['0', 'a', 'b', 'c'].map((digit) => digit.repeat(40));
const COMMIT = 'd'.repeat(40);

const OUTPUT = [
  COMMIT,
  `:000000 100644 ${ZERO} ${A} A`,
  'new\nline é.txt',
  `:100644 100755 ${A} ${B} M`,
  ':odd name',
  `:100644 000000 ${A} ${ZERO} D`,
  'gone',
  `:160000 160000 ${A} ${B} M`,
  'submodule',
  `:160000 100644 ${A} ${B} T`,
  'was-submodule',
  `::100644 000000 100644 ${A} ${ZERO} ${C} MA`,
  'merged',
  '',
].join('\0');

const CHANGES = [
  { commit: COMMIT, path: 'new\nline é.txt', blob: A, before: [] },
  { commit: COMMIT, path: ':odd name', blob: B, before: [A] },
  { commit: COMMIT, path: 'was-submodule', blob: B, before: [] },
  { commit: COMMIT, path: 'merged', blob: C, before: [A] },
];

function read(pieces: Iterable<Uint8Array>): GitChange[] {
  const reader = new GitChanges();
  return [...pieces].flatMap((piece) => reader.push(piece));
}

test('what git prints is read alike, wherever it is cut', () => {
  const output = bytes(OUTPUT);
  expect(read([output])).toEqual(CHANGES);
  for (const pieces of everyCut(output)) expect(read(pieces)).toEqual(CHANGES);
});

test('the index has no commit', () => {
  expect(read([bytes(`:000000 120000 ${ZERO} ${A} A\0link\0`)])).toEqual([
    { commit: undefined, path: 'link', blob: A, before: [] },
  ]);
});
