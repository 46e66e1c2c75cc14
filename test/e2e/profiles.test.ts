import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { cites } from '../helpers/cites.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';
import { sandbox, type Sandbox } from '../helpers/hallpass.ts';
import { type Oidc, startOidc } from '../helpers/oidc.ts';
import { recordIn, TeamHub } from '../helpers/team.ts';
import { approveDevice } from '../helpers/web-forms.ts';
import { listening, post, serve } from './http.ts';

let oidc: Oidc;
let hub: FakeHub;
let other: FakeHub;

beforeAll(async () => {
  oidc = await startOidc();
  [hub, other] = await Promise.all([startFakeHub(oidc), startFakeHub(oidc)]);
});

afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await oidc[Symbol.asyncDispose]();
});

async function logIn(hallpass: Sandbox, profile: string, at: { url: string; as?: string }): Promise<void> {
  const running = hallpass.spawn(['login', at.url, '--json', '--profile', profile]);
  const [address] = await running.saying('stdout', /http:[^"]+user_code=[A-Z-]+/);
  await approveDevice(address, at.as ?? 'developer');
  expect((await running.finished).code).toBe(0);
}

/** The `sub` of the ID token that a token was asked for with. */
function askedBy(form: Record<string, string> | undefined): unknown {
  const [, claims = ''] = (form?.['subject_token'] ?? '').split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}') as { sub?: unknown }).sub;
}

/** No token that a hub gave is where it was not printed on purpose. */
function nothingLeaked(hallpass: Sandbox): void {
  const canaries = oidc.refreshTokens.map((value) => ({ name: 'refresh token', value }));
  assertNoCanary({ canaries, directories: [hallpass.stateDir], streams: hallpass.streams });
}

const mint = async (hallpass: Sandbox, ...args: string[]) =>
  (await hallpass.run(['mint', 'demo', ...args])).stdout.trim();

describe('two profiles', () => {
  test('at two hubs get the tokens of their own hub', cites('profile.apart'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass, 'default', hub);
    await logIn(hallpass, 'work', other);
    const [mine, works] = [await mint(hallpass), await mint(hallpass, '--profile', 'work')];
    expect(hub.given).toContain(mine);
    expect(other.given).toContain(works);
    // From the cache too.
    expect(await mint(hallpass, '--profile', 'work')).toBe(works);
    expect(await mint(hallpass)).toBe(mine);
    expect((await hallpass.run(['logout', '--profile', 'work'])).code).toBe(0);
    expect(await mint(hallpass)).toBe(mine);
    expect((await hallpass.run(['mint', 'demo', '--profile', 'work'])).code).toBe(3);
    nothingLeaked(hallpass);
  });

  test('of two people at one hub each act as their own', cites('profile.apart'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass, 'one', { url: hub.url, as: 'developer' });
    await logIn(hallpass, 'two', { url: hub.url, as: 'auditor' });
    const first = await mint(hallpass, '--profile', 'one');
    expect(askedBy(hub.asked.at(-1))).toBe('developer');
    const second = await mint(hallpass, '--profile', 'two');
    expect(askedBy(hub.asked.at(-1))).toBe('auditor');
    expect(second).not.toBe(first);
    const { stdout } = await hallpass.run(['whoami', '--json'], { env: { HALLPASS_PROFILE: 'two' } });
    expect(JSON.parse(stdout)).toMatchObject({ profile: 'two', subject: 'auditor' });
    nothingLeaked(hallpass);
  });

  test(
    'connect with their own credential, port and local token, by flag before environment',
    cites('profile.apart'),
    async () => {
      await using hallpass = await sandbox();
      await logIn(hallpass, 'default', hub);
      await logIn(hallpass, 'work', other);
      await using server = await serve((exchange) =>
        exchange.json({ jsonrpc: '2.0', id: exchange.message.id, result: {} }),
      );
      await hallpass.configure({ connections: { demo: { url: server.url, auth: { bearer: 'hub-jwt' } } } });
      const shown = async (at: FakeHub, args: string[], env = {}) => {
        const asked = at.given.length;
        const ready = await listening(hallpass, ['connect', 'demo', '--json', '--upload=manual', ...args], {
          env,
        });
        await post(ready, { jsonrpc: '2.0', id: 1, method: 'ping' });
        const bearer = server.requests.at(-1)?.headers.authorization?.replace('Bearer ', '');
        expect(at.given.slice(asked)).toContain(bearer);
        return ready;
      };
      // Both at once.
      const mine = await shown(hub, []);
      const works = await shown(other, [], { HALLPASS_PROFILE: 'work' });
      expect(works.url).not.toBe(mine.url);
      expect(works.token).not.toBe(mine.token);
      for (const { running } of [mine, works]) {
        running.child.kill('SIGINT');
        await running.finished;
      }
      const again = await shown(other, ['--profile', 'work'], { HALLPASS_PROFILE: 'default' });
      expect(again).toMatchObject({ url: works.url, token: works.token });
      nothingLeaked(hallpass);
    },
  );

  test('upload their own sessions, and see them only', cites('profile.apart'), async () => {
    await using team = await TeamHub.start();
    await using hallpass = await sandbox();
    await logIn(hallpass, 'one', { url: team.url, as: 'developer' });
    await logIn(hallpass, 'two', { url: team.url, as: 'stranger' });
    const ran = await hallpass.run(['connect', '--profile', 'two', '--require-upload', '--', 'cat'], {
      stdin: '',
    });
    expect(ran.code).toBe(0);
    const listed = async (profile: string) =>
      (await hallpass.run(['sessions', 'list', '--hub', '--json', '--profile', profile])).stdout;
    expect(JSON.parse(await listed('two'))).toMatchObject({ subject: 'stranger' });
    expect(await listed('one')).toBe('');
    const mine = await recordIn(hallpass, {
      issuer: team.issuer,
      subject: 'developer',
      payloads: [Buffer.from('{}')],
    });
    expect((await hallpass.run(['sessions', 'upload', mine, '--profile', 'one'])).code).toBe(0);
    expect(JSON.parse(await listed('one'))).toMatchObject({ session: mine, subject: 'developer' });
    expect((await hallpass.run(['verify', '--hub', mine, '--profile', 'one'])).code).toBe(0);
    expect((await hallpass.run(['verify', '--hub', mine, '--profile', 'two'])).stderr).toContain(
      '[ERR_NO_SUCH_SESSION]',
    );
    nothingLeaked(hallpass);
  });
});

