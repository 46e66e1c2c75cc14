import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { Secret } from '../../src/core/secret.ts';
import { openVault } from '../../src/platform/vault.ts';
import type { Exemption, Searched } from './assert-no-canary.ts';
import { type Canary, random } from './canaries.ts';
import { LeakSearch, type Places } from './leak-search.ts';
import { endProcesses, processesMarked } from './processes.ts';
import { tap, type Tapped } from './wiretap.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CLI = join(root, 'bin/run.js');
/** For what hangs: on a busy machine a command takes many times what it takes alone. */
const RUN_MS = 60_000;

/** What a command said so far, as text or as the very bytes. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: { readonly stdout: Buffer; readonly stderr: Buffer };
}

export interface Finished extends Said {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** No file may grow past so many blocks of 512 bytes: what `ulimit -f` does. */
  readonly fileSizeLimit?: number | undefined;
  /** On a terminal of its own: what is written to stdin is typed, stdout and stderr both come out of stdout. */
  readonly onTerminal?: boolean | TerminalSize;
  /** Where stdout goes instead. */
  readonly stdoutTo?: string;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
  /** Has the terminal's settings (`stty -g`) shown before and after. */
  readonly settings?: boolean;
}

/** What an MCP client is configured with to start hallpass, and what hallpass said once it did. */
export interface Launch {
  readonly command: string;
  readonly args: string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly said: Tapped;
}

/** One hallpass that runs on. Everything it says is kept. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly said: Said;
  /** Resolves once stream `name` has said something that matches; rejects when hallpass ends first or a minute goes by. */
  readonly saying: (name: 'stdout' | 'stderr', pattern: RegExp) => Promise<RegExpExecArray>;
  readonly finished: Promise<Finished>;
}

/**
 * The real command line (bin/run.js over dist) in a world of its own: home, state, configuration, cache and passphrase
 * belong to one test. `await using hallpass = await sandbox();` — leaving the scope ends whatever still runs, servers
 * that hallpass started included, and removes the files. It also searches all that hallpass said and wrote for every
 * secret of the test file and some of its own, and throws when one got out. With `isNew` hallpass has never run there.
 */
export async function sandbox({ isNew = false } = {}): Promise<Sandbox> {
  const directory = await mkdtemp(join(tmpdir(), 'hallpass-'));
  const created = new Sandbox(directory);
  for (const path of [created.home, created.project, created.env['TMPDIR']]) await mkdir(path ?? directory);
  await writeFile(join(created.project, '.env'), `DATABASE_PASSWORD=${created.secrets.dotEnv.value}\n`);
  if (!isNew) await makeVault(created);
  return created;
}

// A real vault, but for the cost of its passphrase: half a second for every command is most of what a test would take.
async function makeVault({ env, stateDir }: Sandbox): Promise<void> {
  await openVault({
    vaultFile: join(stateDir, 'vault.json'),
    allowedSignersFile: join(stateDir, 'allowed_signers'),
    choice: 'file',
    passphrase: new Secret(env['HALLPASS_PASSPHRASE'] ?? ''),
    scryptN: 2 ** 10,
    keychain: () => {
      throw new Error('a vault under a passphrase needs no keychain');
    },
  });
}

export class Sandbox {
  readonly directory: string;
  readonly home: string;
  /** Where commands run unless told otherwise; holds a `.env` with a secret. */
  readonly project: string;
  readonly stateDir: string;
  readonly configDir: string;
  readonly cacheDir: string;
  /** The whole environment of every command; nothing of ours leaks in. */
  readonly env: Readonly<Record<string, string>>;
  /** True: the files outlive the sandbox. */
  keep = false;
  readonly #mark = randomBytes(12).toString('hex');
  /** In the environment and the project of every command. Nothing of it may come out. */
  readonly secrets = {
    variable: secret('a token in the environment'),
    dotEnv: secret("a password in the project's .env"),
    passphrase: secret('the passphrase'),
  };
  readonly #search = new LeakSearch(Object.values(this.secrets));
  readonly #said: { readonly title: string; readonly bytes: Pick<Tapped, 'stdout' | 'stderr'> }[] = [];

