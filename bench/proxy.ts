/**
 * What hallpass adds to a `tools/call`, everything on, beside a process that only copies bytes and the bridges that
 * people use instead (none of which masks or records). All of them run in one go and take turns; the same text goes out
 * and comes back. Targets: added p50 at most 1.5 times that of the byte pipe and below every bridge's, added p99 at most
 * 1 ms at 1 KB, memory flat over 100,000 calls. `npm run bench:proxy -- [--quick] [--only=stdio] [--check] [--write]`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { type Contestant, type Crossing, Field } from './proxy/contestants.ts';

const CROSSINGS: readonly Crossing[] = ['stdio → stdio', 'HTTP → HTTP', 'stdio → HTTP', 'HTTP → stdio'];
const LEAST_MS = 0.01;
/** No round of a race begins after so long, so that on a busy machine, too, all is done within eight minutes. */
const RACE_MS = 18_000;
const LEAST_ROUNDS = 3;
const TARGETS = { ratio: 1.5, p99: 1, growth: 1.1 };
const MARK = /(?<=<!-- bench\/proxy -->\n)[^]*(?=<!-- end -->)/;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const rounds = flags.quick ? LEAST_ROUNDS : 10;
const soakCalls = flags.quick ? 10_000 : 100_000;
const crossings = CROSSINGS.filter((crossing) => crossing.startsWith(flags.only));

interface Load {
  readonly title: string;
  readonly text: string;
  readonly flight: number;
  /** In each round. */
  readonly calls: number;
}

interface Row {
  readonly contestant: Contestant;
  readonly times: number[];
  seconds: number;
  cpu: number;
}

const root = path.join(import.meta.dirname, '..');
const prose = readFileSync(path.join(root, 'docs/session-format.md'), 'utf8').repeat(20);
// As JSON just under the 100 KB that supergateway takes.
const LARGE = 95_000;
const LOADS: readonly Load[] = [
  { title: '1 KB, one at a time', text: prose.slice(0, 1_000), flight: 1, calls: 200 },
  { title: '1 KB, 32 in flight', text: prose.slice(0, 1_000), flight: 32, calls: 640 },
  { title: '100 KB, one at a time', text: prose.slice(0, LARGE), flight: 1, calls: 20 },
  { title: '100 KB, 32 in flight', text: prose.slice(0, LARGE), flight: 32, calls: 64 },
];
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1' },
};

