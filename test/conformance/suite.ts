import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { type Checks, nameChecks, type Status } from './compare.ts';

export type Revision = '2025-11-25' | '2026-07-28';

interface Run {
  readonly role: 'server' | 'client';
  readonly revision: Revision;
  /** What role and suite need besides: `--url …` or `--command …`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly checks: Checks;
  /** Scenarios that the revision requires and that did not pass. */
  readonly failed: boolean;
  readonly said: string;
}

const SUITE = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url),
);

/** Runs what one revision of the specification requires, and what its suite has besides. */
export async function runSuite({ role, revision, args, env }: Run): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const all = [SUITE, role, '--requirements', revision, '-o', directory, ...args];
    const child = spawn(process.execPath, all, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { checks: await readChecks(directory), failed: code !== 0, said: `${stdout}\n${stderr}` };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

// A directory for each scenario, named for it and for when it ran; one for a scenario with a slash is a level deeper.
async function readChecks(directory: string): Promise<Checks> {
  const files = await readdir(directory, { recursive: true });
  const found = new Map<string, Status>();
  for (const file of files.filter((name) => name.endsWith('checks.json')).toSorted()) {
    const scenario = dirname(file)
      .replace(/^(?:server-)?/, '')
      .replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '');
    const checks = JSON.parse(await readFile(join(directory, file), 'utf8')) as {
      id: string;
      status: Status;
    }[];
    for (const [name, status] of nameChecks(scenario, checks)) found.set(name, status);
  }
  return found;
}
