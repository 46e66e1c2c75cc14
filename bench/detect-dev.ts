/**
 * How well the detector does on the development set and on ordinary text: `node bench/detect-dev.ts`. The set lies beside the
 * repository and is not part of it; without it only ordinary text is measured.
 */
import path from 'node:path';

import { createDetector, type Detector } from '../src/core/mask/detect.ts';
import type { Profile } from '../src/core/mask/profile.ts';
import { developmentSet, findingsIn, isSecret, type Sample, sortOf } from './development-set.ts';
import { ordinaryText } from './ordinary-text.ts';

const PROFILES: readonly Profile[] = ['mask', 'alert'];
const root = path.join(import.meta.dirname, '..');

const samples = developmentSet();
if (samples === undefined) console.log('development set skipped: there is no ../shared/detection');
for (const profile of PROFILES) {
  console.log(`\nprofile ${profile}`);
  const detector = createDetector({ profile });
  if (samples !== undefined) measureSet(detector, samples);
  measureOrdinaryText(detector);
}

function measureSet(detector: Detector, set: readonly Sample[]): void {
  const isFound = (sample: Sample): boolean => findingsIn(detector, sample).length > 0;
  const secrets = set.filter(isSecret);
  const clean = set.filter((sample) => sample.label === 'clean');
  console.log('recall');
  for (const [source, group] of Map.groupBy(secrets, ({ source: from }) => from))
    print(source, group.filter(isFound).length, group.length);
  for (const [sort, group] of Map.groupBy(secrets, sortOf))
    print(sort, group.filter(isFound).length, group.length);
  print('all', secrets.filter(isFound).length, secrets.length);
  console.log('texts labelled clean for one rule, with any finding');
  for (const [sort, group] of Map.groupBy(clean, sortOf))
    print(sort, group.filter(isFound).length, group.length);
  print('all', clean.filter(isFound).length, clean.length);
  measureSpans(
    detector,
    set.filter((sample) => sample.spans !== undefined),
  );
  measureLines(
    detector,
    set.filter((sample) => sample.source === 'leaky-repo'),
  );
}

function measureSpans(detector: Detector, set: readonly Sample[]): void {
  let found = 0;
  let total = 0;
  let outside = 0;
  for (const sample of set) {
    const found_ = findingsIn(detector, sample);
    const masked = new Set(found_.flatMap(({ start, end }) => range(start, end)));
    for (const [start, end] of sample.spans ?? []) {
      const inside = range(start, end).filter((at) => masked.has(at));
      for (const at of range(start, end)) masked.delete(at);
      total++;
      if (inside.length * 2 >= end - start) found++;
    }
    outside += masked.size;
  }
  console.log('spans');
  print('at least half masked', found, total);
  console.log(`  ${'bytes masked outside of them'.padEnd(30)} ${outside}`);
}

function measureLines(detector: Detector, set: readonly Sample[]): void {
  let found = 0;
  let total = 0;
  for (const sample of set) {
    const bytes = Buffer.from(sample.text_b64, 'base64');
    const lines = new Set(
      findingsIn(detector, sample).map(
        ({ start }) => bytes.subarray(0, start).filter((b) => b === 10).length,
      ),
    );
    found += Math.min(lines.size, sample.risk ?? 0);
    total += sample.risk ?? 0;
  }
  console.log('leaky-repo lines');
  print('with a finding', found, total);
}

function measureOrdinaryText(detector: Detector): void {
  const texts = ordinaryText(path.join(root, 'node_modules'));
  const bytes = texts.reduce((sum, { text }) => sum + text.length, 0);
  const alarms = new Map<string, number>();
  const started = performance.now();
  for (const { text, file } of texts) {
    for (const { rule } of detector.detect(text, { file })) alarms.set(rule, (alarms.get(rule) ?? 0) + 1);
  }
  const seconds = (performance.now() - started) / 1000;
  const count = [...alarms.values()].reduce((sum, n) => sum + n, 0);
  const megabytes = bytes / 1e6;
  console.log('ordinary text (installed packages)');
  console.log(
    `  ${megabytes.toFixed(1)} MB in ${texts.length} files, ${(megabytes / seconds).toFixed(0)} MB/s`,
  );
  console.log(`  ${count} findings, ${(count / megabytes).toFixed(2)} per MB`);
  for (const [rule, n] of [...alarms].toSorted((a, b) => b[1] - a[1]).slice(0, 12))
    console.log(`  ${n} ${rule}`);
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

function print(name: string, part: number, whole: number): void {
  console.log(`  ${name.padEnd(30)} ${part}/${whole} = ${(part / Math.max(1, whole)).toFixed(3)}`);
}