  constructor(directory: string) {
    this.directory = directory;
    this.home = join(directory, 'home');
    this.project = join(directory, 'project');
    this.stateDir = join(directory, 'state');
    this.configDir = join(directory, 'config');
    this.cacheDir = join(directory, 'cache');
    this.env = {
      HOME: this.home,
      TMPDIR: join(directory, 'tmp'),
      PATH: [join(root, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(':'),
      LANG: 'C.UTF-8',
      // Code compiled once for all: to compile it anew is much of what starting hallpass in a new home takes.
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled'),
      HALLPASS_STATE_DIR: this.stateDir,
      HALLPASS_CONFIG_DIR: this.configDir,
      HALLPASS_CACHE_DIR: this.cacheDir,
      HALLPASS_KEYCHAIN: 'file',
      HALLPASS_PASSPHRASE: this.secrets.passphrase.value,
      SANDBOX_API_TOKEN: this.secrets.variable.value,
      // Not HALLPASS_…: those are not handed on to servers.
      SANDBOX_MARK: this.#mark,
    };
    this.watch(() => this);
  }

  /** What an MCP client is configured with to start hallpass with these arguments. What it says is kept. */
  command(...args: string[]): Launch {
    const said = tap(join(this.directory, 'launches', String(this.#said.length)), 'hallpass', [
      process.execPath,
      CLI,
      ...args,
    ]);
    this.#said.push({ title: `hallpass ${args.join(' ')}`, bytes: said });
    return { command: said.command, args: [], env: { ...this.env }, cwd: this.project, said };
  }

  /** Writes the user's own `hallpass.yaml`. */
  async configure(content: unknown): Promise<void> {
    await mkdir(this.configDir, { recursive: true });
    // JSON is YAML.
    await writeFile(join(this.configDir, 'hallpass.yaml'), JSON.stringify(content));
  }

  /** Runs one command to its end. Rejects when it takes longer than a minute, with what it said so far. */
  async run(
    args: readonly string[],
    options: SpawnOptions & { stdin?: string | Uint8Array } = {},
  ): Promise<Finished> {
    const running = this.spawn(args, options);
    running.child.stdin.end(options.stdin ?? '');
    const timer = setTimeout(() => running.child.kill('SIGKILL'), RUN_MS);
    try {
      const finished = await running.finished;
      if (finished.signal !== 'SIGKILL') return finished;
      throw new Error(
        `hallpass ${args.join(' ')} did not end in ${RUN_MS} ms\n${finished.stdout}\n${finished.stderr}`,
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** Starts a command and leaves it running, stdin open. */
  spawn(args: readonly string[], options: SpawnOptions = {}): Running {
    const [command = '', ...rest] = within([process.execPath, CLI, ...args], options);
    const child = spawn(command, rest, {
      cwd: options.cwd ?? this.project,
      env: { ...this.env, ...options.env },
    });
    // A command may well end without reading its stdin.
    child.stdin.on('error', () => undefined);
    const said = collect(child);
    this.#said.push({ title: `hallpass ${args.join(' ')}`, bytes: said.bytes });
    return follow(child, said);
  }

  /** Everything hallpass wrote to stdout and stderr so far, by command. */
  get streams(): Record<string, Buffer> {
    return Object.fromEntries(
      this.#said.flatMap(({ title, bytes }, index) => [
        [`stdout of ${index}: ${title}`, bytes.stdout],
        [`stderr of ${index}: ${title}`, bytes.stderr],
      ]),
    );
  }

  /** Every directory in which hallpass may have left something. */
  get directories(): string[] {
    const places = [this.stateDir, this.configDir, this.cacheDir, this.home, this.env['TMPDIR'] ?? ''];
    return places.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory());
  }

  /** Has more places searched in the end: what a server got, what else was written. */
  watch(places: () => Places): void {
    this.#search.watch(places);
  }

  /** Lets a planted secret be where a test puts it. */
  exempt(exemption: Exemption): void {
    this.#search.exempt(exemption);
  }

  /** Searches now, as will be done in the end. */
  assertNoCanary(): Searched {
    return this.#search.run();
  }

  /** The process ids, servers included, that are still alive of all that this sandbox started. Linux only. */
  survivors(): number[] {
    return processesMarked(`SANDBOX_MARK=${this.#mark}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endProcesses(() => this.survivors());
    try {
      this.assertNoCanary();
    } finally {
      if (!this.keep) await rm(this.directory, { recursive: true, force: true });
    }
  }
}

function secret(name: string): Canary {
  return { name, value: random(24) };
}

/** The command that runs `command` under the conditions asked for. */
function within(command: string[], { fileSizeLimit, onTerminal, stdoutTo }: SpawnOptions): string[] {
  if (stdoutTo !== undefined) return ['/bin/sh', '-c', `exec "$@" >${stdoutTo}`, 'sh', ...command];
  if (fileSizeLimit !== undefined)
    return ['/bin/sh', '-c', `ulimit -f ${fileSizeLimit}; exec "$@"`, 'sh', ...command];
  if (onTerminal === undefined || onTerminal === false) return command;
  const sized = onTerminal === true ? command : ofSize(onTerminal, command);
  if (process.platform === 'darwin') return ['script', '-q', '/dev/null', ...sized];
  const words = sized.map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return ['script', '-qfec', words.join(' '), '/dev/null'];
}

/** Without it the terminal says that it has no columns and no rows. */
function ofSize({ columns, rows, settings = false }: TerminalSize, command: string[]): string[] {
  // The shell outlives a Ctrl-C that is meant for the command.
  const run = settings ? 'trap : INT; stty -g; "$@"; code=$?; stty -g; exit $code' : 'exec "$@"';
  return ['/bin/sh', '-c', `stty cols ${columns} rows ${rows}; ${run}`, 'sh', ...command];
}

function collect(child: ChildProcessWithoutNullStreams): Said {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  const bytes = {
    get stdout() {
      return Buffer.concat(chunks.stdout);
    },
    get stderr() {
      return Buffer.concat(chunks.stderr);
    },
  };
  return {
    bytes,
    get stdout() {
      return bytes.stdout.toString();
    },
    get stderr() {
      return bytes.stderr.toString();
    },
  };
}

function follow(child: ChildProcessWithoutNullStreams, said: Said): Running {
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ stdout: said.stdout, stderr: said.stderr, bytes: said.bytes, code, signal });
    });
  });
  const saying: Running['saying'] = (name, pattern) => untilSaid({ child, said, finished }, name, pattern);
  return { child, said, saying, finished };
}

function untilSaid(
  { child, said, finished }: Pick<Running, 'child' | 'said' | 'finished'>,
  name: 'stdout' | 'stderr',
  pattern: RegExp,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const why = (what: string) =>
      new Error(`hallpass ${what} ${pattern} on ${name}\n${said.stdout}\n${said.stderr}`);
    // Before the test's own limit, so that the sandbox is still cleared away.
    const timer = setTimeout(() => reject(why(`did not say in ${RUN_MS} ms`)), RUN_MS);
    // What ends in a newline is not there before one has come; a flood is not searched anew for every piece of it.
    const awaitsLine = pattern.source.endsWith(String.raw`\n`);
    const look = (piece?: Buffer) => {
      if (awaitsLine && piece?.includes('\n') === false) return;
      const match = pattern.exec(said[name]);
      if (!match) return;
      clearTimeout(timer);
      child[name].off('data', look);
      resolve(match);
    };
    child[name].on('data', look);
    look();
    finished.then(() => {
      look();
      clearTimeout(timer);
      reject(why('ended without saying'));
    }, reject);
  });
}
