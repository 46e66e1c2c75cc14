import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { listening } from '../e2e/http.ts';
import type { Sandbox } from '../helpers/hallpass.ts';
import type { Revision } from './suite.ts';

/** A proxy to reach a server through. */
export interface Proxy {
  readonly name: string;
  /** Starts it before a server; clients are to speak HTTP to it. */
  open(target: Target): Promise<Place>;
  /** How somebody else is to start it: what server it is before follows. */
  launch(speaks: 'http' | 'stdio'): Launch;
}

export type Target =
  | { readonly url: string; readonly transport?: 'sse' }
  | { readonly command: readonly string[] };

/** Where a proxy listens, and what it wants to be shown. */
export interface Place extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

const PLAIN = fileURLToPath(new URL('plain-proxy.ts', import.meta.url));
const HALLPASS = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** The proxy with masking off. */
export const plainProxy: Proxy = {
  name: 'masking off',
  async open(target) {
    const { line, child } = await startUntilReady(PLAIN, pointing(target));
    const { url, token } = JSON.parse(line) as Pick<Place, 'url' | 'token'>;
    return { url, token, [Symbol.asyncDispose]: () => end(child) };
  },
  launch: (speaks) => ({
    command: process.execPath,
    args: [PLAIN, ...(speaks === 'stdio' ? ['--stdio'] : [])],
    env: process.env,
  }),
};

/** hallpass itself, as it was built, in a home where there are secrets. */
export function hallpassIn(sandbox: Sandbox): Proxy {
  const toHttp = ['connect', '--json', '--port', '0'];
  return {
    name: 'hallpass',
    async open(target) {
      const { url, token, running } = await listening(sandbox, [...toHttp, ...pointing(target)]);
      return { url, token, [Symbol.asyncDispose]: () => end(running.child) };
    },
    launch: (speaks) => ({
      command: process.execPath,
      args: [HALLPASS, ...(speaks === 'http' ? toHttp : ['connect'])],
      env: sandbox.env,
      cwd: sandbox.project,
    }),
  };
}

/** Starts the conformance server by HTTP. */
export async function startServer(): Promise<{ url: string } & AsyncDisposable> {
  const main = fileURLToPath(new URL('server/http-main.ts', import.meta.url));
  const { line, child } = await startUntilReady(main, []);
  return { url: line, [Symbol.asyncDispose]: () => end(child) };
}

/** The same server by the old HTTP+SSE transport, which the revision of 2026-07-28 has no more. */
export function oldTarget(revision: Revision, { url }: { url: string }): [string, Target][] {
  if (revision >= '2026-07-28') return [];
  return [['SSE', { url: new URL('/sse', url).href, transport: 'sse' }]];
}

/** The launch of a proxy that is before this server. */
export function pointed(launch: Launch, target: Target): Launch {
  return { ...launch, args: [...launch.args, ...pointing(target)] };
}

function pointing(target: Target): string[] {
  if ('command' in target) return ['--', ...target.command];
  return ['--url', target.url, ...(target.transport === undefined ? [] : ['--transport', target.transport])];
}

// Ready is who has said a line.
async function startUntilReady(
  script: string,
  args: readonly string[],
): Promise<{ line: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
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
