import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';

const CLI = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const FULL = 'exec "$@" >/dev/full';
// A pipe that nobody reads any more, before the first word is written.
const CLOSED =
  'mkfifo "$TMPDIR/p" && exec 3<>"$TMPDIR/p" 4>"$TMPDIR/p" 3<&- && rm "$TMPDIR/p" && exec "$@" >&4';

const server = ['--', process.execPath, '-e', 'process.stdin.resume()'];

// One for all, with a session in it.
let hallpass: Sandbox;
beforeAll(async () => {
  hallpass = await sandbox();
  expect((await hallpass.run(['connect', ...server])).code).toBe(0);
});
afterEach(() => void hallpass.assertNoCanary());
afterAll(() => hallpass[Symbol.asyncDispose]());

async function run(into: string, args: readonly string[]) {
  const child = spawn('/bin/sh', ['-c', into, 'sh', process.execPath, CLI, ...args], {
    env: hallpass.env,
    cwd: hallpass.project,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
  hallpass.watch(() => ({ streams: { stderr } }));
  return { stderr, code: child.exitCode };
}

const printing = [[['sessions', 'list']], [['--help']], [['scan', '--help']], [['--version']]];

describe('a full disk behind stdout', () => {
  test.each(printing)('is told as such by %j', cites('cli.exit-codes'), async (args) => {
    const { stderr, code } = await run(FULL, args);
    expect(stderr).toMatch(
      /^hallpass: cannot write.* no space .* \[ERR_OUTPUT\]\n {2}Free some space, .*\n$/,
    );
    expect(code).toBe(7);
  });

  test('is told to a script as JSON', cites('cli.json-errors'), async () => {
    const { stderr, code } = await run(FULL, ['sessions', 'list', '--json']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ERR_OUTPUT' } });
    expect(code).toBe(7);
  });
});

describe('a reader of stdout that has gone away', () => {
  test.each(printing)(
    'ends %j without a word, and not as a success',
    cites('cli.exit-codes'),
    async (args) => {
      expect(await run(CLOSED, args)).toEqual({ stderr: '', code: 141 });
    },
  );
});

test.each([
  ['a full disk', FULL, 7],
  ['nobody who reads', CLOSED, 141],
])('with %s behind stdout a session over HTTP is sealed all the same', async (_, into, code) => {
  const ended = await run(into, ['connect', '--json', '--port', '0', ...server]);
  expect(ended.stderr).toContain('sealed. hallpass');
  expect(ended.code).toBe(code);
  const { stdout } = await hallpass.run(['sessions', 'list', '--json']);
  const [last = ''] = stdout.split('\n');
  expect(JSON.parse(last)).toMatchObject({ kind: 'connect', state: 'closed' });
});

test('stderr that can not be written changes no exit code', async () => {
  const { code } = await run('exec "$@" 2>/dev/full', ['scan', join(hallpass.project, 'nothing')]);
  expect(code).toBe(2);
});
