// How long a person waits before hallpass begins: medians of interleaved runs, as ratios, beside the design's limits.
//   npm run bench
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { type Sandbox, sandbox } from '../test/helpers/hallpass.ts';
import { missingForSecretService, startSecretService } from '../test/helpers/secret-service.ts';

const ROUNDS = 25;
const root = fileURLToPath(new URL('..', import.meta.url));

type Environment = Readonly<Record<string, string | undefined>>;

interface Subject {
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: Environment;
  /** The subject it is compared with, and how many times as long it may take. */
  readonly limit?: { readonly of: string; readonly times: number };
}

const OCLIF = { of: 'an empty oclif command', times: 1.3 };

// New: its vault costs what a person's does.
await using hallpass = await sandbox({ isNew: true });
await using withKeychain = await sandbox({ isNew: true });
const missing = missingForSecretService();
await using service =
  missing === undefined ? await startSecretService(join(withKeychain.directory, 'keyring')) : undefined;
// A sandbox in which nothing ran has nothing to search for secrets, and fails.
if (service === undefined) await withKeychain.run(['--version']);
const fixture = emptyOclifProgram();
try {
  const mints = [await mintFromCache('hallpass mint (passphrase)', hallpass)];
  if (service !== undefined) {
    const keychain = { ...service.env, HALLPASS_KEYCHAIN: 'keyring', HALLPASS_PASSPHRASE: undefined };
    mints.push({
      ...(await mintFromCache('hallpass mint (keychain)', withKeychain, keychain)),
      limit: OCLIF,
    });
  }
  report(measure([...subjects(fixture), ...mints]));
  if (missing !== undefined) process.stdout.write(`hallpass mint (keychain) is not measured: ${missing}\n`);
} finally {
  rmSync(fixture, { recursive: true, force: true });
}

function subjects(empty: string): Subject[] {
  const cli = join(root, 'bin/run.js');
  return [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'hallpass --version', args: [cli, '--version'], limit: { of: 'node -e 0', times: 2 } },
    { name: 'an empty oclif command', args: [join(empty, 'bin/run.js'), 'empty'] },
    { name: 'hallpass sessions list', args: [cli, 'sessions', 'list'], limit: OCLIF },
    {
      name: 'hallpass scan - (one line)',
      args: [cli, 'scan', '-'],
      stdin: 'nothing to see here\n',
      limit: OCLIF,
    },
    { name: 'hallpass --help', args: [cli, '--help'] },
  ];
}

/** `mint` of a connection whose token is in the cache already, minted by a command that fails when it runs again. */
async function mintFromCache(name: string, own: Sandbox, changes: Environment = {}): Promise<Subject> {
  const env = { ...own.env, ...changes };
  const minted = JSON.stringify(join(own.directory, 'minted'));
  const token = JSON.stringify({ token: 'bench', expires_in: 3600 });
  const program = `fs.writeFileSync(${minted}, '', { flag: 'wx' }); process.stdout.write('${token}')`;
  const exec = [process.execPath, '-e', program];
  await own.configure({
    connections: { bench: { url: 'https://127.0.0.1', auth: { bearer: { exec }, use: 'export' } } },
  });
  const args = ['mint', 'bench'];
  const { code, stderr } = await own.run(args, { env });
  if (code !== 0) throw new Error(`${name} exited ${code}: ${stderr}`);
  return { name, args: [join(root, 'bin/run.js'), ...args], env };
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

function once({ name, args, stdin = '', env = hallpass.env }: Subject): number {
  const started = performance.now();
  // Each start has the code that hallpass itself keeps compiled, not what the tests share.
  const options = { input: stdin, env: { ...env, NODE_COMPILE_CACHE: undefined }, cwd: hallpass.project };
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
