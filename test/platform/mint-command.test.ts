import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { runMintCommand } from '../../src/platform/mint-command.ts';

const environment = readEnvironment({
  PATH: process.env['PATH'],
  HALLPASS_PASSPHRASE: 'ours',
  THEIRS: 'theirs',
});
const node = (script: string, ...args: string[]) =>
  runMintCommand([process.execPath, '-e', script, ...args], environment);

describe('a command that mints', () => {
  test('gets its arguments as they are, no shell between', async () => {
    const output = await node('process.stdout.write(process.argv[1])', '$HOME `id` "quoted"; echo');
    expect(output.reveal()).toBe('$HOME `id` "quoted"; echo');
  });

  test('gets the environment, but none of our settings, and no stdin to wait for', async () => {
    const output = await node(
      'process.stdin.resume().on("end", () => console.log(process.env.THEIRS, process.env.HALLPASS_PASSPHRASE))',
    );
    expect(output.reveal()).toBe('theirs undefined\n');
  });

  test.each([
    ['fails', 'process.stdout.write("t0ken"); process.stderr.write("t0ken"); process.exit(3)', 'exit code 3'],
    ['prints too much', `process.stdout.write("x".repeat(${LIMITS.mintCommandBytes + 1}))`, 'more than'],
    ['is killed', 'process.kill(process.pid, "SIGTERM"); setInterval(() => 0, 1000)', 'SIGTERM'],
  ])('that %s is an error that repeats nothing of it', async (_, script, why) => {
    const error: unknown = await node(script).catch((thrown: unknown) => thrown);
    expect(error).toThrowWithCode('ERR_MINT_COMMAND');
    expect(String(error)).toContain(why);
    expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain('t0ken');
  });

  test('that is not there is an error', async () => {
    await expect(runMintCommand(['no-such-command'], environment)).rejects.toThrowWithCode(
      'ERR_MINT_COMMAND',
    );
  });
});
