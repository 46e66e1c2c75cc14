// A pipe with a memory: `node tee.ts DIRECTORY COMMAND ARGS...` runs COMMAND between its own stdin, stdout and stderr,
// changes nothing, and keeps every byte in DIRECTORY/{stdin,stdout,stderr} before it goes on.
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable, Writable } from 'node:stream';

const [directory = '', command = '', ...args] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const child = spawn(command, args, { stdio: 'pipe' });

copy(process.stdin, child.stdin, 'stdin');
copy(child.stdout, process.stdout, 'stdout');
copy(child.stderr, process.stderr, 'stderr');
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));

child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 127;
});
// Not `close`: whoever inherited the pipes may outlive the command. What it wrote last is read before that.
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
  process.stdin.destroy();
});

function copy(from: Readable, to: Writable, name: string): void {
  const kept = openSync(join(directory, name), 'a', 0o600);
  from.on('data', (chunk: Buffer) => writeSync(kept, chunk));
  from.pipe(to);
  // Who has gone away reads no more; that is its own business.
  to.on('error', () => undefined);
}
