import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { cites } from '../helpers/cites.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { type Oidc, startOidc } from '../helpers/oidc.ts';
import { approveDevice } from '../helpers/web-forms.ts';

let oidc: Oidc;
let hub: FakeHub;

beforeAll(async () => {
  oidc = await startOidc();
  hub = await startFakeHub(oidc);
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await oidc[Symbol.asyncDispose]();
});

interface Event {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Logs in as a person would, who has a browser elsewhere. Returns the events. */
async function logIn(hallpass: Sandbox, ...args: string[]): Promise<Event[]> {
  const running = hallpass.spawn(['login', hub.url, '--json', ...args]);
  const [line] = await running.saying('stdout', /^\{.*\}$/m);
  const code = JSON.parse(line) as Event;
  await approveDevice(String(code['verification_uri_complete']), 'developer');
  const { stdout, stderr, code: exit } = await running.finished;
  expect({ stderr, exit }).toEqual({ stderr: '', exit: 0 });
  return stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Event);
}

describe('login', () => {
  test('--json tells the code, and then who is logged in', cites('login.device'), async () => {
    await using hallpass = await sandbox();
    const [code, done] = await logIn(hallpass);
    expect(Object.keys(code ?? {})).toEqual([
      'event',
      'verification_uri',
      'verification_uri_complete',
      'user_code',
      'expires_in',
    ]);
    expect(done).toEqual({
      event: 'login',
      profile: 'default',
      subject: 'developer',
      groups: ['engineering'],
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    });
    const whoami = await hallpass.run(['whoami', '--json']);
    const { event: _, ...who } = done ?? { event: '' };
    expect(JSON.parse(whoami.stdout)).toEqual({ ...who, hub: hub.url });
  });

  test('for a person prints the address and the code on stderr', cites('login.device'), async () => {
    await using hallpass = await sandbox();
    const running = hallpass.spawn(['login', hub.url]);
    const [address] = await running.saying('stderr', /http:\S+user_code=\S+/);
    await running.saying('stderr', /enter the code [A-Z]{4}-[A-Z]{4}/);
    await approveDevice(address, 'auditor');
    const { stdout, code } = await running.finished;
    expect({ stdout, code }).toEqual({
      stdout: 'Logged in as auditor (auditors), profile default\n',
      code: 0,
    });
  });

  test('without keychain and passphrase is refused with a hint', cites('login.no-keychain'), async () => {
    await using hallpass = await sandbox();
    const env = {
      HALLPASS_KEYCHAIN: undefined,
      HALLPASS_PASSPHRASE: undefined,
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
    };
    const { stdout, stderr, code } = await hallpass.run(['login', hub.url], { env });
    expect(stderr).toMatch(/\[ERR_KEYCHAIN\]\n {2}.*HALLPASS_KEYCHAIN=file and HALLPASS_PASSPHRASE/);
    expect({ stdout, code }).toEqual({ stdout: '', code: 7 });
  });

  test('in CI is refused with a hint', cites('login.ci'), async () => {
    await using hallpass = await sandbox();
    const { stdout, stderr, code } = await hallpass.run(['login', hub.url, '--json'], {
      env: { CI: 'true' },
    });
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ERR_AUTH' } });
    expect({ stdout, code }).toEqual({ stdout: '', code: 3 });
  });

  test('in a profile of its own leaves the others alone', cites('login.device'), async () => {
    await using hallpass = await sandbox();
    const [, done] = await logIn(hallpass, '--profile', 'work');
    expect(done).toMatchObject({ profile: 'work' });
    expect((await hallpass.run(['whoami'])).code).toBe(3);
    expect((await hallpass.run(['whoami'], { env: { HALLPASS_PROFILE: 'work' } })).stdout).toMatch(
      /^developer/,
    );
    expect((await hallpass.run(['logout', '--profile', 'work'])).code).toBe(0);
    expect((await hallpass.run(['whoami', '--profile', 'work'])).code).toBe(3);
  });
});

