import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

const OPENER = fileURLToPath(new URL('../helpers/vault-child.ts', import.meta.url));
const NO_SERVICE = 'dbus-run-session or gnome-keyring-daemon is not installed';

function hasSecretService(): boolean {
  const found = ['dbus-run-session', 'gnome-keyring-daemon'].map(
    (name) => spawnSync(name, ['--version']).error,
  );
  return process.platform === 'linux' && found.every((error) => error === undefined);
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
  test('keeps the key of the vault from one process to the next', async (context) => {
    if (!hasSecretService()) context.skip(NO_SERVICE);
    using directory = temporaryDirectory();
    const opener = `"${process.execPath}" "${OPENER}"`;
    // In the foreground, so that it ends with the bus.
    const script = `printf pw | gnome-keyring-daemon --unlock --foreground --components=secrets >/dev/null 2>&1 &
      until dbus-send --session --print-reply --dest=org.freedesktop.secrets / org.freedesktop.DBus.Peer.Ping >/dev/null 2>&1; do :; done
      ${opener}; echo; ${opener}; kill %1`;
    const output = execFileSync('dbus-run-session', ['--', 'bash', '-c', script], {
      env: { ...environment(directory.path), HALLPASS_KEYCHAIN: 'keyring' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [first, second] = output.split('\n').map((line) => JSON.parse(line) as Opened);
    expect(first).toMatchObject({ persistent: true });
    expect(second).toEqual(first);
    expect(readFileSync(join(directory.path, 'state/vault.json'), 'utf8')).toContain('"backend": "keyring"');
  });
});

describe('no secret service', () => {
  test('the keys are ephemeral, and it says why', async () => {
    using directory = temporaryDirectory();
    const opened = await open(environment(directory.path));
    expect(opened).toMatchObject({ persistent: false });
    expect(opened.why).toMatch(/^no keychain: /);
  });

  test.runIf(process.platform === 'linux')(
    'a bus that never answers is given up after the limit',
    async () => {
      using directory = temporaryDirectory();
      const socket = join(directory.path, 'bus');
      const silent = createServer((connection) => connection.resume()).listen(socket);
      await once(silent, 'listening');
      const began = performance.now();
      const opened = await open({
        ...environment(directory.path),
        DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`,
      });
      const took = performance.now() - began;
      silent.close();
      expect(opened).toMatchObject({ persistent: false });
      expect(opened.why).toBe('the keychain did not answer within 3 s (is it locked?)');
      expect(took).toBeGreaterThanOrEqual(LIMITS.keychainMs);
      expect(took).toBeLessThan(2 * LIMITS.keychainMs);
    },
  );
});
