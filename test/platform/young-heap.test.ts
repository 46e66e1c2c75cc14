import { execFileSync } from 'node:child_process';
import process from 'node:process';

import { expect, test } from 'vitest';

const MODULE = JSON.stringify(new URL('../../src/platform/young-heap.ts', import.meta.url).href);
/** Lets much be made and much of it live for a while; tells how often the space for new objects doubled after a look. */
const CHURN = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { isYoungHeapBound } from ${MODULE};
  const size = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  const looks = process.argv[1] === 'looking';
  const early = looks && isYoungHeapBound();
  const kept = [];
  const churn = (count) => { for (let i = 0; i < count; i += 1) kept[i % 100_000] = { i, text: [i] }; };
  while (size() < 16 * 1024 * 1024) churn(1000);
  const bound = looks && isYoungHeapBound();
  const before = size();
  churn(5_000_000);
  console.log(JSON.stringify({ early, bound, grew: size() > before }));`;

function churn(how: string): unknown {
  const args = ['--input-type=module-typescript', '-e', CHURN, how];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env: {} }));
}

test('the space for new objects grows until it is large enough, and no further', () => {
  expect(churn('looking')).toEqual({ early: false, bound: true, grew: false });
  // Else this would show nothing.
  expect(churn('not')).toMatchObject({ grew: true });
});