describe('mint', () => {
  test('prints the token alone, and the same one again from the cache', cites('mint.token'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    const first = await hallpass.run(['mint', 'demo']);
    expect(first.stdout).toBe(`${hub.given.at(-1)}\n`);
    expect(first.stderr).toBe('');
    const asked = hub.asked.length;
    const again = await hallpass.run(['mint', 'demo', '--json']);
    expect(JSON.parse(again.stdout)).toEqual({
      token: first.stdout.trim(),
      token_type: 'Bearer',
      expires_at: expect.stringMatching(/Z$/) as string,
      scopes: ['read', 'write'],
      connection: 'demo',
    });
    expect(hub.asked).toHaveLength(asked);
    const scoped = await hallpass.run(['mint', 'demo', '--scope', 'read']);
    expect(scoped.stdout).not.toBe(first.stdout);
    expect(hub.asked.at(-1)).toMatchObject({ audience: 'demo', scope: 'read', use: 'export' });
  });

  test('mints anew a minute before the end', cites('mint.token'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    hub.lifetime = 59;
    const first = await hallpass.run(['mint', 'demo']);
    const second = await hallpass.run(['mint', 'demo']);
    hub.lifetime = 600;
    expect(first.stdout).not.toBe(second.stdout);
  });

  test('of what no grant gives exits 4', cites('mint.refused'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    hub.refuse = () => ({ status: 400, body: { error: 'invalid_target' } });
    const { stdout, stderr, code } = await hallpass.run(['mint', 'demo']);
    hub.refuse = undefined;
    expect(stderr).toContain('[ERR_DENIED]');
    expect({ stdout, code }).toEqual({ stdout: '', code: 4 });
  });

  test('while the hub is down exits 5, and works again afterwards', cites('mint.hub-down'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass);
    hub.refuse = () => ({ status: 503, body: {} });
    const down = await hallpass.run(['mint', 'demo']);
    hub.refuse = undefined;
    expect(down.stderr).toContain('[ERR_HUB_UNREACHABLE]');
    expect({ stdout: down.stdout, code: down.code }).toEqual({ stdout: '', code: 5 });
    expect((await hallpass.run(['mint', 'demo'])).code).toBe(0);
  });

  test('by 12 processes at once renews the login once', cites('mint.refresh-once'), async () => {
    await using hallpass = await sandbox();
    oidc.idTokenSeconds = 30;
    await logIn(hallpass);
    oidc.idTokenSeconds = 3600;
    const before = oidc.grants.length;
    const all = await Promise.all(Array.from({ length: 12 }, () => hallpass.run(['mint', 'demo'])));
    expect(all.map(({ stderr, code }) => ({ stderr, code }))).toEqual(
      all.map(() => ({ stderr: '', code: 0 })),
    );
    expect(oidc.grants.slice(before)).toEqual([{ grant: 'refresh_token', ok: true }]);
    expect((await hallpass.run(['mint', 'other'])).code).toBe(0);
  });

  test(
    'leaves no token on the disk in clear, nor in what is said',
    cites('mint.nothing-in-clear'),
    async () => {
      await using hallpass = await sandbox();
      const given = hub.given.length;
      const asked = hub.asked.length;
      const issued = oidc.refreshTokens.length;
      oidc.idTokenSeconds = 30;
      await logIn(hallpass);
      oidc.idTokenSeconds = 3600;
      await hallpass.run(['mint', 'demo']);
      await hallpass.run(['mint', 'other', '--scope', 'read']);
      const values = [
        ...hub.given.slice(given),
        ...hub.asked.slice(asked).map((form) => form['subject_token'] ?? ''),
        ...oidc.refreshTokens.slice(issued),
      ];
      // Two minted and one to ask for the policy, three ID tokens shown to the hub for them, and the refresh token before and after
      // each of its two uses.
      expect(values.filter((value) => value !== '')).toHaveLength(9);
      const canaries = values.map((value, at) => ({ name: `token ${at}`, value }));
      assertNoCanary({ canaries, directories: [hallpass.directory] });
    },
  );
});

describe('secret', () => {
  test('add keeps a value, list shows everything else, rm forgets it', cites('secret.add'), async () => {
    await using hallpass = await sandbox();
    const value = `${'s3cr'}et-${Math.random().toString(36).slice(2)}-${Math.random().toString(36).slice(2)}`;
    const added = await hallpass.run(['secret', 'add', 'API_KEY', '--origin', 'https://api.example.com/v1'], {
      stdin: `${value}\n`,
    });
    expect(added).toMatchObject({ stdout: 'Stored API_KEY\n', stderr: '', code: 0 });
    const list = await hallpass.run(['secret', 'list', '--json']);
    expect(JSON.parse(list.stdout)).toEqual({
      name: 'API_KEY',
      origins: ['https://api.example.com'],
      added_at: expect.stringMatching(/Z$/) as string,
    });
    assertNoCanary({
      canaries: [{ name: 'value', value }],
      directories: [hallpass.directory],
      streams: hallpass.streams,
    });
    expect((await hallpass.run(['secret', 'rm', 'API_KEY'])).code).toBe(0);
    expect((await hallpass.run(['secret', 'list'])).stdout).toBe('');
    expect((await hallpass.run(['secret', 'rm', 'API_KEY'])).code).toBe(2);
  });

  test.each([
    ['as an argument', ['NAME', 'VALUE']],
    ['in an assignment', ['NAME=VALUE']],
    ['in a flag', ['NAME', '--value=VALUE']],
  ])('add refuses a value given %s, and does not repeat it', cites('secret.argument'), async (_, args) => {
    await using hallpass = await sandbox();
    const value = `v4lue${Math.random().toString(36).slice(2)}`;
    const words = args.map((arg) => arg.replace('VALUE', value));
    const { stdout, stderr, code } = await hallpass.run(['secret', 'add', ...words], {
      stdin: 'another value, on stdin',
    });
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain('[ERR_USAGE]');
    expect(stderr).not.toContain(value);
  });
});