const COMMANDS = [
  ['logout'],
  ['whoami'],
  ['mint', 'demo'],
  ['connect', '--', 'cat'],
  ['sessions', 'upload', '--pending'],
  ['sessions', 'list', '--hub'],
  ['sessions', 'show', 'last', '--hub'],
  ['verify', '--hub', '7k2m9q4xw1ab'],
];

describe('a profile', () => {
  test('that there is not is refused by every command', cites('profile.unknown'), async () => {
    await using hallpass = await sandbox();
    const separated = (args: string[], profile: string) => [
      args[0] ?? '',
      '--profile',
      profile,
      ...args.slice(1),
    ];
    const placed = (args: string[], profile: string) =>
      args[0] === 'sessions' ? [...args, '--profile', profile] : separated(args, profile);
    const none = await hallpass.run(placed(['connect', '--', 'cat'], 'work'));
    expect(none.stderr).toMatch(/no profile "work" \[ERR_NO_SUCH_PROFILE\]\n {2}To make it: hallpass login/);
    await logIn(hallpass, 'work', hub);
    await logIn(hallpass, 'private', hub);
    const asked = hub.asked.length;
    for (const args of COMMANDS) {
      const typed = await hallpass.run(placed(args, 'wrok'));
      expect(typed.stderr).toMatch(/no profile "wrok" \[ERR_NO_SUCH_PROFILE\]\n {2}Did you mean "work"\?\n/);
      expect({ args, code: typed.code }).toEqual({ args, code: 2 });
    }
    const bad = await hallpass.run(placed(['whoami'], '../work'));
    expect(bad.stderr).toMatch(/"\.\.\/work" is not the name of a profile \[ERR_USAGE\]/);
    expect(bad.code).toBe(2);
    const far = await hallpass.run(['whoami'], { env: { HALLPASS_PROFILE: 'something-else' } });
    expect(far.stderr).toContain(
      'There are: private, work. To make it: hallpass login --profile something-else',
    );
    expect(hub.asked.length).toBe(asked);
    expect((await hallpass.run(['sessions', 'list', '--json'])).stdout).toBe('');
    nothingLeaked(hallpass);
  });

  test('that is logged out is still known, and named by the hint', cites('profile.unknown'), async () => {
    await using hallpass = await sandbox();
    await logIn(hallpass, 'work', hub);
    await hallpass.run(['logout', '--profile', 'work']);
    const { stderr, code } = await hallpass.run(['whoami', '--profile', 'work']);
    expect(stderr).toMatch(/in profile "work" \[ERR_AUTH\]\n {2}Log in: hallpass login --profile work\n/);
    expect(code).toBe(3);
    nothingLeaked(hallpass);
  });

  test('with a bad name is not logged in to', cites('profile.unknown'), async () => {
    await using hallpass = await sandbox();
    const { stderr, code } = await hallpass.run(['login', hub.url, '--profile', 'a b']);
    expect(stderr).toContain('[ERR_USAGE]');
    expect(code).toBe(2);
    nothingLeaked(hallpass);
  });
});
