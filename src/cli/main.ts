import process from 'node:process';

import type { Interfaces } from '@oclif/core';

import { HallpassError } from '../core/errors.ts';
import { readEnvironment } from '../platform/environment.ts';
import { stopInOrder, wasStopped } from '../platform/signals.ts';
import { reportError } from './report-error.ts';
import { processTerminal, ReaderGone } from './terminal.ts';

/** The short-lived commands that open the vault first of all. */
const OPEN_THE_VAULT = new Set(['mint', 'whoami', 'secret']);

/** Runs one command line and sets the exit code. `program` is the package's own directory, or how oclif is to load it. */
export async function main(argv: string[], program: Interfaces.LoadOptions): Promise<void> {
  const report = (error: unknown): number => {
    const debug = Boolean(readEnvironment().variables['HALLPASS_DEBUG']);
    return reportError(error, { json: wantsJson(argv), debug });
  };
  // Node would print the error whole, and what it quotes may be a secret.
  process.on('uncaughtException', (error) => {
    const code = report(error);
    // Whoever has something to put in order, such as a session to seal, does so first.
    if (isOutputLost(error) && stopInOrder('stopped: its output can not be written')) process.exitCode = code;
    else process.exit(code);
  });
  try {
    if (OPEN_THE_VAULT.has(argv[0] ?? '') && !argv.includes('--help')) await openVaultAhead();
    if (argv[0] === 'mint' && (await printCachedToken(argv.slice(1)))) return;
    if (argv[0] === 'scan' && (await scanStdin(argv.slice(1)))) return;
    const { run } = await import('@oclif/core/run');
    await run(spelledOut(argv), program);
  } catch (error) {
    process.exitCode = report(error);
  }
  // All is in order by now. A client that does not read what it was told last holds up nobody.
  // oxlint-disable-next-line unicorn/no-process-exit -- nothing else ends a write that is under way
  if (wasStopped() && process.stdout.writableLength > 0) process.exit();
}

function isOutputLost(error: Error): boolean {
  return error instanceof ReaderGone || (error instanceof HallpassError && error.code === 'ERR_OUTPUT');
}

/** The ways in which people ask for help and version, as the one that oclif knows. */
function spelledOut(argv: string[]): string[] {
  const [first = '', ...rest] = argv;
  if (first === 'help') return rest[0] === first ? spelledOut(rest) : [...rest, '--help'];
  if (first === '--json' && rest.length > 0) return spelledOut(behindCommand(first, rest));
  if (first === '-v' || first === '-V' || first === 'version') return ['--version'];
  const end = argv.indexOf('--');
  return argv.map((word, i) => (word === '-h' && (end === -1 || i < end) ? '--help' : word));
}

/** The one flag that every command has, where commands look for it. */
function behindCommand(flag: string, words: string[]): string[] {
  const at = words.findIndex((word) => word.startsWith('-'));
  if (at === 0) return words;
  return at === -1 ? [...words, flag] : words.toSpliced(at, 0, flag);
}

async function openVaultAhead(): Promise<void> {
  const ahead = await import('../platform/vault-ahead.ts');
  ahead.openVaultAhead();
}

async function printCachedToken(words: string[]): Promise<boolean> {
  const cached = await import('./cached-mint.ts');
  return cached.printCachedToken(words, processTerminal);
}

// A hook or an editor runs this for every line: the parser of command lines takes longer to load than all the rest of it.
async function scanStdin(words: string[]): Promise<boolean> {
  const isPlain = words.includes('-') && words.every((word) => word === '-' || word === '--json');
  if (!isPlain || words.length !== new Set(words).size) return false;
  const { PLAIN_SCAN, runScan } = await import('./run-scan.ts');
  const output = words.includes('--json') ? 'json' : 'text';
  process.exitCode = await runScan({ ...PLAIN_SCAN, output }, processTerminal);
  return true;
}

// What stands after `--` belongs to somebody else's command line.
function wantsJson(argv: string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? undefined : end).includes('--json');
}
