/**
 * Makes up texts with secrets in them for as long as told, and holds the masking engine to its promises:
 * `npm run fuzz -- --seconds 60`. A failure says how to see it again, and the shortest text that shows it.
 */
import { parseArgs } from 'node:util';

import { fuzz } from './fuzz.ts';
import { shrink } from './shrink.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, case: { type: 'string' } },
});
const seconds = Number(values.seconds ?? 20);
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const only = values.case === undefined ? undefined : Number(values.case);
const MOST_FAILURES = 5;

console.log(`seed ${seed}`);
const end = performance.now() + seconds * 1000;
const { cases, bytes, failed } = fuzz({
  seed,
  from: only ?? 0,
  goesOn: (done, failures) =>
    only === undefined ? performance.now() < end && failures < MOST_FAILURES : done === 0,
});
for (const { number, corpus, failure } of failed) {
  console.log(`\n${failure.oracle}: again with --seed ${seed} --case ${number}`);
  const least = shrink(corpus, failure);
  console.log(`canaries ${JSON.stringify(least.corpus.canaries)}\ntext ${JSON.stringify(least.corpus.text)}`);
  console.log(least.failure.detail.slice(0, 2_000));
}
console.log(`\n${cases} cases, ${(bytes / 1e6).toFixed(1)} MB, ${failed.length} failures`);
process.exitCode = failed.length === 0 ? 0 : 1;
