/**
 * How fast the detector is, all rules, one thread, beside what it is compared with: `node bench/detect.ts`. All take turns in
 * one run, and each counts with its best round, so that a busy machine slows all of them alike.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

import { createDetector } from '../src/core/mask/detect.ts';
import { createMasker } from '../src/core/mask/masker.ts';
import { Placeholders } from '../src/core/mask/placeholders.ts';
import { VENDOR_RULES } from '../src/core/mask/rules/vendors.ts';
import { FAMILIES, type Family, RULE_FAMILIES } from './hostile-text.ts';
import { mcpMessages } from './mcp-text.ts';
import { ordinaryText, type Text } from './ordinary-text.ts';

const ROUNDS = 5;
const HOSTILE_ROUNDS = 8;
const KB = 1024;
const PIECES_BYTES = 12e6;
const HOSTILE_BYTES = 64 * KB;
/** Shorter than this is measured several times in one. */
const SHORTEST_MS = 1;

const root = path.join(import.meta.dirname, '..');
const detector = createDetector();
const masker = createMasker({ placeholders: new Placeholders(new Uint8Array(32).fill(7)) });

const whole = ordinaryText(path.join(root, 'node_modules'));
const messages = mcpMessages(400, 8 * KB);
const texts = {
  'whole files': whole,
  '256 KB': pieces(whole, 256 * KB),
  '8 KB': pieces(whole, 8 * KB),
  'MCP results, 8 KB': messages.map((text) => ({ file: 'message.json', text })),
} as const;

type Run = (text: Text) => unknown;
const contestants: Readonly<Record<string, Run>> = {
  hallpass: ({ text, file }) => detector.detect(text, { file }),
  secretlint: ({ text, file }) => lint(text, file),
};

console.log(`${VENDOR_RULES.length} vendor formats; MB/s of processor time\n`);
const speed = await ordinary();
const ratios = speedRatios(speed);
await external();
const worst = hostile('hostile families', FAMILIES);
const worstRule = hostile('hostile families of each rule', RULE_FAMILIES);
const load = engineLoad();
const micros = measureMessages();
console.log('\nreached');
target('ordinary text, MB/s', speed['whole files hallpass'] ?? 0, 300, 'at least');
target('times JSON.parse + JSON.stringify', ratios.json, 1.5, 'at least');
target('times secretlint, 256 KB', ratios.large, 4.8, 'at least');
target('times secretlint, 8 KB', ratios.small, 8, 'at least');
target('worst hostile family, MB/s', Math.min(worst.speed, worstRule.speed), 50, 'at least');
target('time of twice the text', Math.max(worst.doubling, worstRule.doubling), 2.2, 'at most');
target('engine load, ms', load, 15, 'at most');
target('8 KB MCP result detected and masked, µs', micros, 40, 'at most');

async function ordinary(): Promise<Record<string, number>> {
  const jobs: Record<string, { run: () => Promise<void> | void; bytes: number }> = {};
  for (const [size, set] of Object.entries(texts)) {
    for (const [name, run] of Object.entries(contestants)) {
      if (set === whole && name !== 'hallpass') continue;
      const few = name === 'hallpass' ? set : upTo(set, PIECES_BYTES / 4);
      jobs[`${size} ${name}`] = {
        bytes: bytesOf(few),
        run: async () => {
          for (const text of few) {
            const result = run(text);
            if (result instanceof Promise) await result;
          }
        },
      };
    }
  }
  const json = texts['MCP results, 8 KB'];
  jobs['MCP results, 8 KB JSON.parse + JSON.stringify'] = {
    bytes: bytesOf(json),
    run: () => {
      for (const { text } of json) JSON.stringify(JSON.parse(Buffer.from(text).toString()));
    },
  };
  const best: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { run, bytes }] of Object.entries(jobs)) {
      const ms = await processorMs(run);
      best[name] = Math.max(best[name] ?? 0, bytes / 1e3 / ms);
    }
  }
  for (const [name, value] of Object.entries(best))
    console.log(`  ${name.padEnd(52)} ${value.toFixed(0).padStart(6)}`);
  return best;
}

function speedRatios(by: Record<string, number>): { json: number; large: number; small: number } {
  const ratio = (a: string, b: string): number => (by[a] ?? 0) / (by[b] ?? 1);
  return {
    json: ratio('whole files hallpass', 'MCP results, 8 KB JSON.parse + JSON.stringify'),
    large: ratio('256 KB hallpass', '256 KB secretlint'),
    small: ratio('8 KB hallpass', '8 KB secretlint'),
  };
}

async function lint(text: Uint8Array, file: string): Promise<unknown> {
  const source = {
    content: Buffer.from(text).toString('utf8'),
    filePath: file,
    ext: path.extname(file),
    contentType: 'text',
  } as const;
  const id = '@secretlint/secretlint-rule-preset-recommend';
  return lintSource({ source, options: { config: { rules: [{ id, rule: creator, rules: [] }] } } });
}

