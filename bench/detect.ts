/**
 * What the detector reaches, all rules, one thread, beside what it is compared with, and the targets: `node bench/detect.ts`,
 * some minutes. Ends with the table of docs/detection.md. Build before: what takes time to load is what is shipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { createDetector } from '../src/core/mask/detect.ts';
import type { Profile } from '../src/core/mask/profile.ts';
import { VENDOR_RULES } from '../src/core/mask/rules/vendors.ts';
import { bytesOf, ordinarySpeed, upTo } from './contestants.ts';
import { developmentSet, findingsIn, isSecret, sortOf } from './development-set.ts';
import { FAMILIES, RULE_FAMILIES } from './hostile-text.ts';
import { type Measured, measureFamilies } from './hostile-speed.ts';
import { ordinaryText } from './ordinary-text.ts';

const KB = 1024;
const GITLEAKS_BYTES = 12e6;
const LEAST_SPEED = 50;
const SHOWN = 10;
const here = import.meta.dirname;
const detector = createDetector();
const whole = ordinaryText(path.join(here, '../node_modules'));

interface Verdict {
  readonly what: string;
  /** Undefined where it could not be measured. */
  readonly reached: number | undefined;
  readonly reach: number;
  readonly way: 'at least' | 'at most';
}

console.log(`${VENDOR_RULES.length} vendor formats; MB/s of processor time\n`);
const speed = await ordinarySpeed(detector, whole);
external();
const families = measureFamilies(detector, FAMILIES, { bytes: 64 * KB, rounds: 8 });
show('hostile families', families, FAMILIES.length);
const ofRules = measureFamilies(detector, RULE_FAMILIES, { bytes: 16 * KB, rounds: 5 });
show('hostile families of each rule', ofRules, SHOWN);
const hostile = [...families, ...ofRules];

printTable([
  atLeast('ordinary text, MB/s', speed.whole, 300),
  atLeast('times JSON.parse + JSON.stringify', speed.timesJson, 1.5),
  atLeast('times secretlint, 256 KB', speed.timesSecretlint256, 4.8),
  atLeast('times secretlint, 8 KB', speed.timesSecretlint8, 8),
  atLeast(`worst of ${families.length} hostile families, MB/s`, slowest(families), LEAST_SPEED),
  atLeast(`worst of ${ofRules.length} families of rules, MB/s`, slowest(ofRules), LEAST_SPEED),
  atMost('time of twice the text, at worst', Math.max(...hostile.map(({ doubling }) => doubling)), 2.2),
  atMost('8 KB MCP result, markdown, inspected and masked, µs', inspected(), 40),
  ...recall(),
  atMost('false alarms per MB, `mask`', alarms('mask'), 2),
  atMost('false alarms per MB, `alert`', alarms('alert'), 0.5),
  atMost('engine load, ms', engineLoad(), 15),
]);

function show(title: string, measured: readonly Measured[], most: number): void {
  const slow = measured.filter((one) => one.speed < LEAST_SPEED).length;
  const steep = measured.filter((one) => one.doubling > 2.2).length;
  console.log(`\n${title}: ${measured.length}, ${slow} under ${LEAST_SPEED} MB/s, ${steep} over 2.2 x`);
  const sorted = measured.toSorted((a, b) => a.speed - b.speed);
  const steepest = measured.toSorted((a, b) => b.doubling - a.doubling).slice(0, 3);
  for (const { name, speed: mbs, doubling } of new Set([...sorted.slice(0, most), ...steepest]))
    console.log(
      `  ${name.padEnd(52)} ${mbs.toFixed(mbs < 10 ? 1 : 0).padStart(6)} MB/s, twice the text ${doubling.toFixed(2)} x`,
    );
}

function slowest(measured: readonly Measured[]): number {
  return Math.min(...measured.map((one) => one.speed));
}

