// An MCP server, as far as bytes go: see puppet.ts. `node puppet-server.ts SCRIPT --keep DIRECTORY` keeps every
// byte in DIRECTORY/{stdin,stdout,stderr} before it goes on.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

import type { Action, Script } from './puppet.ts';

// No more at once: what is kept is what the other end took, but for this much.
const PIECE = 65_536;

const [, , file = '', flag, directory = ''] = process.argv;
const script = JSON.parse(readFileSync(file, 'utf8')) as Script;
const kept = ['stdin', 'stdout', 'stderr'].map((name) =>
  flag === '--keep' ? openSync(join(directory, name), 'a', 0o600) : undefined,
);

if (script.stubborn) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  setInterval(() => undefined, 60_000);
}
perform(script.start ?? [], 'null');
process.stdin.on('data', (chunk: Buffer) => keep(0, chunk));
createInterface({ input: process.stdin }).on('line', answer);

function answer(line: string): void {
  const { method = '', params } = JSON.parse(line) as { method?: string; params?: { name?: string } };
  const id = /"id":("[^"]*"|[-\d.eE+]+)/.exec(line)?.[1];
  const planned = script.on?.[`${method} ${params?.name}`] ?? script.on?.[method];
  if (planned) return perform(planned, id ?? 'null');
  if (id !== undefined) say(1, `{"jsonrpc":"2.0","id":${id},"result":{"got":${paramsOf(line)}}}\n`);
}

// Not parsed and written anew: the test wants to see its own bytes again.
function paramsOf(line: string): string {
  return /"params":(.*)\}$/.exec(line)?.[1] ?? '{}';
}

function perform(actions: readonly Action[], id: string): void {
  for (const action of actions) {
    if ('stdout' in action) say(1, `${action.stdout.replaceAll('$ID', id)}\n`);
    else if ('stderr' in action) for (let n = 0; n < (action.times ?? 1); n += 1) say(2, action.stderr);
    else if ('answerBytes' in action)
      say(1, `{"jsonrpc":"2.0","id":${id},"result":{"text":"${'ab cd '.repeat(action.answerBytes / 6)}"}}\n`);
    else if ('grandchild' in action) startGrandchild();
    else process.exit(action.exit);
  }
}

function startGrandchild(): void {
  const ignoring =
    "for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(s, () => {}); setInterval(() => {}, 60000);";
  spawn(process.execPath, ['-e', ignoring], { stdio: 'inherit' });
}

function keep(fd: number, bytes: Buffer): void {
  const to = kept[fd];
  if (to !== undefined) writeSync(to, bytes);
}

function say(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    keep(fd, piece);
    write(fd, piece);
  }
}

// A pipe may be set not to block, and then takes only what fits.
function write(fd: number, bytes: Buffer): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}
