import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { cites } from '../helpers/cites.ts';
import { freePort } from '../helpers/free-port.ts';
import { type Running, type Sandbox, sandbox } from '../helpers/hallpass.ts';
import { approveDevice } from '../helpers/web-forms.ts';

interface Ready {
  readonly event: string;
  readonly url: string;
  readonly issuer: string;
}

async function ready(running: Running): Promise<Ready> {
  const [line] = await running.saying('stdout', /.*\n/);
  return JSON.parse(line) as Ready;
}

async function login(hallpass: Sandbox, url: string): Promise<void> {
  const running = hallpass.spawn(['login', url, '--json']);
  const [line] = await running.saying('stdout', /.*\n/);
  const code = JSON.parse(line) as { verification_uri_complete: string };
  await approveDevice(code.verification_uri_complete, 'developer');
  expect((await running.finished).code).toBe(0);
}

test(
  '`hub start --dev` is ready for a login and a token, says it is for development, and stops at Ctrl-C',
  cites('hub.dev'),
  async () => {
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['hub', 'start', '--dev', '--json']);
    const { event, url, issuer } = await ready(running);
    expect([event, issuer]).toEqual(['ready', `${url}/dev-oidc`]);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await login(hallpass, url);
    const minted = await hallpass.run(['mint', 'demo']);
    expect(minted.code).toBe(0);
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.finished;
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr.match(/not(?:hing here is)? for production/g)).toHaveLength(1);
    const token = minted.stdout.trim();
    assertNoCanary({
      canaries: [{ name: 'minted token', value: token }],
      streams: { hub: stdout + stderr },
      directories: [hallpass.directory],
    });
  },
);

test('to a person it names the accounts and what to type next', cites('hub.dev'), async () => {
  await using hallpass = await sandbox();
  const running = hallpass.spawn(['hub', 'start', '--dev']);
  const [line] = await running.saying('stdout', /hallpass login (\S+)\n/);
  expect(line).toContain('http://127.0.0.1:');
  for (const account of ['developer', 'auditor', 'stranger']) expect(running.said.stdout).toContain(account);
});

test('it listens on this machine only', cites('hub.loopback'), async () => {
  await using hallpass = await sandbox();
  const { code, stderr } = await hallpass.run(['hub', 'start', '--dev', '--host', '0.0.0.0']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/0\.0\.0\.0.*\[ERR_USAGE\]\n.*127\.0\.0\.1/);
});

test('without --dev and --config, or with both, it says what to type', cites('hub.dev'), async () => {
  await using hallpass = await sandbox();
  const none = await hallpass.run(['hub', 'start']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('hallpass hub init')]);
  expect((await hallpass.run(['hub', 'start', '--dev', '--config', 'x'])).code).toBe(2);
  expect((await hallpass.run(['hub', 'start', '--config', 'x', '--port', '1'])).code).toBe(2);
  const missing = await hallpass.run(['hub', 'start', '--config', 'missing.yaml']);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('[ERR_NO_SUCH_FILE]')]);
});

test(
  '`hub init` writes a hub.yaml once, from which no hub starts without an admin group',
  cites('hub.init'),
  async () => {
    await using hallpass = await sandbox();
    const file = join(hallpass.project, 'hub.yaml');
    expect(await hallpass.run(['hub', 'init'])).toMatchObject({ code: 0, stdout: `${file}\n` });
    const written = await readFile(file, 'utf8');
    expect(await hallpass.run(['hub', 'init'])).toMatchObject({ code: 2 });
    expect(await readFile(file, 'utf8')).toBe(written);
    const { code, stderr } = await hallpass.run(['hub', 'start', '--config', 'hub.yaml']);
    expect(code).toBe(7);
    expect(stderr).toMatch(/^hallpass: hub\.yaml:\d+:\d+: admins\.groups: .* \[ERR_CONFIG\]/);
  },
);

test(
  '`hub start --config` believes the issuer that is named there, and keeps its keys encrypted',
  cites('hub.config'),
  async () => {
    await using hallpass = await sandbox();
    // Another hub's provider is as good an issuer as any.
    const development = await ready(hallpass.spawn(['hub', 'start', '--dev', '--json']));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const config = [
      `url: ${url}`,
      `issuer: ${development.issuer}`,
      'admins: { groups: [admins] }',
      'connections: [{ name: tickets, audience: "urn:x", scopes: [read] }]',
      'grants: [{ who: { groups: [engineering] }, connection: tickets, scopes: [read], use: export }]',
    ];
    await writeFile(join(hallpass.project, 'hub.yaml'), config.join('\n'));
    const running = hallpass.spawn(['hub', 'start', '--config', 'hub.yaml', '--json']);
    expect(await ready(running)).toEqual({ event: 'ready', url, issuer: development.issuer });
    await login(hallpass, url);
    expect((await hallpass.run(['mint', 'tickets'])).code).toBe(0);
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.finished;
    expect([code, stderr.includes('production')]).toEqual([0, false]);
    const hub = join(hallpass.stateDir, 'hub');
    expect(await readdir(hub)).toEqual(expect.arrayContaining(['hub.sqlite', 'keys', 'log-head']));
    assertNoCanary({
      canaries: [{ name: "the hub's keys", value: 'hallpass-hub-keys/1' }],
      directories: [hub],
    });
  },
);

test(
  'without keychain and passphrase a configured hub keeps no keys, and does not start',
  cites('hub.config'),
  async () => {
    await using hallpass = await sandbox();
    const config =
      'url: http://127.0.0.1:1\nissuer: https://login.example.com\nadmins: { groups: [admins] }\n';
    await writeFile(join(hallpass.project, 'hub.yaml'), config);
    const env = { HALLPASS_PASSPHRASE: '', HALLPASS_KEYCHAIN: '', DBUS_SESSION_BUS_ADDRESS: '' };
    const { code, stderr } = await hallpass.run(['hub', 'start', '--config', 'hub.yaml'], { env });
    expect([code, stderr]).toEqual([7, expect.stringContaining('[ERR_KEYCHAIN]')]);
  },
);
