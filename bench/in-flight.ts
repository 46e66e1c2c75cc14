/**
 * What a thousand requests at once, and clients that do not read, cost hallpass in memory: the peak of its resident set
 * (VmHWM of Linux) once it has begun, of a process of its own for each line. `node bench/in-flight.ts [--only=TEXT] [--write]`, after a build.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

import { Agent, request } from 'undici';

const COUNT = 1_000;
/** How long a client that does not read is left alone. */
const STILL_MS = 5_000;
const FLOOD_BYTES = 1024 ** 3;
const MARK = /(?<=<!-- bench\/in-flight -->\n)[^]*(?=<!-- end in-flight -->)/;
const root = path.join(import.meta.dirname, '..');
const prose = readFileSync(path.join(root, 'docs/session-format.md'), 'utf8').repeat(200);

type Piped = ChildProcessByStdio<Writable, Readable, null>;
interface Request {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly name?: string; readonly arguments?: { readonly text?: string } };
}
/** Says one thing; resolves when more may come. */
type Say = (message: object) => Promise<void>;

const [mode] = process.argv.slice(2);
const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length) ?? '';
async function measureAll(): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'hallpass-bench-'));
  const said = [
    `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}.`,
    '',
    '| | peak RSS | |',
    '| --- | ---: | --- |',
  ];
  const http = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.once('end', () => respond(Buffer.concat(parts).toString(), response));
  });
  http.listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const target: Target = {
    url: ['--url', `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`],
    command: ['--', process.execPath, import.meta.filename, 'server'],
  };
  try {
    for (const [what, measure] of LINES.filter(([line]) => line.includes(only))) {
      const { peak, note } = await measure(target, directory);
      said.push(`| ${what} | ${Math.round(peak)} MB | ${note} |`);
      process.stdout.write(`${said.at(-1)}\n`);
    }
  } finally {
    http.closeAllConnections();
    http.close();
    rmSync(directory, { recursive: true });
  }
  if (!process.argv.includes('--write')) return;
  const file = path.join(root, 'docs/performance.md');
  const page = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    page.replace(MARK, () => `${said.join('\n')}\n`),
  );
}

interface Target {
  readonly url: readonly string[];
  readonly command: readonly string[];
}
interface Measured {
  readonly peak: number;
  readonly note: string;
}
type Line = readonly [string, (target: Target, directory: string) => Promise<Measured>];

const LINES: readonly Line[] = [
  ['idle, stdio → stdio', ({ command }, directory) => onStdio(command, directory, { text: 1_000, count: 1 })],
  ...([1_000, 100_000] as const).flatMap((text): Line[] => {
    const size = text === 1_000 ? '1 KB' : '100 KB';
    return [
      [
        `1,000 in flight, ${size}, stdio → stdio`,
        ({ command }, directory) => onStdio(command, directory, { text, count: COUNT }),
      ],
      [
        `1,000 in flight, ${size}, stdio → HTTP`,
        ({ url }, directory) => onStdio(url, directory, { text, count: COUNT }),
      ],
      [
        `1,000 in flight, ${size}, HTTP → HTTP`,
        ({ url }, directory) => onHttp(url, directory, { text, count: COUNT }),
      ],
      [
        `1,000 in flight, ${size}, HTTP → stdio`,
        ({ command }, directory) => onHttp(command, directory, { text, count: COUNT }),
      ],
    ];
  }),
  [
    '1 GB to a client that does not read, stdio → stdio',
    ({ command }, directory) => unreadOnStdio(command, directory),
  ],
  [
    '1,000 answers of 1 MB to a client that does not read, stdio → HTTP',
    ({ url }, directory) => unreadAnswers(url, directory),
  ],
  ['1 GB to a client that does not read, HTTP → HTTP', ({ url }, directory) => unreadOnHttp(url, directory)],
  [
    '1 GB to a client that does not read, HTTP → stdio',
    ({ command }, directory) => unreadOnHttp(command, directory),
  ],
];

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

function callOf(id: number, name: string, text: string, together = 1): string {
  const params = { name, arguments: { together, text }, _meta: { ...META, progressToken: `t${id}` } };
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
}

async function onStdio(
  target: readonly string[],
  directory: string,
  { text, count }: { text: number; count: number },
): Promise<Measured> {
  const child = await onPipes(target, directory);
  const answered = idsIn(child.stdout, count);
  for (let id = 1; id <= count; id += 1)
    child.stdin.write(`${callOf(id, 'echo', prose.slice(0, text), count)}\n`);
  const ids = await answered;
  return ended(child, `${ids.size.toLocaleString('en')} answers, each id once`);
}

async function onHttp(
  target: readonly string[],
  directory: string,
  { text, count }: { text: number; count: number },
): Promise<Measured> {
  const { child, post, close } = await listening(target, directory);
  const ids = new Set<unknown>();
  const ask = async (_: unknown, n: number): Promise<void> => {
    const { body } = await post(callOf(n + 1, 'echo', prose.slice(0, text), count), 'echo');
    const said = (await body.text()).replace(/^(?:event: .*\n)?data: /, '');
    ids.add((JSON.parse(said) as Request).id);
  };
  await Promise.all(Array.from({ length: count }, ask));
  await close();
  return ended(child, `${ids.size.toLocaleString('en')} answers, each id once`);
}

async function unreadOnStdio(target: readonly string[], directory: string): Promise<Measured> {
  const child = await onPipes(target, directory);
  child.stdin.write(`${callOf(1, 'flood', '')}\n`);
  await delay(STILL_MS);
  return ended(child, 'the server waits');
}

