import { randomBytes } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { HallpassError } from '../../src/core/errors.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { Secret } from '../../src/core/secret.ts';
import { freshLogin, type Refresh } from '../../src/identity/id-token.ts';
import { type Login, LoginState } from '../../src/identity/login-state.ts';
import { CredentialStore } from '../../src/platform/credential-store.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

function login(generation: number, expiresAt: number): Login {
  return {
    generation,
    idToken: new Secret(`id ${generation}`),
    refreshToken: new Secret(`refresh ${generation}`),
    subject: 'developer',
    groups: [],
    expiresAt,
  };
}

/** A profile whose login ends at `expiresAt`, and an issuer that takes each refresh token once. */
function setUp(directory: string, expiresAt: number) {
  const state = new LoginState('default', new CredentialStore(directory, randomBytes(32)));
  state.saveHub({
    hub: 'https://hub.example.com',
    issuer: 'https://idp.example.com',
    client_id: 'hallpass-cli',
    scopes: ['openid'],
    ssh_ca: 'ssh-ed25519 AAAA',
    log_key: 'hub.example.com/log+00000000+AAAA',
    development: false,
  });
  state.saveLogin(login(1, expiresAt));
  const used: string[] = [];
  const gate = Promise.withResolvers<void>();
  const refresh: Refresh = async (old) => {
    const token = old.refreshToken?.reveal() ?? '';
    if (used.includes(token)) throw new HallpassError('ERR_AUTH', 'used twice');
    used.push(token);
    await gate.promise;
    return login(old.generation + 1, NOW + 3_600_000);
  };
  return { state, used, gate, deps: { state, refresh, now: () => NOW } };
}

describe('a login', () => {
  test('that is good for more than a minute is taken as it is', async () => {
    using directory = temporaryDirectory();
    const { deps, used } = setUp(directory.path, NOW + LIMITS.clockSkewMs + 1);
    expect((await freshLogin(deps)).login.generation).toBe(1);
    expect(used).toEqual([]);
  });

  test('that ends within a minute is renewed', async () => {
    using directory = temporaryDirectory();
    const { deps, gate, state } = setUp(directory.path, NOW + LIMITS.clockSkewMs);
    gate.resolve();
    expect((await freshLogin(deps)).login.generation).toBe(2);
    expect(state.login?.refreshToken?.reveal()).toBe('refresh 2');
  });

  test('that somebody else renews meanwhile is adopted, not renewed again', async () => {
    using directory = temporaryDirectory();
    const { deps, gate, used } = setUp(directory.path, NOW);
    const all = [freshLogin(deps), freshLogin(deps), freshLogin(deps)];
    gate.resolve();
    expect((await Promise.all(all)).map((one) => one.login.generation)).toEqual([2, 2, 2]);
    expect(used).toEqual(['refresh 1']);
  });

  test('that somebody ends meanwhile is not brought back', async () => {
    using directory = temporaryDirectory();
    const { deps, state } = setUp(directory.path, NOW);
    const held = await state.lock();
    const renewing = freshLogin(deps);
    state.forget();
    held.release();
    await expect(renewing).rejects.toThrowWithCode('ERR_AUTH');
    expect(state.login).toBeUndefined();
  });
});
