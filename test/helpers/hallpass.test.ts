import { existsSync } from 'node:fs';
import process from 'node:process';

import { expect, test } from 'vitest';

import { processesMarked } from './processes.ts';
import { sandbox } from './hallpass.ts';

test('each sandbox has a home, a project, a passphrase of its own, and nothing of the caller but PATH', async () => {
  await using one = await sandbox();
  await using two = await sandbox();
  expect(one.env['HALLPASS_PASSPHRASE']).not.toBe(two.env['HALLPASS_PASSPHRASE']);
  expect(existsSync(one.home) && existsSync(one.project)).toBe(true);
  const own = Object.keys(one.env).filter((name) => name !== 'PATH' && one.env[name] === process.env[name]);
  expect(own.filter((name) => name !== 'LANG')).toEqual([]);
});

test('leaving the scope ends what still runs, grandchildren in their own process group too, and removes the files', async () => {
  let directory = '';
  let mark = '';
  {
    await using hallpass = await sandbox();
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
