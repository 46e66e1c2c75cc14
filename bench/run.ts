/**
 * What `hallpass run` costs: its rate on a program's output beside the engine's own rate on the same bytes in memory (target:
 * at least 0.8 of it, masking alone; and as a whole, with pipes, the record on disk and stdout), and its memory as the output
 * grows to 1 GB (target: none). Rates are by processor time of the thread that masks: what else runs on the machine does not
 * count, nor do the threads beside it, for which there has to be a second core; by the clock it is said beside it. Each is
 * measured in a process of its own, as in life: in one, the code compiled for the first slows down the second.
 * `node bench/run.ts [--check] [--gigabyte]`; build first.
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { createMasker, type Masker } from '../src/core/mask/masker.ts';
import { Placeholders } from '../src/core/mask/placeholders.ts';
import { OutputMask } from '../src/core/run/output-mask.ts';
import { TerminalText } from '../src/core/run/terminal-text.ts';
import { processorMs } from './clock.ts';

const CLI = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const CHUNK = 64 * 1024;
const TARGET = 0.8;
/** In each of so many processes. */
const ROUNDS = 10;
const PROCESSES = 3;
// One process tells them to the other.
const SECRETS =
  process.env['SECRETS']?.split(' ') ??
  Array.from({ length: 20 }, () => randomBytes(18).toString('base64url'));

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

type What = 'engine' | 'output';

function passOver(what: What, bytes: Buffer): void {
  if (what === 'engine') {
    const stream = masker().stream();
    for (const chunk of chunks(bytes)) stream.push(chunk);
    stream.flush();
    return;
  }
  const mask = new OutputMask(masker(), { keepWidth: false, onAnnounced: () => undefined });
  const text = new TerminalText();
  for (const chunk of chunks(bytes)) mask.push(text.push(chunk));
  mask.push(text.end());
  mask.end();
}

/** In MB/s. */
interface Rate {
  readonly best: number;
  /** Of all rounds but the first, in which code is compiled: what one may expect of much output. */
  readonly mean: number;
}

/** The rate in some rounds: here it is measured, in a process that does nothing else. */
async function measure(what: What, file: string): Promise<Rate> {
  const bytes = readFileSync(file);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await processorMs(() => passOver(what, bytes)));
  const mean = times.slice(1).reduce((sum, time) => sum + time, 0) / (ROUNDS - 1);
  return { best: bytes.length / 1e3 / Math.min(...times), mean: bytes.length / 1e3 / mean };
}

function rateOf(what: What, file: string): Rate {
  const { stdout } = spawnSync(process.execPath, [import.meta.filename, what, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SECRETS: SECRETS.join(' ') },
    encoding: 'utf8',
  });
  return JSON.parse(stdout) as Rate;
}

interface Whole {
  /** What it took, by the clock and by the processor time of its main thread. */
  readonly ms: number;
  readonly busyMs: number;
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
    let [peak, busyMs] = [0, 0];
    const look = setInterval(() => {
      peak = Math.max(peak, residentMb(child.pid ?? 0));
      busyMs = Math.max(busyMs, mainThreadMs(child.pid ?? 0));
    }, 20);
    await once(child, 'exit');
    clearInterval(look);
    return { ms: performance.now() - began, busyMs, peak };
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

// In ticks of 10 ms: proc_pid_stat(5), utime and stime.
function mainThreadMs(pid: number): number {
  try {
    const [, , user = '0', system = '0'] =
      /^.*\) (?:\S+ ){11}((\d+) (\d+))/.exec(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8')) ?? [];
    return 10 * (Number(user) + Number(system));
  } catch {
    return 0;
  }
}

/** Returns the part of the engine's rate. */
function compare(name: string, file: string): number {
  const rounds = Array.from({ length: PROCESSES }, () => {
    const [engine, output] = [rateOf('engine', file).best, rateOf('output', file).best];
    console.log(`${name}: engine ${engine.toFixed(0)} MB/s, output of run ${output.toFixed(0)} MB/s`);
    return output / engine;
  });
  const ratio = rounds.toSorted((a, b) => a - b)[Math.floor(PROCESSES / 2)] ?? 0;
  console.log(`${name}: median ${ratio.toFixed(2)} of the engine's own rate (target ${TARGET})`);
  return ratio;
}

/** A program's output through all of `run`, larger and larger; beside a mean of it stands a mean, from before and after. */
async function wholes(log: Buffer, file: string): Promise<{ ratio: number; isFlat: boolean }> {
  const before = rateOf('engine', file).mean;
  const all: (Whole & { megabytes: number })[] = [];
  for (const megabytes of SIZES) {
    const took = await whole(megabytes, log);
    all.push({ megabytes, ...took });
    const rate = ((megabytes * 1e3) / took.ms).toFixed(0);
    console.log(
      `${megabytes} MB: ${rate} MB/s by the clock, start-up included; peak ${took.peak.toFixed(0)} MB`,
    );
  }
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return { ratio: 0, isFlat: false };
  // What is the same for all of them is start-up.
  const size = (last.megabytes - first.megabytes) * 1e3;
  const [busy, clock] = [size / (last.busyMs - first.busyMs), size / (last.ms - first.ms)];
  const engine = (before + rateOf('engine', file).mean) / 2;
  const ratio = busy / engine;
  console.log(
    `start-up aside: ${busy.toFixed(0)} MB/s beside ${engine.toFixed(0)}, ${ratio.toFixed(2)} of the engine's own rate (target ${TARGET}); by the clock ${clock.toFixed(0)} MB/s`,
  );
  return { ratio, isFlat: last.peak <= (all[1]?.peak ?? 0) * 1.3 + 20 };
}

const COLOURS = new RegExp(String.raw`\u001b\[\d+m`, 'g');
const SIZES = process.argv.includes('--gigabyte') ? [10, 100, 500, 1000] : [10, 100, 200];

async function main(): Promise<void> {
  const log = buildLog(16_000_000);
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-bench-'));
  try {
    const [coloured, plain] = [join(directory, 'coloured'), join(directory, 'plain')];
    writeFileSync(coloured, log);
    writeFileSync(plain, log.toString().replaceAll(COLOURS, ''));
    const alone = compare('plain', plain);
    // Colours cut the words that the engine alone would see; `run` looks at whole words.
    const withColours = compare('coloured', coloured);
    const { ratio, isFlat } = await wholes(log, coloured);
    console.log(isFlat ? 'memory is flat' : 'MEMORY GROWS');
    const least = Math.min(alone, withColours, ratio);
    if (process.argv.includes('--check') && (least < TARGET || !isFlat)) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const [, , what, file = ''] = process.argv;
if (what === 'engine' || what === 'output') console.log(JSON.stringify(await measure(what, file)));
else await main();
