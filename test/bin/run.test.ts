import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { ERRORS } from '../../src/core/errors.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox } from '../helpers/hallpass.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cli = join(root, 'bin/run.js');

/** An old Node: the system's where it is one, else ours that says it is one. */
function oldNodes(): { name: string; command: string; args: string[] }[] {
  const found = ['/usr/bin/node', '/usr/local/bin/node'].filter(
    (path) => existsSync(path) && majorOf(path) < 24,
  );
  const pretending = ['18.20.4', '22.12.0', '23.11.1'].map((version) => ({
    name: `ours that says it is ${version}`,
    command: process.execPath,
    args: ['--import', `data:text/javascript,${encodeURIComponent(pretence(version))}`],
  }));
  return [...found.map((path) => ({ name: path, command: path, args: [] })), ...pretending];
}

function majorOf(path: string): number {
  return Number(spawnSync(path, ['-p', 'process.versions.node.split(".")[0]']).stdout.toString());
}

const pretence = (version: string) =>
  `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;

describe('under a Node that is too old', () => {
  test.each(oldNodes())(
    '$name: says which one is needed and exits 7',
    cites('bad.old-node'),
    ({ command, args }) => {
      const { status, stdout, stderr } = spawnSync(command, [...args, cli, 'scan', '.'], {
        encoding: 'utf8',
      });
      expect(stderr).toMatch(
        /^hallpass: Node 24 or newer is needed; this is Node \d+\.\d+\.\d+ \[ERR_OLD_NODE\]\n {2}\S/,
      );
      expect({ status, stdout }).toEqual({ status: 7, stdout: '' });
    },
  );

  test('a script gets the error as JSON', () => {
    const [old] = oldNodes();
    const { status, stderr } = spawnSync(old?.command ?? '', [
      ...(old?.args ?? []),
      cli,
      'scan',
      '.',
      '--json',
    ]);
    expect(JSON.parse(stderr.toString())).toMatchObject({
      error: { code: 'ERR_OLD_NODE', hint: ERRORS.ERR_OLD_NODE.hint },
    });
    expect(status).toBe(7);
  });

  test('the --json of the command after -- is not ours', () => {
    const [old] = oldNodes();
    const { stderr } = spawnSync(old?.command ?? '', [
      ...(old?.args ?? []),
      cli,
      'connect',
      '--',
      'x',
      '--json',
    ]);
    expect(stderr.toString()).toMatch(/^hallpass: Node/);
  });

  test('the needed version is the one package.json states', () => {
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      engines: { node: string };
    };
    expect(readFileSync(cli, 'utf8')).toContain(`NEEDED = ${engines.node.replace('>=', '')};`);
  });
});

test('--version is answered at once, without dist', async () => {
  await using hallpass = await sandbox();
  const { stdout, code } = await hallpass.run(['--version']);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect({ stdout, code }).toEqual({ stdout: `hallpass/${version}\n`, code: 0 });
});

test('bin/dev.js runs the sources, and says the same', async () => {
  await using hallpass = await sandbox();
  const dev = spawnSync(process.execPath, [join(root, 'bin/dev.js'), 'verify', '--help'], {
    env: hallpass.env,
  });
  expect(dev.stderr.toString()).toBe('');
  expect(dev.stdout.toString()).toBe((await hallpass.run(['verify', '--help'])).stdout);
});

describe('compiled code', () => {
  // Not the one that all sandboxes share.
  const ownCache = { NODE_COMPILE_CACHE: undefined };

  test('is kept where only the user can write', async () => {
    await using hallpass = await sandbox();
    await hallpass.run(['--help'], { env: ownCache });
    expect(lstatSync(join(hallpass.cacheDir, 'compiled')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(hallpass.cacheDir, 'compiled'))).not.toEqual([]);
  });

  // What lies there is run as code: a directory that others can write to, or that leads elsewhere, is left alone.
  test.each<[string, (cache: string, elsewhere: string) => void]>([
    [
      'others can write to',
      (cache) => {
        mkdirSync(join(cache, 'compiled'), { recursive: true });
        chmodSync(join(cache, 'compiled'), 0o777);
      },
    ],
    [
      'is a link',
      (cache, elsewhere) => {
        mkdirSync(cache);
        symlinkSync(elsewhere, join(cache, 'compiled'));
      },
    ],
  ])('is not kept in a directory that %s', async (_, prepare) => {
    await using hallpass = await sandbox();
    prepare(hallpass.cacheDir, hallpass.home);
    expect((await hallpass.run(['--help'], { env: ownCache })).code).toBe(0);
    expect(readdirSync(join(hallpass.cacheDir, 'compiled'))).toEqual([]);
    expect(readdirSync(hallpass.home)).toEqual([]);
  });

  test('does without where nothing can be kept', async () => {
    await using hallpass = await sandbox();
    const { code, stderr } = await hallpass.run(['--help'], {
      env: { HALLPASS_CACHE_DIR: '/dev/null/nowhere' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

// An error of ours that came from another copy of the class would be told as a bug.
test.each([
  ['from a command', ['verify', 'nothing.jsonl'], 'ERR_NO_SUCH_FILE', 2],
  ['from a hook', ['no-such-command'], 'ERR_USAGE', 2],
  ['of the parser', ['scan', '--no-such-flag'], 'ERR_USAGE', 2],
  ['from what loads late', ['connect', 'nothing'], 'ERR_NO_SUCH_CONNECTION', 7],
])('bin/dev.js knows an error of ours %s', async (_, args, code, exit) => {
  await using hallpass = await sandbox();
  const dev = spawnSync(process.execPath, [join(root, 'bin/dev.js'), ...args], {
    env: hallpass.env,
    cwd: hallpass.project,
    encoding: 'utf8',
  });
  hallpass.watch(() => ({ streams: { stdout: dev.stdout, stderr: dev.stderr } }));
  expect(dev.stderr).toContain(`[${code}]`);
  expect(dev.status).toBe(exit);
});
