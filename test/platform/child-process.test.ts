import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, test, type TestContext } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { type Child, startChild } from '../../src/platform/child-process.ts';
import { drain } from '../../src/proxy/upstream/stdio.ts';
import { lineReader } from '../helpers/lines.ts';
import { endProcesses, processesMarked } from '../helpers/processes.ts';

let marks = 0;

/** Runs JavaScript as a child. `alive` are the processes of its group, grandchildren included. */
async function run(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  script: string,
): Promise<Child & { alive: () => number[] }> {
  marks += 1;
  const mark = `HALLPASS_TEST_CHILD=${process.pid}-${Date.now()}-${marks}`;
  const alive = (): number[] => processesMarked(mark);
  onTestFinished(() => endProcesses(alive));
  const [name = '', value = ''] = mark.split('=');
  const child = await startChild({
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env['PATH'], [name]: value },
  });
  child.stderr.resume();
  return { ...child, alive };
}

/** Says `ready`, and then does what is given. */
const ready = (then: string): string => `${then}; console.log('ready')`;

const IGNORE_EOF = 'setInterval(() => undefined, 1e6); process.stdin.resume()';
const IGNORE_TERM = "process.on('SIGTERM', () => undefined)";

/** Waits until the child says that it is ready, and goes on reading. */
async function untilReady(child: Child): Promise<void> {
  await lineReader(child.stdout)();
}

async function untilGone(alive: () => number[]): Promise<void> {
  for (const deadline = performance.now() + 5_000; alive().length > 0;) {
    if (performance.now() > deadline) throw new Error(`still alive: ${alive().join()}`);
    await delay(10);
  }
}

describe.concurrent('stopping', () => {
  test('a child that leaves at the end of its input is only asked that way', async (at) => {
    const child = await run(
      at,
      ready(
        "process.stdin.resume(); process.on('SIGTERM', () => process.exit(9)); process.stdin.on('end', () => process.exit(4))",
      ),
    );
    await untilReady(child);
    expect(await child.stop()).toEqual({ code: 4, signal: undefined });
    await untilGone(child.alive);
  });

  test('a child that does not is sent TERM', async (at) => {
    const child = await run(at, ready(`${IGNORE_EOF}; process.on('SIGTERM', () => process.exit(5))`));
    await untilReady(child);
    expect(await child.stop()).toEqual({ code: 5, signal: undefined, forced: true });
    await untilGone(child.alive);
  });

  test('a child that heeds neither is killed', async (at) => {
    const child = await run(at, ready(`${IGNORE_EOF}; ${IGNORE_TERM}`));
    await untilReady(child);
    expect(await child.stop()).toEqual({ code: undefined, signal: 'SIGKILL', forced: true });
    await untilGone(child.alive);
  });

  test('at once begins with TERM', async (at) => {
    const child = await run(at, ready(`${IGNORE_EOF}; process.on('SIGTERM', () => process.exit(6))`));
    await untilReady(child);
    const began = performance.now();
    expect(await child.stop({ atOnce: true })).toEqual({
      code: 6,
      signal: undefined,
      forced: true,
    });
    expect(performance.now() - began).toBeLessThan(LIMITS.childEofMs);
  });

  test('one that has gone already tells how', async (at) => {
    const child = await run(at, 'process.exit(7)');
    child.stdout.resume();
    await child.exited;
    expect(await child.stop()).toEqual({ code: 7, signal: undefined });
  });

  test('twice is no trouble', async (at) => {
    const child = await run(at, ready('process.stdin.resume()'));
    await untilReady(child);
    const [one, other] = await Promise.all([child.stop(), child.stop()]);
    expect(one).toEqual(other);
  });

  const grandchild = (script: string, stdio: string): string =>
    `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}], { stdio: ${stdio} }).once('spawn', () => console.log('ready'))`;

  test.for([
    ['that is polite', 'setInterval(() => undefined, 1e6)', "'ignore'"],
    ['that heeds no signal', `${IGNORE_TERM}; setInterval(() => undefined, 1e6)`, "'ignore'"],
    ['that holds the pipes open', `${IGNORE_TERM}; setInterval(() => undefined, 1e6)`, "'inherit'"],
  ] as const)('takes a grandchild with it %s', async ([, script, stdio], at) => {
    const child = await run(
      at,
      `process.stdin.resume(); process.stdin.on('end', () => process.exit(0)); ${grandchild(script, stdio)}`,
    );
    await untilReady(child);
    expect(child.alive()).toHaveLength(2);
    await child.stop();
    await untilGone(child.alive);
  });
});

