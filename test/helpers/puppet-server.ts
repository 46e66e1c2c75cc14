// An MCP server, as far as bytes go: see puppet.ts.
import { spawn } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

import type { Action, Script } from './puppet.ts';

const script = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Script;

if (script.stubborn) {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
  setInterval(() => undefined, 60_000);
}
perform(script.start ?? [], 'null');
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

// A pipe may be set not to block, and then takes only what fits.
function say(fd: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}
