import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test, type TestContext } from 'vitest';

import { startGuardian } from '../../src/platform/guardian.ts';
import { lineReader } from '../helpers/lines.ts';
import { childrenOf, endProcesses, isAlive, processesMarked } from '../helpers/processes.ts';

const PROGRAM = fileURLToPath(new URL('../helpers/guarded-child.ts', import.meta.url));
const STUBBORN = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1e6)";

let marks = 0;

interface Started {
  readonly parent: number;
  /** The guardian: the one child of ours that isn't marked. */
  readonly guardian: number;
  /** What carries the mark: the parent, the child, and what it started. */
  readonly alive: () => number[];
  readonly stop: () => void;
}

/** A process that started `script` as a server, in a group of its own like one that a client starts. */
async function start(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  script: string,
): Promise<Started> {
  marks += 1;
  const [name, value] = ['HALLPASS_TEST_GUARDED', `${process.pid}-${Date.now()}-${marks}`] as const;
  const alive = (): number[] => processesMarked(`${name}=${value}`);
  onTestFinished(() => endProcesses(alive));
  const parent = spawn(process.execPath, [PROGRAM, script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    env: { PATH: process.env['PATH'], [name]: value },
  });
  await lineReader(parent.stdout)();
  const pid = parent.pid ?? 0;
  const marked = alive();
  const guardian = childrenOf(pid).find((id) => !marked.includes(id)) ?? 0;
  expect(isAlive(guardian)).toBe(true);
  return { parent: pid, guardian, alive, stop: () => parent.stdin.write('stop') };
}

const gone = async (at: TestContext, { alive, guardian }: Started): Promise<void> => {
  await at.expect.poll(alive).toEqual([]);
  await at.expect.poll(() => isAlive(guardian)).toBe(false);
};

// Reads /proc.
describe.skipIf(process.platform !== 'linux').concurrent('after kill -9 of whoever started a server', () => {
  test('one that heeds neither the end of its input nor TERM is killed, and its grandchild too', async (at) => {
    const script = `${STUBBORN}; require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${STUBBORN}; console.log('up')`)}], { stdio: 'inherit' })`;
    const started = await start(at, script);
    expect(started.alive()).toHaveLength(3);
    process.kill(started.parent, 'SIGKILL');
    await gone(at, started);
  });

  test('and of its whole process group, the same', async (at) => {
    const started = await start(at, `${STUBBORN}; console.log('up')`);
    process.kill(-started.parent, 'SIGKILL');
    await gone(at, started);
  });

  test.for([
    [
      'is not sent TERM when it leaves by itself',
      "process.stdin.resume().on('end', () => leave('end'))",
      'end',
    ],
    ['is sent TERM before KILL', 'setInterval(() => undefined, 1e6)', 'TERM'],
  ] as const)('a polite one %s', async ([, waits, expected], at) => {
    const directory = mkdtempSync(join(tmpdir(), 'hallpass-'));
    at.onTestFinished(() => rmSync(directory, { recursive: true }));
    const file = join(directory, 'left');
    const started = await start(
      at,
      `const leave = (why) => { require('node:fs').writeFileSync(${JSON.stringify(file)}, why); process.exit(0); };
       process.on('SIGTERM', () => leave('TERM')); ${waits}; console.log('up')`,
    );
    process.kill(started.parent, 'SIGKILL');
    await gone(at, started);
    expect(readFileSync(file, 'utf8')).toBe(expected);
  });

  test('nobody is left when it had been ended before', async (at) => {
    const started = await start(at, `${STUBBORN}; console.log('up')`);
    started.stop();
    await at.expect.poll(() => isAlive(started.guardian)).toBe(false);
    expect(isAlive(started.parent)).toBe(true);
    expect(started.alive()).toEqual([started.parent]);
  });
});

test('a server that could not be started leaves no guardian', async () => {
  const script = `
    import { startChild } from ${JSON.stringify(new URL('../../src/platform/child-process.ts', import.meta.url).href)};
    const fail = (command, args = []) => startChild({ command, args, env: {} }).catch(() => undefined);
    await fail('/no/such'); await fail(process.execPath, ['x'.repeat(5_000_000)]); console.log('ready'); process.stdin.resume();`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await lineReader(parent.stdout)();
  if (process.platform === 'linux') await expect.poll(() => childrenOf(parent.pid ?? 0)).toEqual([]);
  parent.stdin.end();
  await once(parent, 'exit');
});

test.skipIf(process.platform !== 'linux')('a group that it is released from is let alone', async (at) => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e6)'], { detached: true });
  at.onTestFinished(() => void child.kill('SIGKILL'));
  const others = childrenOf(process.pid);
  const guardian = startGuardian();
  const id = childrenOf(process.pid).find((one) => !others.includes(one)) ?? 0;
  guardian.watch(child.pid ?? 0);
  guardian.release();
  await expect.poll(() => isAlive(id)).toBe(false);
  expect(isAlive(child.pid ?? 0)).toBe(true);
});