// Programs, over files: wall time, so on an idle machine only.
async function external(): Promise<void> {
  if (spawnSync('gitleaks', ['version']).error !== undefined) {
    console.log('  gitleaks is not on PATH: not measured');
    return;
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'detect-'));
  try {
    const some = upTo(whole, PIECES_BYTES);
    for (const [n, { text }] of some.entries()) writeFileSync(path.join(directory, `${n}.txt`), text);
    const began = performance.now();
    spawnSync('gitleaks', ['dir', directory, '--no-banner', '--exit-code', '0', '--log-level', 'fatal']);
    const ms = performance.now() - began;
    console.log(
      `  ${'gitleaks, all cores, wall time'.padEnd(52)} ${(bytesOf(some) / 1e3 / ms).toFixed(0).padStart(6)}`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Worst {
  readonly speed: number;
  readonly doubling: number;
}

function hostile(title: string, families: readonly Family[]): Worst {
  const measured = families.map(([name, unit]) => {
    const once = filled(unit, HOSTILE_BYTES);
    const twice = filled(unit, 2 * HOSTILE_BYTES);
    const [a, b] = alternately(once, twice);
    return { name, speed: twice.length / 1e3 / b, doubling: b / a };
  });
  console.log(`\n${title}: ${families.length}`);
  const slowest = measured.toSorted((a, b) => a.speed - b.speed);
  const steepest = measured.toSorted((a, b) => b.doubling - a.doubling);
  const shown = families.length > 100 ? new Set([...slowest.slice(0, 8), ...steepest.slice(0, 4)]) : slowest;
  for (const { name, speed: mbs, doubling } of shown)
    console.log(
      `  ${name.padEnd(52)} ${mbs.toFixed(0).padStart(6)} MB/s, twice the text ${doubling.toFixed(2)} x`,
    );
  return { speed: slowest[0]?.speed ?? 0, doubling: steepest[0]?.doubling ?? 0 };
}

// The best of both, in turns; at least so long that the clock can tell.
function alternately(once: Uint8Array, twice: Uint8Array): [number, number] {
  let [a, b] = [Infinity, Infinity];
  const times = timesFor(once);
  for (let round = 0; round < HOSTILE_ROUNDS; round++) {
    a = Math.min(a, repeated(once, times));
    b = Math.min(b, repeated(twice, times));
  }
  return [a, b];
}

function timesFor(text: Uint8Array): number {
  const began = performance.now();
  detector.detect(text);
  return Math.ceil(SHORTEST_MS / Math.max(0.05, performance.now() - began));
}

function repeated(text: Uint8Array, times: number): number {
  return (
    syncMs(() => {
      for (let n = 0; n < times; n++) detector.detect(text);
    }) / times
  );
}

function engineLoad(): number {
  const runs = Array.from({ length: 7 }, () => {
    const child = spawnSync(process.execPath, [path.join(import.meta.dirname, 'engine-load.ts')], {
      encoding: 'utf8',
    });
    return JSON.parse(child.stdout) as { imported: number; compiled: number; built: boolean };
  });
  const best = (of: (run: { imported: number; compiled: number }) => number): number =>
    Math.min(...runs.map(of));
  const all = best(({ imported, compiled }) => imported + compiled);
  const what = runs[0]?.built === true ? 'dist' : 'sources: build first for what is shipped';
  console.log(
    `\nengine load (${what}): ${all.toFixed(1)} ms, of it modules ${best((run) => run.imported).toFixed(1)}, tables and first text ${best((run) => run.compiled).toFixed(1)}`,
  );
  return all;
}

function measureMessages(): number {
  let best = Infinity;
  for (let round = 0; round < 4 * ROUNDS; round++) {
    const ms = syncMs(() => {
      for (const message of messages) masker.maskText(message);
    });
    best = Math.min(best, (ms * 1000) / messages.length);
  }
  console.log(`\n8 KB MCP result, as one text: ${best.toFixed(1)} µs`);
  return best;
}

async function processorMs(run: () => Promise<void> | void): Promise<number> {
  const began = process.threadCpuUsage();
  await run();
  return since(began);
}

// So short that mostly nothing comes between; the thread's own clock is too coarse for it.
function syncMs(run: () => unknown): number {
  const began = performance.now();
  run();
  return performance.now() - began;
}

function since(began: ReturnType<typeof process.threadCpuUsage>): number {
  const { user, system } = process.threadCpuUsage(began);
  return Math.max(0.001, (user + system) / 1000);
}

function pieces(of: readonly Text[], size: number): Text[] {
  const cut: Text[] = [];
  let total = 0;
  // Every seventh, so that all kinds of files are among them.
  for (const { text, file } of of.filter((_, n) => n % 7 === 0)) {
    for (let at = 0; at < text.length && total < PIECES_BYTES; at += size) {
      const piece = text.subarray(at, at + size);
      cut.push({ file, text: piece });
      total += piece.length;
    }
  }
  return cut;
}

function upTo(of: readonly Text[], bytes: number): Text[] {
  let total = 0;
  return of.filter(({ text }) => (total += text.length) <= bytes);
}

function bytesOf(of: readonly Text[]): number {
  return of.reduce((sum, { text }) => sum + text.length, 0);
}

function filled(unit: string, size: number): Uint8Array {
  const one = Buffer.from(unit);
  return Buffer.alloc(Math.floor(size / one.length) * one.length, one);
}

function target(what: string, value: number, reach: number, way: 'at least' | 'at most'): void {
  const met = way === 'at least' ? value >= reach : value <= reach;
  console.log(`  ${what.padEnd(52)} ${value.toFixed(2).padStart(8)}, ${way} ${reach}: ${met ? 'yes' : 'NO'}`);
}
