// How long a person waits before hallpass begins: medians of interleaved runs, as ratios, beside the design's limits.
//   npm run bench
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { sandbox } from '../test/helpers/hallpass.ts';

const ROUNDS = 25;
const root = fileURLToPath(new URL('..', import.meta.url));

interface Subject {
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  /** The subject it is compared with, and how many times as long it may take. */
  readonly limit?: { readonly of: string; readonly times: number };
}

await using hallpass = await sandbox();
const fixture = emptyOclifProgram();
try {
  report(measure(subjects(fixture)));
} finally {
  rmSync(fixture, { recursive: true, force: true });
}

function subjects(empty: string): Subject[] {
  const cli = join(root, 'bin/run.js');
  const oclif = { of: 'an empty oclif command', times: 1.3 };
  return [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'hallpass --version', args: [cli, '--version'], limit: { of: 'node -e 0', times: 2 } },
    { name: 'an empty oclif command', args: [join(empty, 'bin/run.js'), 'empty'] },
    { name: 'hallpass sessions list', args: [cli, 'sessions', 'list'], limit: oclif },
    {
      name: 'hallpass scan - (one line)',
      args: [cli, 'scan', '-'],
      stdin: 'nothing to see here\n',
      limit: oclif,
    },
    { name: 'hallpass --help', args: [cli, '--help'] },
  ];
}

// One after the other, round by round, so that whatever else the machine does falls on all of them alike.
function measure(all: readonly Subject[]): Map<Subject, number> {
  const times = new Map<Subject, number[]>(all.map((subject) => [subject, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [subject, taken] of times) {
      const milliseconds = once(subject);
      // The first round warms the file cache, and hallpass's own.
      if (round >= 0) taken.push(milliseconds);
    }
  }
  return new Map([...times].map(([subject, taken]) => [subject, median(taken)]));
}

function once({ name, args, stdin = '' }: Subject): number {
  const started = performance.now();
  const options = { input: stdin, env: hallpass.env, cwd: hallpass.project };
  const { status, stderr } = spawnSync(process.execPath, args, options);
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`${name} exited ${status}: ${stderr.toString()}`);
  return milliseconds;
}

function report(medians: Map<Subject, number>): void {
  const byName = new Map([...medians].map(([subject, milliseconds]) => [subject.name, milliseconds]));
  for (const [{ name, limit }, milliseconds] of medians) {
    const line = `${name.padEnd(28)} ${milliseconds.toFixed(1).padStart(7)} ms`;
    process.stdout.write(
      `${line}${limit ? verdict(milliseconds / (byName.get(limit.of) ?? 0), limit) : ''}\n`,
    );
  }
}

function verdict(ratio: number, limit: { of: string; times: number }): string {
  if (ratio > limit.times) process.exitCode = 1;
  return `  ${ratio.toFixed(2)} x ${limit.of}; may be ${limit.times} x: ${ratio > limit.times ? 'TOO SLOW' : 'ok'}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The program that oclif's own generator makes, with one command that does nothing. Uses our @oclif/core. */
function emptyOclifProgram(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hallpass-empty-oclif-'));
  for (const path of ['bin', 'node_modules']) mkdirSync(join(directory, path));
  symlinkSync(join(root, 'node_modules/@oclif'), join(directory, 'node_modules/@oclif'));
  const commands = { strategy: 'explicit', target: './commands.js', identifier: 'COMMANDS' };
  const files = {
    'package.json': JSON.stringify({
      name: 'empty',
      version: '1.0.0',
      type: 'module',
      files: ['oclif.manifest.json'],
      oclif: { bin: 'empty', commands, topicSeparator: ' ' },
    }),
    'oclif.manifest.json': JSON.stringify({
      version: '1.0.0',
      commands: {
        empty: { id: 'empty', aliases: [], args: {}, flags: {}, hiddenAliases: [], pluginName: 'empty' },
      },
    }),
    'bin/run.js': "import { execute } from '@oclif/core';\nawait execute({ dir: import.meta.url });\n",
    'commands.js':
      "import { Command } from '@oclif/core';\n" +
      'export const COMMANDS = { empty: class Empty extends Command { async run() {} } };\n',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
  return directory;
}
