import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { plant, random } from '../helpers/canaries.ts';
import { processesMarked } from '../helpers/processes.ts';

const demo = fileURLToPath(new URL('../demo/demo.ts', import.meta.url));
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

// Alone it takes some ten seconds; here other tests run beside it.
const DEMO_MS = 240_000;

/** In the environment of whoever runs the demo. What the demo plants itself it searches for itself. */
const token = plant('a token of the caller', random(24));
let printed = '';
afterEach(() => void assertNoCanary({ canaries: [token], streams: { printed } }));

describe('npm run demo', () => {
  let temporary = '';
  let status: number | null = null;

  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'demo-'));
    const env = environment(temporary);
    const { stdout, stderr, status: code } = spawnSync(process.execPath, [demo], { env, encoding: 'utf8' });
    printed = stdout;
    status = code;
    if (code !== 0) process.stderr.write(stderr);
  }, DEMO_MS);
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  test('shows what it promises, and leaves nothing behind', () => {
    expect(status).toBe(0);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('prints one plain page where there is no terminal', () => {
    expect(printed).not.toContain('\u001b');
    const rows = printed.trimEnd().split('\n');
    expect(rows.length).toBeLessThanOrEqual(115);
    const wide = rows.filter((row) => row.length > 100);
    expect(wide.filter((row) => !row.includes('$ ssh-keygen'))).toEqual([]);
  });

  test('prints what the README shows', () => {
    const [, shown = ''] = /<!-- demo -->\n+```\w+\n([^]*?)```\n+<!-- \/demo -->/.exec(readme) ?? [];
    expect(general(shown)).toEqual(general(printed));
  });
});

describe('npm run demo, interrupted', { timeout: DEMO_MS }, () => {
  test('in the middle ends all it started and leaves nothing behind', async () => {
    await using temporary = await temporaryDirectory();
    const { child, until } = start(temporary.path);
    await until(/^ *2 {2}It sends/m);
    const [world = ''] = readdirSync(temporary.path);
    // What it starts in its world, servers included, has this home.
    const started = () => processesMarked(`HOME=${join(temporary.path, world, 'home')}`);
    // hallpass, the server, and who listens in on each: none of them is just being started.
    if (process.platform === 'linux')
      await expect.poll(() => started().length, { interval: 10 }).toBeGreaterThanOrEqual(4);
    child.kill('SIGINT');
    await once(child, 'exit');
    await expect.poll(started).toEqual([]);
    expect(readdirSync(temporary.path)).toEqual([]);
  });

  test('with --keep goes on until then, in a world that one can enter', async () => {
    await using temporary = await temporaryDirectory();
    const { child, until } = start(temporary.path, '--keep');
    const [, hub = '', server = ''] = await until(/^10 [^]*^ +hub +(\S+)\n +server +(http:\S+?),/m);
    const [, enter = ''] = await until(/^ +(\. \S+)/m);
    const [verify = ''] = await until(/hallpass verify \w+ --hub --profile auditor/);
    const said = spawnSync('/bin/sh', ['-ec', `${enter}\nhallpass whoami\nhallpass mint demo\n${verify}`], {
      env: environment(temporary.path),
      encoding: 'utf8',
    });
    expect(said.stdout).toMatch(/^developer at [^]*^ey[^]*^Verified: /m);
    child.kill('SIGINT');
    await once(child, 'exit');
    for (const url of [hub, server]) await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(readdirSync(temporary.path)).toHaveLength(1);
  });
});

function environment(temporary: string): NodeJS.ProcessEnv {
  const own = { HOME: temporary, TMPDIR: temporary, LANG: 'C.UTF-8', DEMO_API_TOKEN: token.value };
  return { PATH: process.env['PATH'], ...own };
}

async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'demo-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Starts the demo; `until` waits until it has printed something that matches. */
function start(temporary: string, ...args: string[]) {
  const child = spawn(process.execPath, [demo, ...args], {
    env: environment(temporary),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const until = (pattern: RegExp) =>
    vi.waitFor(() => pattern.exec(printed) ?? expect.unreachable(`it did not print ${pattern}`), DEMO_MS);
  return { child, until };
}

/** The lines of a transcript without what differs from run to run. */
function general(transcript: string): string[] {
  return transcript
    .trimEnd()
    .replaceAll(/hpm_\w+…?/g, 'hpm')
    .replaceAll(/SHA256:\S+/g, 'SHA256')
    .replaceAll(/\/\S*\/hallpass-\w+\//g, '/tmp/')
    .replaceAll(/\b[0-9a-z]{12}\b/g, 'ID')
    .replaceAll(/(show|verify|upload) [0-9a-z]{4}\b/g, '$1 ID')
    .replaceAll(/\b[A-Z]{4}-[A-Z]{4}\b/g, 'CODE')
    .replaceAll(/ \S+@\w\S*$/gm, ' subject')
    .replaceAll(/\d[\d,]*/g, 'N')
    .replaceAll(/ +/g, ' ')
    .split('\n');
}
