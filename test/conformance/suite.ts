import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { parse } from 'yaml';

import { type Checks, nameChecks, type Status } from './compare.ts';

export type Revision = '2025-11-25' | '2026-07-28';

export interface Outcome {
  readonly checks: Checks;
  /** What went wrong in scenarios that the revision requires: what the suite said. */
  readonly faults: readonly string[];
}

type Environment = Readonly<Record<string, string>>;

const PACKAGE = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/conformance/', import.meta.url),
);
const SCENARIO_MS = 120_000;

/** Runs what a revision of the specification requires of servers, and what its suite has besides, against `url`. */
export async function testServer(revision: Revision, url: string, env: Environment = {}): Promise<Outcome> {
  const { checks, code, said } = await runSuite(['server', '--requirements', revision, '--url', url], env);
  return { checks, faults: code === 0 ? [] : [said] };
}

/**
 * Runs what a revision requires of clients, and what its suite has besides, against the client that `command` starts.
 * Scenario by scenario: all at once, as the suite would, they take longer than it waits.
 */
export async function testClient(
  { revision, scenarios }: { revision: Revision; scenarios: readonly ClientScenario[] },
  command: string,
  env: Environment = {},
): Promise<Outcome> {
  const checks = new Map<string, Status>();
  const faults: string[] = [];
  const waiting = [...scenarios];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const args = ['client', '--scenario', next.name, '--spec-version', revision, '--force'];
      const run = await runSuite([...args, '--timeout', String(SCENARIO_MS), '--command', command], env);
      for (const [check, status] of run.checks) checks.set(check, status);
      if (run.code !== 0 && next.isRequired) faults.push(run.said);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { checks, faults };
}

export interface ClientScenario {
  readonly name: string;
  readonly isRequired: boolean;
}

/** What a revision's list has for clients. */
export async function clientScenarios(revision: Revision): Promise<ClientScenario[]> {
  const list = parse(await readFile(join(PACKAGE, `requirements/${revision}.yaml`), 'utf8')) as {
    client: string[];
    not_scored: { scenario: string; leg: string }[];
  };
  const others = list.not_scored.filter(({ leg }) => leg === 'client');
  return [
    ...list.client.map((name) => ({ name, isRequired: true })),
    ...others.map(({ scenario }) => ({ name: scenario, isRequired: false })),
  ];
}

async function runSuite(
  args: readonly string[],
  env: Environment,
): Promise<{ checks: Checks; code: number | null; said: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const child = spawn(process.execPath, [join(PACKAGE, 'dist/index.js'), ...args, '-o', directory], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { checks: await readChecks(directory), code, said: `${stdout}\n${stderr}` };
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
      .replace(/^server-(?=.*-\d{4}-)/, '')
      .replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, '');
    const checks = JSON.parse(await readFile(join(directory, file), 'utf8')) as {
      id: string;
      status: Status;
    }[];
    for (const [name, status] of nameChecks(scenario, checks)) found.set(name, status);
  }
  return found;
}
