import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { makeCanaries, random } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { type Running, type Sandbox, sandbox } from '../helpers/hallpass.ts';
import { TeamHub } from '../helpers/team.ts';

// What somebody lets pass is no canary: it is to come out.
const VALUE = ['ghp', random(36)].join('_');
const { githubToken: other } = makeCanaries();

/** A message, and what of it comes back from \`cat\`. */
async function says(running: Running, id: number, data: string): Promise<string> {
  const message = { jsonrpc: '2.0', method: 'notifications/message', params: { data: `${id}: ${data}.` } };
  running.child.stdin.write(`${JSON.stringify(message)}\n`);
  return (await running.saying('stdout', new RegExp(`.*"${id}: .*\n`)))[0];
}

async function ended(running: Running): Promise<string> {
  running.child.stdin.end();
  const { code, stderr } = await running.finished;
  expect(code).toBe(0);
  return stderr;
}

async function written(box: Sandbox): Promise<string> {
  return readFile(join(box.configDir, 'exceptions.yaml'), 'utf8');
}

test(
  'what was masked passes once somebody has allowed it, and what is known to be a secret never does',
  cites('exceptions.pass', 'exceptions.known'),
  async () => {
    await using hallpass = await sandbox();
    const known = hallpass.secrets.dotEnv.value;
    const all = `${VALUE} ${other.value} ${known}`;
    const before = hallpass.spawn(['connect', '--', 'cat']);
    const masked = await says(before, 1, all);
    const [placeholder = '', , secret = ''] = masked.match(/hpm_\w+/g) ?? [];
    expect(await ended(before)).toContain('3 secrets masked, 0 exposed, sealed.');

    const asked = await hallpass.run(['allow', placeholder]);
    expect([asked.code, asked.stderr]).toEqual([4, expect.stringContaining('nobody said so')]);
    expect(asked.stderr).toContain(`  +   - placeholder: ${placeholder}`);
    const denied = await hallpass.run(['allow', secret, '--yes']);
    expect([denied.code, denied.stderr]).toEqual([
      4,
      expect.stringMatching(/is the value of \.env .*ERR_DENIED/s),
    ]);
    await mkdir(hallpass.configDir, { recursive: true });
    await chmod(hallpass.configDir, 0o777);
    const open = await hallpass.run(['allow', placeholder, '--yes']);
    expect([open.code, open.stderr]).toEqual([7, expect.stringContaining('others can write its directory')]);
    await chmod(hallpass.configDir, 0o700);
    await expect(written(hallpass)).rejects.toThrow('ENOENT');
    const { code, stdout } = await hallpass.run([
      'allow',
      placeholder,
      '--reason',
      'made up',
      '--yes',
      '--json',
    ]);
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { placeholder, connection: null }]);
    expect(await written(hallpass)).toMatch(
      new RegExp(`\n  - placeholder: ${placeholder}\n    reason: made up\n    date: [\\d-]{10}\n$`),
    );
    expect((await stat(join(hallpass.configDir, 'exceptions.yaml'))).mode & 0o777).toBe(0o600);

    const after = hallpass.spawn(['connect', '--', 'cat']);
    expect(await says(after, 2, all)).toContain(
      `"2: ${masked.match(/"1: (.*)"/)?.[1]?.replace(placeholder, VALUE)}"`,
    );
    expect(await ended(after)).toContain('2 secrets masked, 0 exposed, 1 excepted, sealed.');
    const shown = await hallpass.run(['sessions', 'show', 'last']);
    expect(shown.stdout).toMatch(
      /exceptions 1 of [0-9a-f]{64}; an agent with a shell could have written them/,
    );
    expect(shown.stdout).toContain(`/params/data: left in clear by an exception for ${placeholder}`);
    expect((await hallpass.run(['verify', 'last'])).code).toBe(0);
    hallpass.assertNoCanary();
  },
);

