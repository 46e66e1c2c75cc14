/**
 * Ten thousand known values: what adding one costs, how much memory they take, whether each is found in every spelling of the
 * contract and at every cut, and how fast text is searched: `node bench/known.ts`, without the spellings with `--speed`.
 */
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { KnownValues } from '../src/core/mask/known-values.ts';
import { createMasker } from '../src/core/mask/masker.ts';
import { Placeholders } from '../src/core/mask/placeholders.ts';
import { ALNUM, choicesOf, letters } from '../test/fuzz/choose.ts';
import { holds } from '../test/fuzz/decode.ts';
import { SPELLINGS } from '../test/fuzz/spell.ts';
import { processorTime } from '../test/fuzz/time.ts';
import { ordinaryText } from './ordinary-text.ts';

const COUNT = 10_000;
/** Of so many values every text is cut at every byte. */
const CUT = 25;

/** What values of one vendor have in common, and a text of somebody else's repeats. */
const PREFIXES: Readonly<Record<string, string>> = {
  ghp_: 'ghp_',
  AKIA: ['AK', 'IA'].join(''),
  'sk-ant-api03-': `sk-${'ant'}-api03-`,
  'a header of JWTs': `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.`,
  '200 bytes': letters(choicesOf(3, 0), ALNUM, 200),
};
const HOSTILE_BYTES = 2_000_000;
/** Of so many files of ordinary text one is searched. */
const ONE_OF = 12;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const values = Array.from({ length: COUNT }, (_, i) => valueOf(i));

measureAdding();
measureSpeed();
measureHostile();
if (!process.argv.includes('--speed')) measureRecall();

// A third random, a third with one vendor's prefix, a third of what passwords are made of.
function valueOf(i: number): string {
  const choose = choicesOf(11, i);
  if (i % 3 === 0) return letters(choose, ALNUM, 16 + choose(30));
  if (i % 3 === 1) return `sk-${'ant'}-api03-${letters(choose, `${ALNUM}-_`, 60)}a`;
  return `${letters(choose, ALNUM, 8)}${letters(choose, '"\\/%&<>\'$!?~+=; é', 4)}${letters(choose, ALNUM, 8)}`;
}

function measureAdding(): void {
  new KnownValues().add(values[0] ?? '', 'the bench');
  collect();
  const before = memory();
  const known = new KnownValues();
  const times = values.map((value) => processorTime(() => known.add(value, 'the bench')));
  collect();
  const bytes = memory() - before;
  const late = times.slice(-1_000).toSorted((a, b) => a - b);
  console.log(`adding one to ${COUNT}`);
  print('median', `${(late[500] ?? 0).toFixed(3)} ms`);
  print('99th of 100', `${(late[990] ?? 0).toFixed(3)} ms`);
  print('slowest of the last 1,000', `${(late[999] ?? 0).toFixed(3)} ms`);
  print('slowest of all', `${Math.max(...times).toFixed(3)} ms`);
  print(
    'memory',
    `${(bytes / 1e6).toFixed(0)} MB, ${(bytes / COUNT / 1e3).toFixed(1)} KB each (${known.size} values)`,
  );
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function measureRecall(): void {
  const masker = createMasker({ placeholders: new Placeholders(new Uint8Array(32).fill(7)) });
  for (const value of values) masker.known.add(value, 'the bench');
  const missed = new Map<number, number>();
  let texts = 0;
  let cuts = 0;
  let unlike = 0;
  for (const [i, value] of values.entries()) {
    for (const [n, spell] of SPELLINGS.entries()) {
      const text = Buffer.from(`{"a": "${spell(value, choicesOf(i, n))}"}`);
      const whole = masker.maskText(text).bytes;
      texts++;
      if (whole === text || holds(whole, [value]) !== undefined) missed.set(n, (missed.get(n) ?? 0) + 1);
      if (i % Math.floor(COUNT / CUT) !== 0) continue;
      for (let at = 0; at <= text.length; at++, cuts++) {
        const stream = masker.stream();
        const out = [stream.push(text.subarray(0, at)), stream.push(text.subarray(at)), stream.flush()];
        if (!Buffer.concat(out).equals(whole)) unlike++;
      }
    }
  }
  const lost = [...missed.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${SPELLINGS.length} spellings of each of ${COUNT} values`);
  print('recall', `${((texts - lost) / texts).toFixed(6)} (${texts - lost} of ${texts})`);
  for (const [n, count] of missed) print(`  missed in spelling ${n}`, String(count));
  print('cut at every byte', `${cuts} streams, ${unlike} unlike the whole`);
}

function measureSpeed(): void {
  const all = ordinaryText(path.join(import.meta.dirname, '../node_modules'));
  const texts = all.filter((_, i) => i % ONE_OF === 0);
  const bytes = texts.reduce((sum, { text }) => sum + text.length, 0);
  const json = texts
    .filter(({ file }) => file.endsWith('.json'))
    .map(({ text }) => Buffer.from(text).toString());
  const jsonBytes = json.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const parse = speed(jsonBytes, () => json.map((text) => JSON.stringify(JSON.parse(text))));
  console.log(`searching ${(bytes / 1e6).toFixed(0)} MB of ordinary text`);
  print('JSON.parse + JSON.stringify', `${parse.toFixed(0)} MB/s`);
  for (const count of [1, 100, COUNT]) {
    const known = knownOf(values.slice(0, count));
    const found = speed(bytes, () => texts.map(({ text }) => known.find(text)));
    print(
      `with ${count} values`,
      `${found.toFixed(0)} MB/s, ${(found / parse).toFixed(2)} x JSON.parse + JSON.stringify`,
    );
  }
}

// Values that all begin alike, against texts that begin so again and again, or go on as values do but for their end.
function measureHostile(): void {
  console.log(
    'values with a common prefix, against text that repeats it: MB/s with 100 and with 10,000 values',
  );
  for (const [name, prefix] of Object.entries(PREFIXES)) {
    const all = Array.from({ length: COUNT }, (_, i) => prefix + letters(choicesOf(13, i), ALNUM, 30));
    const [few, many] = [knownOf(all.slice(0, 100)), knownOf(all)];
    const missed = all.slice(0, 100).map((value) => value.slice(0, -1));
    for (const [what, unit] of Object.entries({ repeated: prefix, 'near misses': missed.join(' ') })) {
      const text = Buffer.from(unit.repeat(Math.ceil(HOSTILE_BYTES / unit.length)));
      const [less, more] = [few, many].map((known) => speed(text.length, () => known.find(text))) as [
        number,
        number,
      ];
      print(`${name}, ${what}`, `${less.toFixed(0)}, ${more.toFixed(0)}; time x ${(less / more).toFixed(2)}`);
    }
  }
}

function knownOf(all: readonly string[]): KnownValues {
  const known = new KnownValues();
  for (const value of all) known.add(value, 'the bench');
  return known;
}

function speed(bytes: number, work: () => unknown): number {
  work();
  const best = Math.min(...Array.from({ length: 7 }, () => processorTime(() => void work())));
  return bytes / 1e3 / best;
}

function print(what: string, measured: string): void {
  console.log(`  ${what.padEnd(38)} ${measured}`);
}