// Programs, over files: wall time, so on an idle machine only.
function external(): void {
  if (spawnSync('gitleaks', ['version']).error !== undefined) {
    console.log('  gitleaks is not on PATH: not measured');
    return;
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'detect-'));
  try {
    const some = upTo(whole, GITLEAKS_BYTES);
    for (const [n, { text }] of some.entries()) writeFileSync(path.join(directory, `${n}.txt`), text);
    const began = performance.now();
    spawnSync('gitleaks', ['dir', directory, '--no-banner', '--exit-code', '0', '--log-level', 'fatal']);
    const mbs = bytesOf(some) / 1e3 / (performance.now() - began);
    console.log(`  ${'gitleaks, all cores, wall time'.padEnd(52)} ${mbs.toFixed(0).padStart(6)}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function recall(): Verdict[] {
  const set = developmentSet();
  if (set === undefined) console.log('\nno development set beside the repository: recall not measured');
  const share = (of: typeof set, isGood: (found: number) => boolean): number | undefined =>
    of && of.filter((sample) => isGood(findingsIn(detector, sample).length)).length / of.length;
  const secrets = set?.filter(isSecret);
  const ofSort = (sort: string): typeof set => secrets?.filter((sample) => sortOf(sample) === sort);
  const isFound = (count: number): boolean => count > 0;
  const clean = set?.filter(({ label }) => label === 'clean');
  return [
    atLeast('development set: vendor formats found', share(ofSort('by vendor'), isFound), 0.99),
    atLeast('development set: found by context', share(ofSort('by context'), isFound), 0.9),
    atLeast(
      'development set: clean left alone',
      share(clean, (count) => count === 0),
      0.93,
    ),
  ];
}

function alarms(profile: Profile): number {
  const with_ = createDetector({ profile });
  const count = whole.reduce((sum, { text, file }) => sum + with_.detect(text, { file }).length, 0);
  return (count * 1e6) / bytesOf(whole);
}

function inspected(): number {
  interface Inspected {
    readonly markdown: number;
    readonly structured: number;
  }
  const { markdown, structured } = childJson('inspect.ts', '--json') as Inspected;
  console.log(
    `\n8 KB MCP result: markdown ${markdown.toFixed(1)} µs, structured ${structured.toFixed(1)} µs`,
  );
  return markdown;
}

function engineLoad(): number {
  interface Load {
    readonly imported: number;
    readonly compiled: number;
    readonly built: boolean;
  }
  // The first run fills it.
  const cache = mkdtempSync(path.join(tmpdir(), 'engine-load-'));
  const runs = Array.from({ length: 10 }, () => childJson('engine-load.ts', cache) as Load);
  rmSync(cache, { recursive: true });
  const best = (of: (run: Load) => number): number => Math.min(...runs.map(of));
  const all = best(({ imported, compiled }) => imported + compiled);
  const what = runs[0]?.built === true ? 'dist' : 'sources: build first for what is shipped';
  console.log(
    `\nengine load (${what}): ${all.toFixed(1)} ms, of it modules ${best((run) => run.imported).toFixed(1)}, ` +
      `tables and first text ${best((run) => run.compiled).toFixed(1)}`,
  );
  return all;
}

function childJson(script: string, ...args: string[]): unknown {
  const { stdout } = spawnSync(process.execPath, [path.join(here, script), ...args], { encoding: 'utf8' });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as unknown;
}

function atLeast(what: string, reached: number | undefined, reach: number): Verdict {
  return { what, reached, reach, way: 'at least' };
}

function atMost(what: string, reached: number | undefined, reach: number): Verdict {
  return { what, reached, reach, way: 'at most' };
}

function printTable(verdicts: readonly Verdict[]): void {
  console.log('\n| what | reached | reach |\n| --- | --- | --- |');
  for (const { what, reached, reach, way } of verdicts) {
    if (reached === undefined) {
      console.log(`| ${what} | not measured | ${way} ${reach} |`);
      continue;
    }
    const isMet = way === 'at least' ? reached >= reach : reached <= reach;
    const shown = reached.toFixed(reach < 1 && way === 'at least' ? 3 : reached < 20 ? 1 : 0);
    console.log(`| ${what} | ${shown}${isMet ? '' : ' (missed)'} | ${way} ${reach} |`);
  }
}