test(
  'a command writes it as well, takes it back, and a project has nothing to say there',
  cites('exceptions.project', 'exceptions.removed'),
  async () => {
    await using hallpass = await sandbox();
    const masked = await hallpass.run(['run', '--', 'cat'], { stdin: `${VALUE}\n` });
    const placeholder = masked.stdout.trim();
    const exception = `exceptions: [{ placeholder: ${placeholder} }]\n`;
    const inProject = join(hallpass.project, '.config');
    await mkdir(inProject);
    for (const name of ['exceptions.yaml', 'hallpass.exceptions.yaml', '.config/exceptions.yaml'])
      await writeFile(join(hallpass.project, name), exception);
    const misled = await hallpass.run(['run', '--', 'cat'], {
      stdin: `${VALUE}\n`,
      env: { HALLPASS_CONFIG_DIR: inProject },
    });
    expect(misled.stdout).toBe(`${placeholder}\n`);
    expect(misled.stderr).toMatch(/exceptions of \S+ are not used: it lies in the project/);
    await mkdir(hallpass.configDir, { recursive: true });
    await writeFile(join(hallpass.configDir, 'exceptions.yaml'), exception, { mode: 0o600 });
    const passed = await hallpass.run(['run', '--', 'cat'], { stdin: `a ${VALUE} b ${other.value}\n` });
    expect(passed.stdout).toMatch(new RegExp(`^a ${VALUE} b hpm_github_pat_\\w+\n$`));
    expect(passed.stderr).toContain('1 secret masked, 0 exposed, 1 excepted, sealed.');
    const shown = await hallpass.run(['sessions', 'show', 'last']);
    expect(shown.stdout).toContain(`github_pat: left in clear by an exception for ${placeholder}`);
    const listed = await hallpass.run(['allow', 'list']);
    expect(listed.stdout).toMatch(new RegExp(`^EXCEPTION .*\n${placeholder}  all connections .* yes   -\n$`));
    const removed = await hallpass.run(['allow', 'rm', placeholder]);
    expect([removed.code, removed.stderr]).toEqual([
      0,
      expect.stringContaining(`\n  - exceptions: [{ placeholder: ${placeholder} }]\n  + exceptions: []\n`),
    ]);
    expect((await stat(join(hallpass.configDir, 'exceptions.yaml'))).mode & 0o777).toBe(0o600);
    expect((await hallpass.run(['run', '--', 'cat'], { stdin: VALUE })).stdout).toBe(placeholder);
    hallpass.assertNoCanary();
  },
);

test(
  'where a hub has a policy nothing passes unless that says so, and no longer than it does',
  cites('exceptions.hub'),
  async () => {
    const policy = (more = ''): string => `version: 1\nname: central\n${more}`;
    await using hub = await TeamHub.start({ policy: policy() });
    await using dana = await hub.machineOf('developer');
    const first = dana.spawn(['connect', '--upload=manual', '--', 'cat']);
    const [placeholder = ''] = /hpm_\w+/.exec(await says(first, 1, VALUE)) ?? [];
    await ended(first);
    const allowed = await dana.run(['allow', placeholder, '--yes']);
    expect(allowed.stderr).toMatch(
      /Not yet: the policy of the hub: http\S+ does not say "exceptions: allow"/,
    );
    const allowing = policy('exceptions: allow\n');
    hub.setPolicy(allowing);
    const digest = createHash('sha256').update(allowing).digest('hex').slice(0, 12);
    await hub.saying(new RegExp(`policy central@${digest}.* is in force`));
    const second = dana.spawn(['connect', '--upload=manual', '--', 'cat']);
    expect(await says(second, 2, VALUE)).toContain(VALUE);
    hub.setPolicy(policy('exceptions: deny\n'));
    await second.saying('stderr', /has changed/);
    expect(await says(second, 3, VALUE)).toContain(placeholder);
    await ended(second);
    dana.assertNoCanary();
  },
);