async function unreadAnswers(target: readonly string[], directory: string): Promise<Measured> {
  const child = await onPipes(target, directory);
  for (let id = 1; id <= COUNT; id += 1) child.stdin.write(`${callOf(id, 'large', '')}\n`);
  await delay(2 * STILL_MS);
  return ended(child, 'the server waits');
}

async function unreadOnHttp(target: readonly string[], directory: string): Promise<Measured> {
  const { child, post, close } = await listening(target, directory);
  const flood = await post(callOf(1, 'flood', ''), 'flood');
  flood.body.once('error', () => undefined);
  await delay(STILL_MS / 2);
  // Another client, meanwhile.
  const { body } = await post(callOf(2, 'echo', 'x'), 'echo');
  const other = (await body.text()).includes('"id":2')
    ? 'another client is answered'
    : 'another client waits';
  await delay(STILL_MS / 2);
  flood.body.destroy();
  await close();
  return ended(child, other);
}

async function onPipes(target: readonly string[], directory: string): Promise<Piped> {
  const child = start(['connect', ...target], directory, 'pipe');
  child.stdin.write(`${callOf(0, 'hello', '')}\n`);
  await firstLine(child);
  forgetPeak(child);
  return child;
}

async function listening(target: readonly string[], directory: string) {
  const child = start(['connect', '--json', '--port', '0', ...target], directory, 'ignore');
  const { url, token } = JSON.parse(await firstLine(child)) as { url: string; token: string };
  forgetPeak(child);
  const agent = new Agent({ connections: COUNT, headersTimeout: 0, bodyTimeout: 0 });
  const post = (body: string, name: string) =>
    request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': name,
      },
      body,
    });
  return { child, post, close: () => agent.destroy() };
}

function start(args: readonly string[], directory: string, stdin: 'pipe' | 'ignore'): Piped {
  return spawn(process.execPath, [path.join(root, 'bin/run.js'), ...args], {
    stdio: [stdin, 'pipe', process.env['BENCH_DEBUG'] === undefined ? 'ignore' : 'inherit'],
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      HALLPASS_STATE_DIR: path.join(directory, 'state'),
      HALLPASS_CONFIG_DIR: path.join(directory, 'config'),
      HALLPASS_CACHE_DIR: path.join(directory, 'cache'),
      HALLPASS_KEYCHAIN: 'file',
      HALLPASS_PASSPHRASE: 'bench',
    },
  }) as unknown as Piped;
}

// Opening a vault under a passphrase takes much, once.
function forgetPeak({ pid }: Piped): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

async function ended(child: Piped, note: string): Promise<Measured> {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const peak = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
  return { peak, note };
}

function idsIn(stdout: Readable, count: number): Promise<Set<number>> {
  const ids = new Set<number>();
  let rest = '';
  return new Promise((resolve, reject) => {
    stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) ids.add(Number(/"id":(\d+)/.exec(line)?.[1]));
      if (ids.size === count) resolve(ids);
    });
    stdout.resume();
    stdout.once('end', () => reject(new Error(`it ended after ${ids.size} answers`)));
  });
}

function firstLine({ stdout }: Piped): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const take = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes('\n')) return;
      stdout.off('data', take);
      stdout.pause();
      resolve(said.split('\n', 1)[0] ?? '');
    };
    stdout.on('data', take);
    stdout.once('end', () => reject(new Error('it ended before it was ready')));
  });
}

// The server. It answers no echo before as many have come as there are to be at once.
const held: (() => void)[] = [];

async function answer({ id, method, params }: Request, say: Say): Promise<void> {
  if (id === undefined || method !== 'tools/call') return;
  const result = (text: string): object => ({
    jsonrpc: '2.0',
    id,
    result: { resultType: 'complete', content: [{ type: 'text', text }] },
  });
  if (params?.name === 'hello') return say(result('hello'));
  if (params?.name === 'large') return say(result(prose.slice(0, 1_000_000)));
  if (params?.name !== 'flood') return say(result(params?.arguments?.text ?? ''));
  const message = prose.slice(0, 100_000);
  const progress = {
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: `t${id}`, message },
  };
  for (let sent = 0; sent < FLOOD_BYTES; sent += message.length) await say(progress);
  await say(result('done'));
}

function serveStdio(): void {
  let rest = '';
  const say: Say = (message) =>
    new Promise((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()));
  process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) hold(() => void answer(JSON.parse(line) as Request, say), line);
  });
}

function respond(body: string, response: ServerResponse): void {
  const asked = JSON.parse(body === '' ? '{}' : body) as Request;
  if (asked.id === undefined) return void response.writeHead(body === '' ? 405 : 202).end();
  if (asked.params?.name !== 'flood') {
    const say: Say = (message) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
      return Promise.resolve();
    };
    return hold(() => void answer(asked, say), body);
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say: Say = (message) =>
    new Promise((resolve) => response.write(`data: ${JSON.stringify(message)}\n\n`, () => resolve()));
  void answer(asked, say).then(() => response.end());
}

function hold(go: () => void, said: string): void {
  const together = Number(/"together":(\d+)/.exec(said.slice(0, 200))?.[1] ?? 1);
  held.push(go);
  if (held.length >= together) release();
}

function release(): void {
  for (const go of held.splice(0)) go();
}

if (mode === 'server') serveStdio();
else await measureAll();
