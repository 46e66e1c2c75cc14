import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { JobIdentity } from '../../src/cli/compose-ci.ts';
import { findJob, identityOf, openStore, type StoreKeys } from '../../src/cli/compose-identity.ts';
import { Secret } from '../../src/core/secret.ts';
import { ciIdentity } from '../../src/identity/ci/ci-identity.ts';
import { type Hub, type Login, LoginState } from '../../src/identity/login-state.ts';
import { MemoryStore } from '../../src/identity/memory-store.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';
import { logKey, sshKey } from '../helpers/fake-hub.ts';

const HUB: Hub = {
  hub: 'https://hub.example.com',
  issuer: 'https://ci.example.com',
  client_id: 'cli',
  scopes: [],
  ssh_ca: sshKey(),
  log_key: logKey(),
  development: false,
};
const LOGIN: Login = {
  generation: 1,
  idToken: new Secret('none'),
  refreshToken: undefined,
  subject: 'dana',
  groups: [],
  expiresAt: 0,
};
const KEPT: StoreKeys = { persistent: true, why: undefined, derive: () => Buffer.alloc(32, 7) };
const NOT_KEPT: StoreKeys = { ...KEPT, persistent: false };
const IN_CI = { CI: 'true', HALLPASS_HUB: HUB.hub, HALLPASS_ID_TOKEN: 'a.b.c' };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hallpass-test-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function contextOf(variables: Record<string, string>) {
  const environment = readEnvironment({ ...variables, HALLPASS_STATE_DIR: directory });
  return { environment, paths: hallpassPaths(environment) };
}

function job(hub: Hub): JobIdentity {
  const provider = ciIdentity(IN_CI);
  if (provider === undefined) throw new Error('no provider');
  const state = new LoginState('ci-0', new MemoryStore());
  state.saveHub(hub);
  return { provider, state, refresh: () => Promise.reject(new Error('not asked')) };
}

describe('a job on a machine where people log in', () => {
  test('goes by its own login, and by what people stored there', () => {
    const context = contextOf(IN_CI);
    const ci = job(HUB);
    openStore(KEPT, context.paths).write('secrets', 'theirs');
    const identity = identityOf(KEPT, { ...context, ci });
    expect(identity.state).toBe(ci.state);
    expect(identity.store.read('secrets')).toBe('theirs');
  });

  test('refuses a hub with other keys than somebody saw there', () => {
    const context = contextOf(IN_CI);
    new LoginState('default', openStore(KEPT, context.paths)).saveHub(HUB);
    expect(identityOf(KEPT, { ...context, ci: job(HUB) })).toBeDefined();
    const other = job({ ...HUB, ssh_ca: sshKey() });
    expect(() => identityOf(KEPT, { ...context, ci: other })).toThrowWithCode('ERR_HUB_KEYS_CHANGED');
    // Without keys that last nobody could have seen any.
    expect(identityOf(NOT_KEPT, { ...context, ci: other })).toBeDefined();
  });

  test('refuses another hub than people are logged in to, whatever else says that it is a CI job', () => {
    const elsewhere = 'https://elsewhere.example.com';
    const context = contextOf({ ...IN_CI, HALLPASS_HUB: elsewhere });
    const ci = job({ ...HUB, hub: elsewhere, ssh_ca: sshKey(), log_key: logKey() });
    const store = openStore(KEPT, context.paths);
    const at = (keys: StoreKeys = KEPT) => identityOf(keys, { ...context, ci });
    // Also one that is logged in under another name than the default.
    const person = new LoginState('work', store);
    person.saveHub(HUB);
    expect(at().state).toBe(ci.state);
    person.saveLogin(LOGIN);
    expect(() => at()).toThrowWithCode('ERR_DENIED');
    expect(() => at()).toThrow(`dana is logged in at ${HUB.hub}: no job has the policy of ${elsewhere}`);
    // Without the keys there is nothing that is theirs.
    expect(at(NOT_KEPT).store.read('secrets')).toBeUndefined();
    // Who is logged in there, too, has that policy by naming the profile.
    const other = new LoginState('other', store);
    other.saveHub({ ...HUB, ...ci.state.hub });
    other.saveLogin(LOGIN);
    expect(at().state).toBe(ci.state);
    other.forget();
    expect(() => at()).toThrowWithCode('ERR_DENIED');
    person.forget();
    expect(at().state).toBe(ci.state);
  });

  test.each<[string, Record<string, string>, string | undefined]>([
    ['a profile is named by the variable', { ...IN_CI, HALLPASS_PROFILE: 'staging' }, undefined],
    ['a profile is named by the flag', IN_CI, 'staging'],
    ['no hub is named', { CI: 'true', HALLPASS_ID_TOKEN: 'a.b.c' }, undefined],
    ['it is no CI', { HALLPASS_HUB: HUB.hub }, undefined],
    ['it proves nothing', { CI: 'true', HALLPASS_HUB: HUB.hub }, undefined],
  ])('is none where %s', async (_, variables, profile) => {
    await expect(findJob({ ...contextOf(variables), profile })).resolves.toBeUndefined();
  });
});
