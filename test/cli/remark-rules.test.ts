import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, test } from 'vitest';

import { openStore, type StoreKeys } from '../../src/cli/compose-identity.ts';
import { remarkRules } from '../../src/cli/remark-rules.ts';
import { maskReason } from '../../src/core/mask/mask-reason.ts';
import { ephemeralSigner } from '../../src/core/session/signer.ts';
import { Secret } from '../../src/core/secret.ts';
import { logKeyText } from '../../src/core/tlog/note.ts';
import { NO_POLICY, PolicyBoard } from '../../src/hub/policy/policy-board.ts';
import { LoginState } from '../../src/identity/login-state.ts';
import { openSignedPolicy, PolicyCache } from '../../src/identity/signed-policy.ts';
import { readEnvironment } from '../../src/platform/environment.ts';
import { hallpassPaths } from '../../src/platform/paths.ts';
import { sshKey } from '../helpers/fake-hub.ts';

const HUB = 'https://hub.example.com';
const KEPT: StoreKeys = { persistent: true, why: undefined, derive: () => Buffer.alloc(32, 7) };
const TEXT = 'of EMP-1234 in room R-12';
const signer = ephemeralSigner();
const key = { name: 'hub.example.com/log', publicKey: Buffer.from(signer.publicKey) };

let directory: string;
let context: Parameters<typeof remarkRules>[1];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hallpass-test-'));
  const environment = readEnvironment({ HALLPASS_STATE_DIR: directory, HALLPASS_CONFIG_DIR: directory });
  context = { environment, paths: hallpassPaths(environment) };
  return () => rmSync(directory, { recursive: true });
});

const masking = (regex: string): string =>
  JSON.stringify({ version: 1, masking: { rules: [{ id: 'a', regex }] } });

/** Somebody who has logged in once, and whose hub signed a policy long ago. */
async function logIn(document: string): Promise<LoginState> {
  const store = openStore(KEPT, context.paths);
  const state = new LoginState('default', store);
  state.saveHub({
    hub: HUB,
    issuer: HUB,
    client_id: 'cli',
    scopes: [],
    ssh_ca: sshKey(),
    log_key: logKeyText(key),
    development: false,
  });
  const idToken = new Secret('none');
  state.saveLogin({
    generation: 1,
    idToken,
    refreshToken: undefined,
    subject: 'dana',
    groups: [],
    expiresAt: 0,
  });
  const source = { ...NO_POLICY, read: () => ({ version: 'hub@1', document, maxAgeMs: 1000 }) };
  const quiet = { onNotice: () => undefined, onTrouble: () => undefined };
  const board = new PolicyBoard({ source, signer, keyName: key.name, hub: HUB, now: () => 0, ...quiet });
  const cache = new PolicyCache(store, { hub: HUB, key });
  cache.write(await openSignedPolicy(board.current.signed, { hub: HUB, key }));
  return state;
}

async function masked({ keys }: { keys?: StoreKeys | undefined } = { keys: KEPT }): Promise<string> {
  return maskReason(TEXT, await remarkRules(keys, context));
}

test('who is logged in nowhere, and has no policy of their own, has what ships', async () => {
  expect(await remarkRules(KEPT, context)).toBeUndefined();
  expect(await remarkRules(undefined, context)).toBeUndefined();
  expect(await masked()).toBe(TEXT);
});

test('the hub’s rules count without asking it, even if they have run out, and so do one’s own', async () => {
  await logIn(masking('EMP-[0-9]{4}'));
  expect(await masked()).toMatch(/^of hpm_central_a_\w+ in room R-12$/);
  writeFileSync(join(directory, 'policy.yaml'), masking('R-[0-9]{2}'));
  expect(await masked()).toMatch(/^of hpm_central_a_\w+ in room hpm_central_a_\w+$/);
  // Without keys nobody can be logged in.
  expect(await masked({})).toMatch(/^of EMP-1234 in room hpm_central_a_\w+$/);
});

test('whoever has logged out has the hub’s no more', async () => {
  const state = await logIn(masking('EMP-[0-9]{4}'));
  state.forget();
  expect(await masked()).toBe(TEXT);
});

test('rules that can not be read are an error: what they are about may be in there', async () => {
  await logIn('{"version":2}');
  await expect(masked()).rejects.toThrowWithCode('ERR_CONFIG');
});
