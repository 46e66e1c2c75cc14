import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { login, type LoginDeps } from '../../src/app/login.ts';
import { logout } from '../../src/app/logout.ts';
import { whoami } from '../../src/app/whoami.ts';
import { carefulFetch } from '../../src/identity/ask.ts';
import type { DeviceCode } from '../../src/identity/device-code.ts';
import { freshLogin } from '../../src/identity/id-token.ts';
import { Issuer } from '../../src/identity/issuer.ts';
import { LoginState } from '../../src/identity/login-state.ts';
import { CredentialStore } from '../../src/platform/credential-store.ts';
import { proxyFetch } from '../../src/platform/network.ts';
import { type FakeHub, logKey, sshKey, startFakeHub } from '../helpers/fake-hub.ts';
import { type Oidc, startOidc } from '../helpers/oidc.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';
import { approveDevice, refuseDevice } from '../helpers/web-forms.ts';

const ask = carefulFetch(proxyFetch());
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

interface Person {
  readonly deps: LoginDeps;
  readonly state: LoginState;
  readonly store: CredentialStore;
  readonly notes: string[];
  readonly waits: number[];
}

/** Somebody at a terminal of their own, who does this when shown a code. Time passes only by waiting. */
function person(
  directory: string,
  act: (code: DeviceCode) => Promise<unknown> = (code) =>
    approveDevice(code.verificationUriComplete ?? '', 'developer'),
): Person {
  const store = new CredentialStore(directory, randomBytes(32));
  const state = new LoginState('default', store);
  const notes: string[] = [];
  const waits: number[] = [];
  let acted: Promise<unknown> = Promise.resolve();
  let clock = Date.now();
  const deps: LoginDeps = {
    openState: () => Promise.resolve(state),
    ask,
    usualHub: undefined,
    unattended: false,
    onHub: () => undefined,
    onCode: (code) => {
      acted = act(code);
    },
    note: (line) => notes.push(line),
    wait: async (milliseconds) => {
      waits.push(milliseconds);
      clock += milliseconds;
      await acted;
    },
    now: () => clock,
  };
  return { deps, state, store, notes, waits };
}

const here = () => ({ hub: hub.url, acceptNewKeys: false });

