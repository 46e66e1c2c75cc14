/**
 * What `hallpass run` costs: its rate on a program's output beside the engine's own rate on the same bytes in memory (target:
 * at least 0.8 of it, masking alone; and as a whole, with pipes, the record on disk and stdout), and its memory as the output
 * grows to 1 GB (target: none). `node bench/run.ts [--check] [--gigabyte]`; build first.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { createMasker, type Masker } from '../src/core/mask/masker.ts';
import { Placeholders } from '../src/core/mask/placeholders.ts';
import { OutputMask } from '../src/core/run/output-mask.ts';
import { processorMs } from './clock.ts';

const CLI = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const CHUNK = 64 * 1024;
const TARGET = 0.8;
const ROUNDS = 5;
const SECRETS = Array.from({ length: 20 }, () => randomBytes(18).toString('base64url'));

// What a build prints: lines, colours, times, hashes, and now and then a secret.
function buildLog(size: number): Buffer {
  const lines: string[] = [];
  let length = 0;
  for (let i = 0; length < size; i++) {
    const hash = randomBytes(20).toString('hex');
    const plain = `2026-11-21T18:${String(i % 60).padStart(2, '0')}:07Z [${i}] compiling src/module-${i % 97}/file.ts (${i % 311} ms) sha1 ${hash}`;
    const colour = i % 4 === 0 ? `\u001b[32m✓\u001b[0m \u001b[1m${plain}\u001b[0m` : plain;
    const line = i % 200 === 0 ? `${colour} token ${SECRETS[i % SECRETS.length] ?? ''}` : colour;
    lines.push(line);
    length += line.length + 1;
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

function masker(): Masker {
  const made = createMasker({ placeholders: new Placeholders(randomBytes(32)) });
  for (const [i, secret] of SECRETS.entries()) made.known.add(secret, `secret ${i}`);
  return made;
}

function* chunks(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

async function engineRate(bytes: Buffer): Promise<number> {
  const stream = masker().stream();
  const ms = await processorMs(() => {
    for (const chunk of chunks(bytes)) stream.push(chunk);
    stream.flush();
  });
  return bytes.length / 1e3 / ms;
}

async function outputRate(bytes: Buffer): Promise<number> {
  const mask = new OutputMask(masker(), { keepWidth: false, onAnnounced: () => undefined });
  const ms = await processorMs(() => {
    for (const chunk of chunks(bytes)) mask.push(chunk);
    mask.end();
  });
  return bytes.length / 1e3 / ms;
}

interface Whole {
  readonly rate: number;
  /** The most that was resident, in MB. */
  readonly peak: number;
}

/** The whole of `hallpass run` on a program that prints so many MB. */
async function whole(megabytes: number, log: Buffer): Promise<Whole> {
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
  try {
    const print = `const log = require('node:fs').readFileSync(0); for (let n = 0; n < ${megabytes}; n++) require('node:fs').writeSync(1, log);`;
    const env = {
      ...process.env,
      ...Object.fromEntries(SECRETS.map((value, i) => [`SERVICE_${i}_TOKEN`, value])),
      HALLPASS_STATE_DIR: directory,
      HALLPASS_CONFIG_DIR: directory,
      HALLPASS_KEYCHAIN: 'file',
      HALLPASS_PASSPHRASE: randomBytes(18).toString('base64url'),
    };
    const began = performance.now();
    const child = spawn(process.execPath, [CLI, 'run', '--', process.execPath, '-e', print], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env,
    });
    child.stdin.end(log.subarray(0, 1_000_000));
    let peak = 0;
    const look = setInterval(() => (peak = Math.max(peak, residentMb(child.pid ?? 0))), 50);
    await once(child, 'exit');
    clearInterval(look);
    return { rate: (megabytes * 1e3) / (performance.now() - began), peak };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

// Linux alone says so of another process without a program of its own.
function residentMb(pid: number): number {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

async function compare(name: string, bytes: Buffer): Promise<number> {
  const ratios: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [engine, output] = [await engineRate(bytes), await outputRate(bytes)];
    // The first warms up.
    if (round > 0) ratios.push(output / engine);
    if (round === ROUNDS)
      console.log(`${name}: engine ${engine.toFixed(0)} MB/s, output of run ${output.toFixed(0)} MB/s`);
  }
  const ratio = ratios.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(`${name}: median ${ratio.toFixed(2)} of the engine's own rate (target ${TARGET})`);
  return ratio;
}

const COLOURS = new RegExp(String.raw`\u001b\[\d+m`, 'g');
const log = buildLog(16_000_000);
const plain = Buffer.from(log.toString().replaceAll(COLOURS, ''));
const ratio = await compare('plain', plain);
// Colours cut the words that the engine alone would see; `run` looks at whole words, which is the dearer text.
await compare('coloured', log);
const sizes = process.argv.includes('--gigabyte') ? [10, 100, 1000] : [10, 100];
const peaks: number[] = [];
for (const megabytes of sizes) {
  const { rate, peak } = await whole(megabytes, log);
  peaks.push(peak);
  console.log(
    `${megabytes} MB through hallpass run: ${rate.toFixed(0)} MB/s, start-up included; peak ${peak.toFixed(0)} MB`,
  );
}
const [, middle = 0] = peaks;
const isFlat = (peaks.at(-1) ?? 0) <= middle * 1.3 + 20;
console.log(isFlat ? 'memory is flat' : 'MEMORY GROWS');
if (process.argv.includes('--check') && (ratio < TARGET || !isFlat)) process.exitCode = 1;
