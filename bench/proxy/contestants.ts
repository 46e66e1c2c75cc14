import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { type Ask, askOverHttp, askOverStdio } from './clients.ts';

/** What a client speaks, and what the server does. */
export type Crossing = 'stdio → stdio' | 'HTTP → HTTP' | 'stdio → HTTP' | 'HTTP → stdio';

export interface Contestant {
  readonly name: string;
  readonly crossing: Crossing;
  readonly ask: Ask;
  /** Of the process in between; undefined where there is none, and elsewhere than on Linux. */
  readonly usage: () => Usage | undefined;
}

/** Resident memory in MB, and processor time so far in milliseconds, all its threads together. */
export interface Usage {
  readonly memory: number;
  readonly cpu: number;
}

type Piped = ChildProcessByStdio<Writable, Readable, null>;

const root = path.join(import.meta.dirname, '../..');
const SERVER = path.join(import.meta.dirname, 'echo-server.ts');
const PIPE = path.join(import.meta.dirname, 'byte-pipe.ts');
const HALLPASS = path.join(root, 'bin/run.js');
const PEERS = {
  'mcp-proxy': 'mcp-proxy/dist/bin/mcp-proxy.mjs',
  supergateway: 'supergateway/dist/index.js',
  'mcp-remote': 'mcp-remote/dist/proxy.js',
};
const STARTS_WITHIN_MS = 20_000;

/** Starts and ends all there is to measure. */
export class Field {
  readonly #directory: string;
  readonly #ends: (() => unknown)[] = [];
  #serverPort = 0;

  /** What they write goes to `directory`. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  async start(crossings: readonly Crossing[]): Promise<Contestant[]> {
    this.#serverPort = await this.#port(SERVER, 'http');
    const server = `http://127.0.0.1:${this.#serverPort}/mcp`;
    const stdio = [process.execPath, SERVER, 'stdio'];
    const all: Record<Crossing, () => (Contestant | Promise<Contestant>)[]> = {
      'stdio → stdio': () => [
        this.#stdio('direct', 'stdio → stdio', [SERVER, 'stdio']),
        this.#stdio('byte pipe', 'stdio → stdio', [PIPE, 'stdio', ...stdio]),
        this.#stdio('hallpass', 'stdio → stdio', [HALLPASS, 'connect', '--', ...stdio]),
      ],
      'HTTP → HTTP': () => [
        this.#http('direct', 'HTTP → HTTP', { url: server }),
        this.#pipedHttp(),
        this.#hallpassHttp('HTTP → HTTP', ['--url', server]),
      ],
      'stdio → HTTP': () => [
        this.#http('direct', 'stdio → HTTP', { url: server }),
        this.#stdio('hallpass', 'stdio → HTTP', [HALLPASS, 'connect', '--url', server]),
        this.#stdio('mcp-remote', 'stdio → HTTP', [peer('mcp-remote'), server, '--transport', 'http-only']),
        this.#stdio('supergateway', 'stdio → HTTP', [
          peer('supergateway'),
          '--streamableHttp',
          server,
          '--logLevel',
          'none',
        ]),
      ],
      'HTTP → stdio': () => [
        this.#stdio('direct', 'HTTP → stdio', [SERVER, 'stdio']),
        this.#hallpassHttp('HTTP → stdio', ['--', ...stdio]),
        this.#peerHttp('mcp-proxy', ['--host', '127.0.0.1', '--server', 'stream'], stdio),
        this.#peerHttp('supergateway', [
          '--outputTransport',
          'streamableHttp',
          '--stateful',
          '--logLevel',
          'none',
          '--stdio',
          stdio.join(' '),
        ]),
      ],
    };
    const contestants: Contestant[] = [];
    for (const crossing of crossings)
      for (const starting of all[crossing]()) contestants.push(await starting);
    return contestants;
  }

  async end(): Promise<void> {
    for (const end of this.#ends) await end();
  }

  #spawn(args: readonly string[], stdin: 'pipe' | 'ignore'): Piped {
    const child = spawn(process.execPath, args, {
      stdio: [stdin, 'pipe', process.env['BENCH_DEBUG'] === undefined ? 'ignore' : 'inherit'],
      cwd: this.#directory,
      env: {
        PATH: process.env['PATH'],
        HOME: this.#directory,
        HALLPASS_STATE_DIR: path.join(this.#directory, 'state'),
        HALLPASS_CONFIG_DIR: path.join(this.#directory, 'config'),
        HALLPASS_CACHE_DIR: path.join(this.#directory, 'cache'),
        HALLPASS_KEYCHAIN: 'file',
        HALLPASS_PASSPHRASE: 'bench',
      },
    }) as unknown as Piped;
    this.#ends.push(() => child.kill());
    return child;
  }

  #stdio(name: string, crossing: Crossing, args: readonly string[]): Contestant {
    const child = this.#spawn(args, 'pipe');
    return { name, crossing, ask: askOverStdio(child), usage: usageOf(name, child) };
  }

  #http(name: string, crossing: Crossing, to: { url: string; token?: string; child?: Piped }): Contestant {
    const { ask, close } = askOverHttp(to.url, to.token);
    this.#ends.unshift(close);
    return { name, crossing, ask, usage: usageOf(name, to.child) };
  }

  async #pipedHttp(): Promise<Contestant> {
    const child = this.#spawn([PIPE, 'tcp', String(this.#serverPort)], 'ignore');
    const url = `http://127.0.0.1:${await firstLine(child)}/mcp`;
    return this.#http('byte pipe', 'HTTP → HTTP', { url, child });
  }

  async #hallpassHttp(crossing: Crossing, target: readonly string[]): Promise<Contestant> {
    const child = this.#spawn([HALLPASS, 'connect', '--json', '--port', '0', ...target], 'ignore');
    const { url, token } = JSON.parse(await firstLine(child)) as { url: string; token: string };
    return this.#http('hallpass', crossing, { url, token, child });
  }

  async #peerHttp(
    name: keyof typeof PEERS,
    flags: readonly string[],
    command: readonly string[] = [],
  ): Promise<Contestant> {
    const port = await freePort();
    const child = this.#spawn([peer(name), '--port', String(port), ...flags, '--', ...command], 'ignore');
    child.stdout.resume();
    await untilListening(port);
    return this.#http(name, 'HTTP → stdio', { url: `http://127.0.0.1:${port}/mcp`, child });
  }

  async #port(...args: string[]): Promise<number> {
    return Number(await firstLine(this.#spawn(args, 'ignore')));
  }
}

function peer(name: keyof typeof PEERS): string {
  return path.join(root, 'node_modules', PEERS[name]);
}

// A clock tick of Linux is 10 ms, whatever the kernel's own is.
const TICK_MS = 10;

function usageOf(name: string, child: Piped | undefined): () => Usage | undefined {
  if (name === 'direct' || child === undefined || process.platform !== 'linux') return () => undefined;
  return () => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const memory = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    return { memory, cpu: TICK_MS * (Number(fields[11]) + Number(fields[12])) };
  };
}

function firstLine({ stdout }: Piped): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('\n')) resolve(said.split('\n', 1)[0] ?? '');
    });
    stdout.once('end', () => reject(new Error('it ended before it was ready')));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function untilListening(port: number): Promise<void> {
  for (const deadline = performance.now() + STARTS_WITHIN_MS; !(await isListening(port));) {
    if (performance.now() > deadline) throw new Error(`nothing listens on ${port}`);
    await delay(50);
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
