import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { plant } from '../helpers/canaries.ts';
import { cites } from '../helpers/cites.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';

/** Another token each time, which is in no file. */
const PROGRAM = `
  const token = require('node:crypto').randomBytes(18).toString('hex');
  process.stdout.write(JSON.stringify({ token, expires_in: 600 }));
`;
const ON_A_TERMINAL = { onTerminal: true, env: { TERM: 'xterm-256color' } };

/** Somebody for whom a program of their own mints for the connection `demo`. */
async function mintingByCommand(hallpass: Sandbox): Promise<void> {
  const bearer = { exec: [process.execPath, '-e', PROGRAM] };
  await hallpass.configure({
    connections: { demo: { url: 'https://demo.example', auth: { bearer, use: 'export' } } },
  });
}

/** The token in what was printed, which is to be nowhere else. */
function tokenIn(printed: string): string {
  const [token = ''] = /[0-9a-f]{36}/.exec(printed) ?? [];
  expect(token).not.toBe('');
  return plant('minted token', token).value;
}

describe('mint', () => {
  test(
    '--json is one line of these fields in this order, minted or cached',
    cites('mint.token'),
    async () => {
      await using hallpass = await sandbox();
      await mintingByCommand(hallpass);
      const minted = await hallpass.run(['mint', 'demo', '--json']);
      expect(minted).toMatchObject({ stderr: '', code: 0 });
      const { token, expires_at } = JSON.parse(minted.stdout) as { token: string; expires_at: string };
      expect(minted.stdout).toBe(
        `{"token":"${token}","token_type":"Bearer","expires_at":"${expires_at}","scopes":[],"connection":"demo"}\n`,
      );
      expect(token).toBe(tokenIn(minted.stdout));
      expect(expires_at).toBe(new Date(expires_at).toISOString());
      // From the cache, and from the cache by way of the command's own parser.
      expect((await hallpass.run(['mint', 'demo', '--json'])).stdout).toBe(minted.stdout);
      expect((await hallpass.run(['mint', '--json', 'demo'])).stdout).toBe(minted.stdout);
    },
  );

  test('prints the token alone, on a terminal too', cites('mint.token'), async () => {
    await using hallpass = await sandbox();
    await mintingByCommand(hallpass);
    const minted = await hallpass.run(['mint', 'demo'], ON_A_TERMINAL);
    // stderr ends there too, and has nothing to add.
    expect(minted.stdout).toBe(`${tokenIn(minted.stdout)}\r\n`);
    expect((await hallpass.run(['mint', 'demo'], ON_A_TERMINAL)).stdout).toBe(minted.stdout);
    expect((await hallpass.run(['mint', 'demo'])).stdout).toBe(minted.stdout.replace('\r', ''));
  });

  test('asks for the passphrase once, whether the token is cached or not', async () => {
    await using hallpass = await sandbox();
    await mintingByCommand(hallpass);
    const { HALLPASS_PASSPHRASE: passphrase = '' } = hallpass.env;
    const env = { ...ON_A_TERMINAL.env, HALLPASS_PASSPHRASE: undefined };
    for (const what of ['minted', 'cached']) {
      const running = hallpass.spawn(['mint', 'demo'], { ...ON_A_TERMINAL, env });
      await running.saying('stdout', /Passphrase of hallpass: /);
      running.child.stdin.write(`${passphrase}\r`);
      const { stdout, code } = await running.finished;
      expect({ what, code, questions: stdout.match(/Passphrase/g) }).toEqual({
        what,
        code: 0,
        questions: ['Passphrase'],
      });
      tokenIn(stdout);
    }
  });
});
