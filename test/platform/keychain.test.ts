import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, test, type TestContext, vi } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { type Keychain, type KeychainName, systemKeychain } from '../../src/platform/keychain.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';
import {
  missingForSecretService,
  type SecretService,
  startSecretService,
} from '../helpers/secret-service.ts';

const OPENER = fileURLToPath(new URL('../helpers/vault-child.ts', import.meta.url));
const KEYTAR = new URL('../../node_modules/keytar/build/Release/keytar.node', import.meta.url);
const LIBRARIES: readonly KeychainName[] = ['keyring', 'keytar'];
const ONE = Buffer.alloc(32, 1);
const TWO = Buffer.alloc(32, 2);

afterEach(() => vi.unstubAllEnvs());

function skipWithout(libraries: readonly KeychainName[], context: TestContext): void {
  const missing = missingForSecretService();
  if (missing !== undefined) context.skip(missing);
  if (libraries.includes('keytar') && !existsSync(KEYTAR)) context.skip('keytar is not built here');
}

/** The keychain as this process reaches it, in the secret service. */
function keychainIn(service: SecretService, library: KeychainName): Keychain {
  for (const [name, value] of Object.entries(service.env)) vi.stubEnv(name, value);
  return systemKeychain(library);
}

function environment(directory: string): NodeJS.ProcessEnv {
  const runtime = join(directory, 'run');
  mkdirSync(runtime, { mode: 0o700, recursive: true });
  const { PATH } = process.env;
  return { PATH, HOME: directory, XDG_RUNTIME_DIR: runtime, HALLPASS_STATE_DIR: join(directory, 'state') };
}

interface Opened {
  readonly key: string;
  readonly persistent: boolean;
  readonly why?: string;
}

async function open(env: NodeJS.ProcessEnv): Promise<Opened> {
  const child = spawn(process.execPath, [OPENER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(output) as Opened;
}

describe('a real secret service', () => {
  test.for(LIBRARIES)(
    '%s keeps the key of the vault from one process to the next',
    async (library, context) => {
      skipWithout([library], context);
      using directory = temporaryDirectory();
      await using service = await startSecretService(directory.path);
      const state = join(directory.path, 'state');
      const env = { ...service.env, HALLPASS_STATE_DIR: state, HALLPASS_KEYCHAIN: library };
      const first = await open(env);
      expect(first).toMatchObject({ persistent: true });
      expect(await open(env)).toEqual(first);
      expect(readFileSync(join(state, 'vault.json'), 'utf8')).toContain(`"backend": "${library}"`);
    },
  );

  test.for(LIBRARIES)(
    '%s gives what was set last under that name, and nothing under others',
    async (library, context) => {
      skipWithout([library], context);
      using directory = temporaryDirectory();
      await using service = await startSecretService(directory.path);
      const keychain = keychainIn(service, library);
      expect(await keychain.get('one')).toBeUndefined();
      await keychain.set('one', ONE);
      expect(await keychain.get('one')).toEqual(ONE);
      expect(await keychain.get('two')).toBeUndefined();
      await keychain.set('two', TWO);
      expect(await keychain.get('one')).toEqual(ONE);
      await keychain.set('one', TWO);
      expect(await keychain.get('one')).toEqual(TWO);
    },
  );

  test('neither library takes the items of the other for its own', async (context) => {
    skipWithout(LIBRARIES, context);
    using directory = temporaryDirectory();
    await using service = await startSecretService(directory.path);
    const keyring = keychainIn(service, 'keyring');
    const keytar = keychainIn(service, 'keytar');
    await keyring.set('one', ONE);
    expect(await keytar.get('one')).toBeUndefined();
    await keytar.set('one', TWO);
    expect(await keyring.get('one')).toEqual(ONE);
    expect(await keytar.get('one')).toEqual(TWO);
  });

  test.for(LIBRARIES)('%s stores nothing in a keychain that is locked', async (library, context) => {
    skipWithout([library], context);
    using directory = temporaryDirectory();
    await using service = await startSecretService(directory.path);
    const keychain = keychainIn(service, library);
    await keychain.set('one', ONE);
    await service.lock();
    await expect(keychain.set('one', TWO)).rejects.toThrowWithCode('ERR_KEYCHAIN');
    // keytar does not tell a locked keychain from one without the item.
    if (library === 'keytar') expect(await keychain.get('one')).toBeUndefined();
    else await expect(keychain.get('one')).rejects.toThrowWithCode('ERR_KEYCHAIN');
  });
});

describe('no secret service', () => {
  test('the keys are ephemeral, and it says why', async () => {
    using directory = temporaryDirectory();
    const opened = await open(environment(directory.path));
    expect(opened).toMatchObject({ persistent: false });
    expect(opened.why).toBe('no keychain answers here');
  });

  test.runIf(process.platform === 'linux')(
    'a bus that never answers is given up after the limit',
    async () => {
      using directory = temporaryDirectory();
      await using bus = await silentBus(directory.path);
      const began = performance.now();
      const opened = await open({ ...environment(directory.path), DBUS_SESSION_BUS_ADDRESS: bus.address });
      const took = performance.now() - began;
      expect(opened).toMatchObject({ persistent: false });
      expect(opened.why).toBe('the keychain did not answer within 3 s (is it locked?)');
      expect(took).toBeGreaterThanOrEqual(LIMITS.keychainMs);
      expect(took).toBeLessThan(2 * LIMITS.keychainMs);
    },
  );

  test('keytar too is given up after the limit', async (context) => {
    skipWithout(['keytar'], context);
    using directory = temporaryDirectory();
    await using bus = await silentBus(directory.path);
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', bus.address);
    const keychain = systemKeychain('keytar');
    const given = Promise.allSettled([keychain.get('one'), keychain.set('one', ONE)]);
    const began = performance.now();
    for (const outcome of await given)
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { message: 'the keychain did not answer within 3 s (is it locked?)' },
      });
    expect(performance.now() - began).toBeLessThan(2 * LIMITS.keychainMs);
  });
});

/** Takes what it is sent and says nothing. */
async function silentBus(
  directory: string,
): Promise<{ address: string; [Symbol.asyncDispose](): Promise<void> }> {
  const socket = join(directory, 'silent');
  const server = createServer((connection) => connection.resume()).listen(socket);
  await once(server, 'listening');
  return {
    address: `unix:path=${socket}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