describe('login', () => {
  test('by device flow, approved on the pages of the provider, says who one is', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = person(directory.path);
    const who = await login(here(), deps);
    expect(who).toMatchObject({ profile: 'default', subject: 'developer', groups: ['engineering'] });
    expect(Date.parse(who.expires_at)).toBeGreaterThan(Date.now());
    expect(whoami(state)).toEqual({ ...who, hub: hub.url });
    expect(state.hub).toMatchObject({
      ssh_ca: hub.description['ssh_ca'],
      log_key: hub.description['log_key'],
    });
  });

  test('knows the hub of last time', async () => {
    using directory = temporaryDirectory();
    const { deps } = person(directory.path);
    await login(here(), deps);
    await expect(login({ hub: undefined, acceptNewKeys: false }, deps)).resolves.toMatchObject({
      subject: 'developer',
    });
  });

  test('asks for a hub when there is none to know', async () => {
    using directory = temporaryDirectory();
    const { deps } = person(directory.path);
    await expect(login({ hub: undefined, acceptNewKeys: false }, deps)).rejects.toThrowWithCode('ERR_USAGE');
  });

  test('that the person refuses ends with ERR_AUTH and keeps the login before', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = person(directory.path);
    await login(here(), deps);
    const refusing = person(directory.path, (code) => refuseDevice(code.verificationUriComplete ?? ''));
    await expect(
      login(here(), { ...refusing.deps, openState: () => Promise.resolve(state) }),
    ).rejects.toThrowWithCode('ERR_AUTH');
    expect(whoami(state).subject).toBe('developer');
  });

  test('that nobody approves ends when the code expires, by the wall clock', async () => {
    using directory = temporaryDirectory();
    const { deps, waits } = person(directory.path, () => Promise.resolve());
    const asleep: LoginDeps = {
      ...deps,
      // The lid is closed for an hour.
      now: () => deps.now() + (waits.length > 1 ? 3_600_000 : 0),
    };
    await expect(login(here(), asleep)).rejects.toThrowWithCode('ERR_AUTH');
    expect(waits.length).toBe(2);
  });

  test('survives an issuer that is gone for a while, and asks less and less often', async () => {
    using directory = temporaryDirectory();
    const { deps, notes, waits } = person(directory.path);
    let polls = 0;
    oidc.instead = (request) => {
      if (request.url !== '/token' || (polls += 1) > 3) return false;
      request.socket.destroy();
      return true;
    };
    await expect(login(here(), deps)).resolves.toMatchObject({ subject: 'developer' });
    oidc.instead = undefined;
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/can not be reached \(.+\); still waiting/);
  });

  test('survives an issuer that stumbles, and slows down when told to', async () => {
    using directory = temporaryDirectory();
    const { deps, waits } = person(directory.path);
    const answers: [number, string, string][] = [
      [400, 'application/json', '{"error":"slow_down"}'],
      [503, 'text/html', 'try later'],
      [400, 'application/json', '{"error":"authorization_pending"}'],
    ];
    oidc.instead = (request, response) => {
      const next = request.url === '/token' ? answers.shift() : undefined;
      if (next === undefined) return false;
      response.writeHead(next[0], { 'content-type': next[1] }).end(next[2]);
      return true;
    };
    await expect(login(here(), deps)).resolves.toMatchObject({ subject: 'developer' });
    oidc.instead = undefined;
    expect(waits).toEqual([1000, 6000, 12_000, 6000]);
  });

  test('in CI, where nobody could approve it, is refused before anybody is asked', async () => {
    using directory = temporaryDirectory();
    const { deps } = person(directory.path);
    let asked = false;
    const watched: LoginDeps = {
      ...deps,
      unattended: true,
      ask: (...request) => {
        asked = true;
        return deps.ask(...request);
      },
    };
    await expect(login(here(), watched)).rejects.toThrowWithCode('ERR_AUTH');
    expect(asked).toBe(false);
  });

  test.each([
    ['http://hub.example.com', 'ERR_INSECURE_ADDRESS'],
    ['http://127.0.0.1.example.com', 'ERR_INSECURE_ADDRESS'],
    ['ftp://hub.example.com', 'ERR_USAGE'],
    ['https://user@hub.example.com', 'ERR_USAGE'],
    ['https://hub.example.com/path', 'ERR_USAGE'],
    ['not a hub', 'ERR_USAGE'],
  ] as const)('at %s is refused with %s', async (address, code) => {
    using directory = temporaryDirectory();
    const { deps } = person(directory.path);
    await expect(login({ hub: address, acceptNewKeys: false }, deps)).rejects.toThrowWithCode(code);
  });
});

describe('a hub', () => {
  test('that shows other keys than before is refused, unless they are accepted', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = person(directory.path);
    await login(here(), deps);
    const { description } = hub;
    hub.description = { ...description, log_key: logKey() };
    try {
      await expect(login(here(), deps)).rejects.toThrowWithCode('ERR_HUB_KEYS_CHANGED');
      expect(state.hub?.log_key).toBe(description['log_key']);
      await login({ ...here(), acceptNewKeys: true }, deps);
      expect(state.hub?.log_key).toBe(hub.description['log_key']);
    } finally {
      hub.description = description;
    }
  });

  test('keeps its pins through logout and another profile', async () => {
    using directory = temporaryDirectory();
    const { deps, state, store } = person(directory.path);
    await login(here(), deps);
    await logout({ state, revoke: () => Promise.resolve() });
    const other = new LoginState('other', store);
    const { description } = hub;
    hub.description = { ...description, ssh_ca: sshKey() };
    try {
      await expect(login(here(), deps)).rejects.toThrowWithCode('ERR_HUB_KEYS_CHANGED');
      await expect(
        login(here(), { ...deps, openState: () => Promise.resolve(other) }),
      ).rejects.toThrowWithCode('ERR_HUB_KEYS_CHANGED');
    } finally {
      hub.description = description;
    }
  });

  test.each([
    ['calls itself something else', { hub: 'https://other.example.com' }, 'ERR_HUB'],
    ['names an issuer without https', { issuer: 'http://idp.example.com' }, 'ERR_INSECURE_ADDRESS'],
    ['names no log key', { log_key: undefined }, 'ERR_HUB'],
    ['names a log key that is none', { log_key: '127.0.0.1/log+1a2b3c4d+AAAA' }, 'ERR_HUB'],
    ['names an authority that is none', { ssh_ca: 'ssh-ed25519 AAAA' }, 'ERR_HUB'],
    ['names an issuer that is none', { issuer: 'http://127.0.0.1:2' }, 'ERR_ISSUER_UNREACHABLE'],
  ] as const)('that %s is refused', async (_, change, code) => {
    using directory = temporaryDirectory();
    const { deps } = person(directory.path);
    const { description } = hub;
    hub.description = { ...description, ...change };
    try {
      await expect(login(here(), deps)).rejects.toThrowWithCode(code);
    } finally {
      hub.description = description;
    }
  });

  test('that is down is ERR_HUB_UNREACHABLE', async () => {
    using directory = temporaryDirectory();
    const { deps } = person(directory.path);
    await expect(login({ hub: 'http://127.0.0.1:2', acceptNewKeys: false }, deps)).rejects.toThrowWithCode(
      'ERR_HUB_UNREACHABLE',
    );
  });
});