describe.concurrent('the end of a child', () => {
  test('is known though a grandchild holds its pipes open', async (at) => {
    const child = await run(
      at,
      `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'], { stdio: 'inherit' }).once('spawn', () => process.exit(3))`,
    );
    child.stdout.resume();
    expect(await child.exited).toEqual({ code: 3, signal: undefined });
    await child.stop();
    await untilGone(child.alive);
  });

  test('takes nothing away that is still to be read, however slowly', async (at) => {
    // More than a stream reads ahead, less than the pipe holds: the child can leave.
    const size = 150_000;
    const child = await run(at, `process.stdout.write('x'.repeat(${size}), () => process.exit(0))`);
    const pieces = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    let read = (await pieces.next()).value?.length ?? 0;
    // The reader is busy for longer than a pipe that is held open would be waited for.
    await delay(2.5 * LIMITS.childTermMs);
    for (let piece = await pieces.next(); piece.done !== true; piece = await pieces.next())
      read += piece.value.length;
    expect(read).toBe(size);
    expect(await child.exited).toEqual({ code: 0, signal: undefined });
  });

  test('by a signal is told as one', async (at) => {
    const child = await run(at, "process.kill(process.pid, 'SIGKILL')");
    child.stdout.resume();
    expect(await child.exited).toEqual({ code: undefined, signal: 'SIGKILL' });
  });

  test('makes writing to it no error', async (at) => {
    const child = await run(at, 'process.exit(0)');
    child.stdout.resume();
    await child.exited;
    const outcome = await new Promise((resolve) => child.stdin.write('too late', resolve));
    expect(outcome).toBeInstanceOf(Error);
  });
});

test('a flood on stderr before the first line of stdout does not stop it', async () => {
  const child = await startChild({
    command: process.execPath,
    args: ['-e', "require('node:fs').writeSync(2, 'e'.repeat(1_000_000)); console.log('done')"],
    env: {},
  });
  let flood = 0;
  drain(child, (chunk) => {
    flood += chunk?.length ?? 0;
  });
  expect(await text(child.stdout)).toBe('done\n');
  await child.exited;
  expect(flood).toBe(1_000_000);
});

test('arguments and environment reach it as they are, and nothing else', async () => {
  const args = ['a b', '$HOME', '"; rm', 'é', ''];
  const child = await startChild({
    command: process.execPath,
    args: ['-e', 'console.log(JSON.stringify([process.argv.slice(1), process.env, process.cwd()]))', ...args],
    env: { ONLY: 'this', NOT: undefined },
    cwd: tmpdir(),
  });
  expect(JSON.parse(await text(child.stdout))).toEqual([args, { ONLY: 'this' }, tmpdir()]);
});

describe('what can not be started', () => {
  const start = (command: string, cwd?: string): Promise<Child> =>
    startChild({ command, args: [], env: { PATH: process.env['PATH'] }, cwd });

  test.each(['no-such-command-anywhere', '/no/such/path', ''])(
    'because there is none: %j',
    async (command) => {
      await expect(start(command)).rejects.toThrowWithCode('ERR_UPSTREAM_NOT_FOUND');
      await expect(start(command)).rejects.toThrow(`"${command}" was not found`);
    },
  );

  test('because it is not executable', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'hallpass-'));
    const path = join(directory, 'server');
    await writeFile(path, '#!/bin/sh\n');
    await chmod(path, 0o600);
    await expect(start(path)).rejects.toThrowWithCode('ERR_UPSTREAM_NOT_FOUND');
    await expect(start(path)).rejects.toThrow('is not executable');
    await rm(directory, { recursive: true });
  });

  test('because there is no such directory', async () => {
    await expect(start(process.execPath, '/no/such/directory')).rejects.toThrow(
      'can not run in /no/such/directory, which is no directory',
    );
  });

  test('because of what it is given', async () => {
    const tooMuch = startChild({ command: process.execPath, args: ['x'.repeat(5_000_000)], env: {} });
    await expect(tooMuch).rejects.toThrowWithCode('ERR_UPSTREAM_NOT_FOUND');
    await expect(tooMuch).rejects.toThrow('could not be started (E2BIG)');
  });
});

test('what it writes comes as the bytes it wrote', async () => {
  const child = await startChild({
    command: process.execPath,
    args: ['-e', 'process.stdin.pipe(process.stdout)'],
    env: {},
  });
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
  child.stdin.end(bytes);
  expect(Buffer.compare(await buffer(child.stdout), bytes)).toBe(0);
});
