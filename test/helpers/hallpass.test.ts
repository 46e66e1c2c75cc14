import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { mustHaveSearched, searchesSoFar } from './assert-no-canary.ts';
import { plant, random } from './canaries.ts';
import { type Sandbox, sandbox } from './hallpass.ts';
import { processesMarked } from './processes.ts';

/** Has hallpass do this, in JavaScript, and nothing else. */
function doing(script: string): Record<string, string> {
  const module = `
    import * as fs from 'node:fs';
    if (process.argv[1].endsWith('run.js')) { ${script}; process.exit(0); }`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(module)}` };
}

/** All that the end of a sandbox without leaks needs. */
const run = (hallpass: Sandbox) => hallpass.run([], { env: doing('console.log(1)') });

test('each sandbox has a home, a project, a passphrase of its own, and nothing of the caller but PATH', async () => {
  await using one = await sandbox();
  await using two = await sandbox();
  await Promise.all([run(one), run(two)]);
  expect(one.env['HALLPASS_PASSPHRASE']).not.toBe(two.env['HALLPASS_PASSPHRASE']);
  expect(existsSync(one.home) && existsSync(one.project)).toBe(true);
  const own = Object.keys(one.env).filter((name) => name !== 'PATH' && one.env[name] === process.env[name]);
  // The same for all of them, tests included.
  expect(own.filter((name) => !['LANG', 'NODE_COMPILE_CACHE'].includes(name))).toEqual([]);
});

test('leaving the scope ends what still runs, grandchildren in their own process group too, and removes the files', async () => {
  let directory = '';
  let mark = '';
  {
    await using hallpass = await sandbox();
    await run(hallpass);
    directory = hallpass.directory;
    mark = `SANDBOX_MARK=${hallpass.env['SANDBOX_MARK']}`;
    const script = `
      require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
      setInterval(() => {}, 1000);`;
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', script], { env: { ...hallpass.env }, stdio: 'ignore' });
    await expect.poll(() => hallpass.survivors().length).toBe(2);
    expect(hallpass.survivors()).toContain(child.pid);
  }
  expect(processesMarked(mark)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
});

describe('the end of a sandbox', () => {
  const leaks: Record<string, [does: string, told: RegExp]> = {
    'a token of the environment on stdout': [
      'console.log(process.env.SANDBOX_API_TOKEN)',
      /a token in the environment, raw, in stdout of 0: hallpass scan/,
    ],
    'half of it, in hex, on stderr': [
      'console.error(Buffer.from(process.env.SANDBOX_API_TOKEN.slice(12)).toString("hex"))',
      /a token in the environment, as lower-case hex, in stderr of 0: hallpass scan/,
    ],
    'the passphrase as the name of a file': [
      'fs.writeFileSync(`${process.env.TMPDIR}/${process.env.HALLPASS_PASSPHRASE}`, "")',
      /the passphrase, raw, in a name in .*\/tmp/,
    ],
    "what is in the project's .env, in a file of the state": [
      'fs.copyFileSync(".env", `${process.env.HALLPASS_STATE_DIR}/log`)',
      /a password in the project's \.env, raw, in .*state\/log/,
    ],
  };

  test.each(Object.entries(leaks))('sees %s', async (_, [does, told]) => {
    const hallpass = await sandbox();
    await hallpass.run(['scan', '.'], { env: doing(does) });
    await expect(hallpass[Symbol.asyncDispose]()).rejects.toThrow(told);
    expect(existsSync(hallpass.directory)).toBe(false);
  });

  test('sees what a test has planted, where it says that something was left', async () => {
    const hallpass = await sandbox();
    const { value } = plant('an API key', random(20));
    const elsewhere = join(hallpass.directory, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'log'), value);
    await run(hallpass);
    hallpass.assertNoCanary();
    hallpass.watch(() => ({ directories: [elsewhere], streams: { got: '' } }));
    hallpass.watch(() => ({ streams: { got: JSON.stringify({ value }) } }));
    await expect(hallpass[Symbol.asyncDispose]()).rejects.toThrow(
      /an API key, raw, in got, 2 at[^]*an API key, raw, in .*elsewhere\/log at/,
    );
  });

  test('sees what an MCP client got to hear', async () => {
    const hallpass = await sandbox();
    const { command, args, ...options } = hallpass.command('connect');
    const env = { ...options.env, ...doing('console.log(process.env.SANDBOX_API_TOKEN)') };
    expect(spawnSync(command, args, { ...options, env }).stdout.length).toBeGreaterThan(24);
    await expect(hallpass[Symbol.asyncDispose]()).rejects.toThrow('in stdout of 0: hallpass connect');
  });

  test('says that nothing was searched when no command was run', async () => {
    const hallpass = await sandbox();
    await expect(hallpass[Symbol.asyncDispose]()).rejects.toThrow('nothing was searched');
  });

  test('lets be where it is what a test says may be there, and nothing else; not for nothing, either', async () => {
    const hallpass = await sandbox();
    await hallpass.run(['scan'], {
      env: doing('console.log(process.env.SANDBOX_API_TOKEN)'),
    });
    const canary = hallpass.secrets.variable.name;
    hallpass.exempt({ canary, where: /^stdout of 1: /, because: 'it is another command that prints it' });
    expect(() => hallpass.assertNoCanary()).toThrow('got out');
    hallpass.exempt({ canary, where: /^stdout of 0: /, because: 'it prints it' });
    await expect(hallpass[Symbol.asyncDispose]()).rejects.toThrow(
      'nothing was there to be exempt: a token in the environment in /^stdout of 1: /',
    );
  });
});

test('an end-to-end test without a search is told so', async () => {
  const before = searchesSoFar();
  expect(() => mustHaveSearched(before)).toThrow('nothing was searched');
  const hallpass = await sandbox();
  await run(hallpass);
  expect(() => mustHaveSearched(before)).toThrow('nothing was searched');
  await hallpass[Symbol.asyncDispose]();
  expect(() => mustHaveSearched(before)).not.toThrow();
});