describe('a login that has expired', () => {
  const later = () => Date.now() + 3_600_000;
  const refreshing = async (state: LoginState) =>
    freshLogin({
      state,
      refresh: async (old, at) => (await Issuer.of(at, ask)).refresh(old),
      now: later,
    });

  test('is renewed with the refresh token, which the issuer replaces', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = person(directory.path);
    await login(here(), deps);
    const before = state.login;
    const { login: after } = await refreshing(state);
    expect(after.generation).toBe((before?.generation ?? 0) + 1);
    expect(after.refreshToken?.reveal()).not.toBe(before?.refreshToken?.reveal());
    expect(state.login).toEqual(after);
  });

  test('is kept while the issuer is down', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = person(directory.path);
    await login(here(), deps);
    const before = state.login;
    oidc.instead = (request) => {
      request.socket.destroy();
      return true;
    };
    await expect(refreshing(state)).rejects.toThrowWithCode('ERR_ISSUER_UNREACHABLE');
    oidc.instead = undefined;
    expect(state.login).toEqual(before);
    await expect(refreshing(state)).resolves.toMatchObject({ login: { subject: 'developer' } });
  });

  test.each([
    ['as the standard says', 'application/json', '{"error":"invalid_grant"}'],
    ['in words of its own', 'text/plain', 'Bad Request'],
  ])('and that the issuer no longer renews, said %s, is ERR_AUTH', async (_, type, body) => {
    using directory = temporaryDirectory();
    const { deps, state } = person(directory.path);
    await login(here(), deps);
    oidc.instead = (request, response) => {
      if (request.url !== '/token') return false;
      response.writeHead(400, { 'content-type': type }).end(body);
      return true;
    };
    await expect(refreshing(state)).rejects.toThrowWithCode('ERR_AUTH');
    oidc.instead = undefined;
  });
});

describe('logout', () => {
  const revokeAt = async (token: Parameters<Issuer['revoke']>[0], at: Parameters<typeof Issuer.of>[0]) =>
    (await Issuer.of(at, ask)).revoke(token);

  test('ends the login at its issuer and here', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = person(directory.path);
    await login(here(), deps);
    const { refreshToken } = state.login ?? {};
    expect(await logout({ state, revoke: revokeAt })).toEqual({
      profile: 'default',
      logged_out: true,
      revoked: true,
      reason: null,
    });
    expect(oidc.revoked).toContain(refreshToken?.reveal());
    expect(() => whoami(state)).toThrowWithCode('ERR_AUTH');
  });

  test('says that the issuer could not be told, and still logs out here', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = person(directory.path);
    await login(here(), deps);
    oidc.instead = (request) => {
      request.socket.destroy();
      return true;
    };
    const result = await logout({ state, revoke: revokeAt });
    oidc.instead = undefined;
    expect(result).toMatchObject({ logged_out: true, revoked: false });
    expect(result.reason).toContain('can not be reached');
    expect(state.login).toBeUndefined();
  });

  test('of nobody is no error', async () => {
    using directory = temporaryDirectory();
    const { state } = person(directory.path);
    expect(await logout({ state, revoke: revokeAt })).toMatchObject({ logged_out: false });
  });
});
