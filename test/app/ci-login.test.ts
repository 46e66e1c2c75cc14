import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { ciLogin, type CiLoginDeps, exchangeEarly } from '../../src/app/ci-login.ts';
import { carefulFetch } from '../../src/identity/ask.ts';
import { ciIdentity } from '../../src/identity/ci/ci-identity.ts';
import { freshLogin } from '../../src/identity/id-token.ts';
import { hubToken } from '../../src/identity/minters/hub-jwt.ts';
import { principalOf } from '../../src/identity/principal.ts';
import { FakeCi, type System } from '../helpers/ci.ts';
import { type FakeHub, startFakeHub } from '../helpers/fake-hub.ts';

let ci: FakeCi;
let hub: FakeHub;
let now = Date.now();

beforeAll(async () => {
  ci = await FakeCi.start();
  hub = await startFakeHub({ issuer: 'https://login.example.com', clientId: 'cli' });
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await ci[Symbol.asyncDispose]();
});
beforeEach(() => {
  now = Date.now();
  ci.asked.length = 0;
  ci.change = {};
  hub.asked.length = 0;
});

const ask = carefulFetch(fetch);
const deps: CiLoginDeps = {
  ask,
  run: () => Promise.reject(new Error('no program is needed')),
  wait: () => Promise.resolve(),
  now: () => now,
};

async function loginOf(system: System, audience?: string) {
  const provider = ciIdentity(await ci.job(system, '/nowhere', audience ?? hub.url));
  if (provider === undefined) throw new Error('no provider');
  return ciLogin({ provider, hub: hub.url, audience }, deps);
}

test('a job is known at the hub by its own issuer, under a profile that is its own', async () => {
  const { state } = await loginOf('github');
  const { hub: known, login } = state;
  if (known === undefined || login === undefined) throw new Error('nobody is logged in');
  expect(login).toMatchObject({ subject: 'repo:octo-org/octo-repo:environment:prod', job: 'GitHub Actions' });
  expect(principalOf({ hub: known, login })).toMatchObject({
    issuer: ci.issuerOf('github'),
    groups: [],
    claims: { repository_id: '74', ref: 'refs/heads/main' },
  });
  expect(state.profile).toMatch(/^ci-[0-9a-f]{16}$/);
  expect((await loginOf('github')).state.profile).toBe(state.profile);
  ci.change = { sub: 'repo:octo-org/octo-repo:environment:dev' };
  expect((await loginOf('github')).state.profile).not.toBe(state.profile);
});

test('its token is for the hub, or for what the job was told; the hub has no say in that', async () => {
  hub.description = { ...hub.description, audience: 'sts.amazonaws.com', client_id: 'sts.amazonaws.com' };
  await loginOf('github');
  await loginOf('github', 'urn:hallpass');
  expect(ci.asked.map(({ audience }) => audience)).toEqual([hub.url, 'urn:hallpass']);
});

describe('when its token is near its end', () => {
  test('GitHub is asked for another one', async () => {
    const { state, refresh } = await loginOf('github');
    now += 270_000;
    const { login } = await freshLogin({ state, refresh, now: () => now });
    expect(ci.asked).toHaveLength(2);
    expect(login).toMatchObject({ generation: 2, job: 'GitHub Actions' });
  });

  test('one of another job is refused', async () => {
    const { state, refresh } = await loginOf('github');
    now += 270_000;
    ci.change = { sub: 'repo:somebody/else:ref:refs/heads/main' };
    await expect(freshLogin({ state, refresh, now: () => now })).rejects.toThrowWithCode('ERR_AUTH');
  });

  test('GitLab has no other; what was exchanged early for the hub goes on to be good', async () => {
    const login = await loginOf('gitlab');
    const held = await exchangeEarly(login, deps);
    const hubDeps = { ...login, held, ask, now: () => now };
    now += 270_000;
    const own = { audience: hub.url, scopes: [], use: 'proxy' } as const;
    expect(await hubToken(own, hubDeps)).toBe(held);
    expect(hub.asked).toHaveLength(1);
    // Whatever else is wanted needs the token of the job.
    await expect(hubToken({ ...own, audience: 'tickets' }, hubDeps)).rejects.toThrowWithCode('ERR_AUTH');
    now += 300_000;
    await expect(hubToken(own, hubDeps)).rejects.toThrowWithCode('ERR_AUTH');
  });
});

test.each([
  ['invalid_grant', 'ERR_AUTH', /does not accept this job of GitHub Actions: ref is \\x1bx$/],
  ['invalid_target', 'ERR_DENIED', /no connection ".*" for this job: ref is \\x1bx$/],
])('what the hub says of a job that gets %s is told, visibly', async (refusal, code, message) => {
  const login = await loginOf('github');
  hub.refuse = () => ({ status: 400, body: { error: refusal, error_description: 'ref is \u001Bx' } });
  const refused: unknown = await exchangeEarly(login, deps).catch((reason: unknown) => reason);
  hub.refuse = undefined;
  expect(refused).toMatchObject({ code });
  expect((refused as Error).message).toMatch(message);
});

test('a hub by plain http elsewhere is shown no token', async () => {
  const provider = ciIdentity(await ci.job('github', '/nowhere', hub.url));
  if (provider === undefined) throw new Error('no provider');
  const input = { provider, hub: 'http://hub.example.com', audience: undefined };
  await expect(ciLogin(input, deps)).rejects.toThrowWithCode('ERR_INSECURE_ADDRESS');
  expect(ci.asked).toEqual([]);
});
