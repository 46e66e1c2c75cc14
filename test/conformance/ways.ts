import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { listening } from '../e2e/http.ts';
import type { Sandbox } from '../helpers/hallpass.ts';

/** A way to reach a server: directly, or through a proxy that `open` starts. */
export interface Way {
  readonly name: string;
  readonly open?: (target: Target) => Promise<Place>;
}

export type Target = { readonly url: string } | { readonly command: readonly string[] };

/** Where a proxy listens, and what it wants to be shown. */
export interface Place extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
}

export const DIRECT: Way = { name: 'direct' };

/** The proxy with masking off. */
export const PLAIN: Way = {
  name: 'masking off',
  async open(target) {
    const { line, child } = await startUntilReady('plain-proxy.ts', pointing(target));
    const { url, token } = JSON.parse(line) as Pick<Place, 'url' | 'token'>;
    return { url, token, [Symbol.asyncDispose]: () => end(child) };
  },
};

/** hallpass itself, as it was built, in a home where there are secrets. */
export function hallpassIn(sandbox: Sandbox): Way {
  return {
    name: 'hallpass',
    async open(target) {
      const args = ['connect', '--json', '--port', '0', ...pointing(target)];
      const { url, token, running } = await listening(sandbox, args);
      return { url, token, [Symbol.asyncDispose]: () => end(running.child) };
    },
  };
}

/** Starts the conformance server by HTTP. */
export async function startServer(): Promise<{ url: string } & AsyncDisposable> {
  const { line, child } = await startUntilReady('server/http-main.ts', []);
  return { url: line, [Symbol.asyncDispose]: () => end(child) };
}

function pointing(target: Target): string[] {
  return 'url' in target ? ['--url', target.url] : ['--', ...target.command];
}

// Ready is who has said a line.
async function startUntilReady(
  script: string,
  args: readonly string[],
): Promise<{ line: string; child: ChildProcess }> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (notes += piece));
  const ended = once(child, 'close').then(() => Promise.reject(new Error(`${script} ended: ${notes}`)));
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string];
  ended.catch(() => undefined);
  return { line, child };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