const said: string[] = [];
const missed: string[] = [];
const directory = mkdtempSync(path.join(tmpdir(), 'hallpass-bench-'));
try {
  say(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}.`);
  for (const crossing of crossings) await compare(crossing);
  if (crossings.includes('stdio → stdio')) await soak();
} finally {
  rmSync(directory, { recursive: true });
}
say('', missed.length === 0 ? 'Every target was met.' : 'Not met:', '', ...missed.map((line) => `- ${line}`));
if (flags.write) write();
if (missed.length > 0 && flags.check) process.exitCode = 1;

async function compare(crossing: Crossing): Promise<void> {
  const field = new Field(directory);
  try {
    const contestants = await field.start([crossing]);
    for (const { ask } of contestants) await ask('initialize', INITIALIZE);
    for (const load of LOADS) report(crossing, load, await race(contestants, load));
  } finally {
    await field.end();
  }
}

/** All take turns in every round, and each round begins with another. The first round only warms up. */
async function race(contestants: readonly Contestant[], load: Load): Promise<Row[]> {
  const rows = contestants.map((contestant): Row => ({ contestant, times: [], seconds: 0, cpu: 0 }));
  const last = performance.now() + RACE_MS;
  for (let round = -1; round < rounds; round += 1) {
    if (round >= LEAST_ROUNDS && performance.now() > last) break;
    for (let turn = 0; turn < rows.length; turn += 1) {
      const row = rows[(turn + round + rows.length) % rows.length];
      if (row === undefined) continue;
      const before = row.contestant.usage()?.cpu ?? 0;
      const burst = await run(row.contestant, round < 0 ? { ...load, calls: 3 * load.calls } : load);
      if (round < 0) continue;
      row.times.push(...burst.times);
      row.seconds += burst.seconds;
      row.cpu += (row.contestant.usage()?.cpu ?? 0) - before;
    }
  }
  return rows;
}

async function run({ ask }: Contestant, load: Load): Promise<{ times: number[]; seconds: number }> {
  const times: number[] = [];
  const params = { name: 'echo', arguments: { text: load.text } };
  const began = performance.now();
  let left = load.calls;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sent = performance.now();
      const answer = await ask('tools/call', params);
      times.push(performance.now() - sent);
      if (answer.length < load.text.length) throw new Error(answer);
    }
  };
  await Promise.all(Array.from({ length: load.flight }, worker));
  return { times, seconds: (performance.now() - began) / 1000 };
}

function report(crossing: Crossing, load: Load, rows: readonly Row[]): void {
  say('', `**${crossing}, ${load.title}**`, '');
  say('| | p50 | added p50 | × byte pipe | p99 | added p99 | calls/s | CPU a call | RSS |');
  say('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  const direct = rows.find(({ contestant }) => contestant.name === 'direct');
  const added = (row: Row | undefined, at: number): number => quantile(row, at) - quantile(direct, at);
  const pipe = rows.find(({ contestant }) => contestant.name === 'byte pipe');
  // Less than it varies is no measure.
  const unit = pipe && added(pipe, 0.5) >= LEAST_MS ? added(pipe, 0.5) : undefined;
  for (const row of rows) {
    const { name, usage } = row.contestant;
    const isDirect = name === 'direct';
    const cells = [
      name,
      ms(quantile(row, 0.5)),
      isDirect ? '' : ms(added(row, 0.5)),
      isDirect || unit === undefined ? '' : (added(row, 0.5) / unit).toFixed(1),
      ms(quantile(row, 0.99)),
      isDirect ? '' : ms(added(row, 0.99)),
      Math.round(row.times.length / row.seconds).toLocaleString('en'),
      isDirect ? '' : ms(row.cpu / row.times.length),
      isDirect ? '' : `${Math.round(usage()?.memory ?? 0)} MB`,
    ];
    say(`| ${cells.join(' | ')} |`);
  }
  judge(`${crossing}, ${load.title}`, load, { rows, unit, added });
}

function judge(
  what: string,
  load: Load,
  {
    rows,
    unit,
    added,
  }: { rows: readonly Row[]; unit: number | undefined; added: (row: Row, at: number) => number },
): void {
  const ours = rows.find(({ contestant }) => contestant.name === 'hallpass');
  if (ours === undefined) return;
  const p50 = added(ours, 0.5);
  const ratio = unit === undefined ? 0 : p50 / unit;
  if (ratio > TARGETS.ratio) missed.push(`${what}: adds ${ratio.toFixed(1)} times what the byte pipe adds`);
  for (const row of rows) {
    const { name } = row.contestant;
    if (['direct', 'byte pipe', 'hallpass'].includes(name) || added(row, 0.5) > p50) continue;
    missed.push(`${what}: adds more than ${name}`);
  }
  const p99 = added(ours, 0.99);
  if (load.flight === 1 && load.text.length <= 1_000 && p99 > TARGETS.p99)
    missed.push(`${what}: added p99 is ${ms(p99)}`);
}

async function soak(): Promise<void> {
  const field = new Field(directory);
  try {
    const contestants = await field.start(['stdio → stdio']);
    const ours = contestants.find(({ name }) => name === 'hallpass');
    if (ours?.usage() === undefined) return;
    await ours.ask('initialize', INITIALIZE);
    const text = prose.slice(0, 1_000);
    const marks: number[] = [];
    for (let tenth = 1; tenth <= 10; tenth += 1) {
      await run(ours, { title: '', text, flight: 32, calls: soakCalls / 10 });
      marks.push(Math.round(ours.usage()?.memory ?? 0));
    }
    say(
      '',
      `RSS of hallpass after each tenth of ${soakCalls.toLocaleString('en')} calls of 1 KB, 32 in flight:`,
    );
    say(`${marks.join(', ')} MB.`);
    // Until then the heap finds its size.
    const settled = marks[2] ?? 0;
    const last = marks.at(-1) ?? 0;
    if (last > TARGETS.growth * settled) missed.push(`memory grows: ${settled} MB, then ${last} MB`);
  } finally {
    await field.end();
  }
}

function quantile(row: Row | undefined, at: number): number {
  const sorted = row?.times.toSorted((a, b) => a - b) ?? [];
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

function say(...lines: string[]): void {
  said.push(...lines);
  process.stdout.write(`${lines.join('\n')}\n`);
}

function write(): void {
  const file = path.join(root, 'docs/performance.md');
  const page = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    page.replace(MARK, () => `${said.join('\n')}\n`),
  );
}
