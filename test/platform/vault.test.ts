import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { Secret } from '../../src/core/secret.ts';
import { readAllowedSigners } from '../../src/platform/allowed-signers.ts';
import { type Keychain, KeychainUnavailable } from '../../src/platform/keychain.ts';
import { trustedSigners } from '../../src/platform/trusted-signers.ts';
import { openVault, type VaultDeps } from '../../src/platform/vault.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

const OPENER = fileURLToPath(new URL('../helpers/vault-child.ts', import.meta.url));
const DAY_MS = 86_400_000;
// Made at run time: nothing in this file should look like a secret.
const PASSPHRASE = ['correct', 'horse', 'battery'].join(' ');

/** A keychain in memory, as the operating system's would be. */
function memoryKeychain(): { readonly items: Map<string, Buffer>; readonly keychain: Keychain } {
  const items = new Map<string, Buffer>();
  const keychain: Keychain = {
    get: (account) => Promise.resolve(items.get(account)),
    set: async (account, key) => {
      items.set(account, Buffer.from(key));
    },
  };
  return { items, keychain };
}

const noKeychain: Keychain = {
  get: () => Promise.reject(new KeychainUnavailable('no keychain here')),
  set: () => Promise.reject(new KeychainUnavailable('no keychain here')),
};

function deps(directory: string, changes: Partial<VaultDeps> = {}): VaultDeps {
  return {
    vaultFile: join(directory, 'vault.json'),
    allowedSignersFile: join(directory, 'allowed_signers'),
    choice: undefined,
    keychain: () => noKeychain,
    passphrase: undefined,
    scryptN: 2 ** 10,
    ...changes,
  };
}

function withPassphrase(directory: string, passphrase = PASSPHRASE): VaultDeps {
  return deps(directory, { choice: 'file', passphrase: new Secret(passphrase) });
}

describe('a vault that persists', () => {
  test('has the same keys each time it is opened', async () => {
    using directory = temporaryDirectory();
    const { keychain } = memoryKeychain();
    const first = await openVault(deps(directory.path, { keychain: () => keychain }));
    const second = await openVault(deps(directory.path, { keychain: () => keychain }));
    expect(first).toMatchObject({ persistent: true, why: undefined });
    expect(second.signer.record).toEqual(first.signer.record);
    expect(second.derive('x')).toEqual(first.derive('x'));
    expect(second.workspaceKey('/a')).toEqual(first.workspaceKey('/a'));
  });

  test('gives another key for each purpose and workspace', async () => {
    using directory = temporaryDirectory();
    const vault = await openVault(withPassphrase(directory.path));
    const keys = [vault.derive('a'), vault.derive('b'), vault.workspaceKey('a'), vault.workspaceKey('b')];
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(4);
    expect(keys.every((key) => key.length === 32)).toBe(true);
  });

  test('shows nothing of its keys in the file, which only this user can read', async () => {
    using directory = temporaryDirectory();
    const { items, keychain } = memoryKeychain();
    const vault = await openVault(deps(directory.path, { keychain: () => keychain }));
    vault.workspaceKey('/home/lovelace/engine');
    const file = readFileSync(join(directory.path, 'vault.json'), 'latin1');
    const [key = Buffer.alloc(0)] = items.values();
    for (const secret of [Buffer.from(vault.derive('x')), key]) {
      for (const encoding of ['hex', 'base64', 'latin1'] as const)
        expect(file).not.toContain(secret.toString(encoding));
    }
    expect(file).not.toContain('lovelace');
    expect(file).not.toMatch(/"(device|master|workspaces)"/);
    expect(statSync(join(directory.path, 'vault.json')).mode & 0o777).toBe(0o600);
  });

  test('names its key for ssh-keygen, and keeps what others wrote there', async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'allowed_signers');
    writeFileSync(path, '# mine\ncolleague ssh-rsa AAAA\n');
    const vault = await openVault(withPassphrase(directory.path));
    await openVault(withPassphrase(directory.path));
    expect(readFileSync(path, 'utf8')).toMatch(
      /^# mine\ncolleague ssh-rsa AAAA\nhallpass-device namespaces="hallpass-session" ssh-ed25519 \S+\n$/,
    );
    expect(readAllowedSigners(path)).toEqual([Buffer.from(vault.signer.publicKey)]);
  });
});

describe('the key of a workspace', () => {
  test('changes after 30 idle days, and not while it is used', async () => {
    using directory = temporaryDirectory();
    let now = 1000 * DAY_MS;
    const vault = await openVault({ ...withPassphrase(directory.path), now: () => now });
    const key = vault.workspaceKey('/a');
    for (let use = 0; use < 3; use += 1) {
      now += 30 * DAY_MS;
      expect(vault.workspaceKey('/a')).toEqual(key);
    }
    now += 31 * DAY_MS;
    const next = vault.workspaceKey('/a');
    expect(next).not.toEqual(key);
    expect(vault.workspaceKey('/a')).toEqual(next);
  });

  test('that nobody uses is forgotten', async () => {
    using directory = temporaryDirectory();
    let now = 1000 * DAY_MS;
    const vault = await openVault({ ...withPassphrase(directory.path), now: () => now });
    for (let i = 0; i < 50; i += 1) vault.workspaceKey(`/${i}`);
    const large = statSync(join(directory.path, 'vault.json')).size;
    now += 31 * DAY_MS;
    vault.workspaceKey('/other');
    expect(statSync(join(directory.path, 'vault.json')).size).toBeLessThan(large / 4);
  });

  test('is the same for processes that use it at once', async () => {
    using directory = temporaryDirectory();
    const said = await Promise.all(Array.from({ length: 5 }, () => openElsewhere(directory.path)));
    expect(new Set(said.map(({ workspace }) => workspace)).size).toBe(1);
  });
});

describe('without a keychain', () => {
  test('and without a passphrase the keys are of this process only, and it says why', async () => {
    using directory = temporaryDirectory();
    const vault = await openVault(deps(directory.path));
    expect(vault).toMatchObject({ persistent: false, why: 'no keychain here' });
    expect(vault.signer.record.kind).toBe('ephemeral');
    expect(vault.workspaceKey('/a')).toEqual(vault.workspaceKey('/a'));
    expect((await openVault(deps(directory.path))).workspaceKey('/a')).not.toEqual(vault.workspaceKey('/a'));
    expect(() => statSync(join(directory.path, 'vault.json'))).toThrow('ENOENT');
  });

  test('a passphrase that was given is enough', async () => {
    using directory = temporaryDirectory();
    const vault = await openVault(deps(directory.path, { passphrase: new Secret(PASSPHRASE) }));
    expect(vault.persistent).toBe(true);
    // And later the file alone says how it was made.
    const again = await openVault(deps(directory.path, { passphrase: new Secret(PASSPHRASE) }));
    expect(again.signer.record).toEqual(vault.signer.record);
    expect(await openVault(deps(directory.path))).toMatchObject({ persistent: false });
  });

  test('a chosen backend that does not work is an error, not a lesser key', async () => {
    using directory = temporaryDirectory();
    await expect(openVault(deps(directory.path, { choice: 'keyring' }))).rejects.toThrowWithCode(
      'ERR_KEYCHAIN',
    );
    await expect(openVault(deps(directory.path, { choice: 'keytar' }))).rejects.toThrowWithCode(
      'ERR_KEYCHAIN',
    );
    const opening = openVault(deps(directory.path, { choice: 'file' }));
    await expect(opening).rejects.toThrowWithCode('ERR_KEYCHAIN');
    await expect(opening).rejects.toMatchObject({
      hint: expect.stringMatching(/^Set HALLPASS_PASSPHRASE; in a CI job/) as string,
    });
  });

  test('a store that forgets at once makes no vault', async () => {
    using directory = temporaryDirectory();
    const forgetful: Keychain = { get: () => Promise.resolve(undefined), set: () => Promise.resolve() };
    const vault = await openVault(deps(directory.path, { keychain: () => forgetful }));
    expect(vault).toMatchObject({ persistent: false, why: 'the keychain did not keep the key' });
  });

  test('a passphrase is asked for only by those who chose one', async () => {
    using directory = temporaryDirectory();
    const asked: boolean[] = [];
    const askPassphrase = ({ again }: { again: boolean }) => {
      asked.push(again);
      return Promise.resolve(new Secret(PASSPHRASE));
    };
    await openVault(deps(directory.path, { choice: 'file', askPassphrase }));
    await openVault(deps(directory.path, { choice: 'file', askPassphrase }));
    expect(asked).toEqual([true, false]);
    expect(await openVault(deps(directory.path, { askPassphrase }))).toMatchObject({ persistent: false });
    expect(asked).toHaveLength(2);
  });
});

describe('what goes wrong is said, and nothing is replaced', () => {
  test('an unknown choice', async () => {
    using directory = temporaryDirectory();
    await expect(openVault(deps(directory.path, { choice: 'plain' }))).rejects.toThrowWithCode('ERR_CONFIG');
  });

  test('another choice than the vault was made with', async () => {
    using directory = temporaryDirectory();
    await openVault(withPassphrase(directory.path));
    await expect(openVault(deps(directory.path, { choice: 'keyring' }))).rejects.toThrowWithCode(
      'ERR_CONFIG',
    );
  });

  test('a wrong passphrase', async () => {
    using directory = temporaryDirectory();
    await openVault(withPassphrase(directory.path));
    const opening = openVault(withPassphrase(directory.path, 'wrong'));
    await expect(opening).rejects.toThrowWithCode('ERR_KEYCHAIN');
    await expect(opening).rejects.toMatchObject({
      message: expect.stringContaining('the passphrase is wrong') as string,
      hint: expect.stringMatching(/^Run the command again/) as string,
    });
  });

  test('an item that is gone from the keychain, or was overwritten', async () => {
    using directory = temporaryDirectory();
    const { items, keychain } = memoryKeychain();
    await openVault(deps(directory.path, { keychain: () => keychain }));
    const [account = ''] = items.keys();
    items.set(account, Buffer.alloc(32));
    await expect(openVault(deps(directory.path, { keychain: () => keychain }))).rejects.toThrowWithCode(
      'ERR_KEYCHAIN',
    );
    items.clear();
    const opening = openVault(deps(directory.path, { keychain: () => keychain }));
    await expect(opening).rejects.toThrowWithCode('ERR_KEYCHAIN');
    await expect(opening).rejects.toMatchObject({
      hint: expect.stringMatching(/^Unlock the keychain/) as unknown,
    });
  });

  test('a file with any byte changed, or cut anywhere', async () => {
    using directory = temporaryDirectory();
    const { keychain } = memoryKeychain();
    const open = () => openVault(deps(directory.path, { keychain: () => keychain }));
    await open();
    const path = join(directory.path, 'vault.json');
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      // Whitespace says nothing; every change that means something is refused.
      changed[at] = (changed[at] ?? 0) ^ 1;
      if (sameContent(changed, whole)) continue;
      writeFileSync(path, changed);
      await expect(open(), `byte ${at}`).rejects.toThrow(/damaged|keychain/);
      expect(readFileSync(path)).toEqual(changed);
    }
    for (const length of [0, 1, whole.length >> 1, whole.length - 3]) {
      writeFileSync(path, whole.subarray(0, length));
      await expect(open()).rejects.toThrowWithCode('ERR_VAULT_DAMAGED');
    }
  });

  test('a cost that would stop the machine', async () => {
    using directory = temporaryDirectory();
    await openVault(withPassphrase(directory.path));
    const path = join(directory.path, 'vault.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"n": 1024', '"n": 1073741824'));
    await expect(openVault(withPassphrase(directory.path))).rejects.toThrowWithCode('ERR_VAULT_DAMAGED');
  });
});

test('two processes that make the vault at once end with one key', async () => {
  for (let round = 0; round < 3; round += 1) {
    using directory = temporaryDirectory();
    const said = await Promise.all(Array.from({ length: 4 }, () => openElsewhere(directory.path)));
    expect(new Set(said.map(({ key }) => key)).size).toBe(1);
    expect(readAllowedSigners(join(directory.path, 'allowed_signers'))).toHaveLength(1);
  }
}, 30_000);

test('two openings in one process end with one key', async () => {
  using directory = temporaryDirectory();
  const vaults = await Promise.all([1, 2, 3].map(() => openVault(withPassphrase(directory.path))));
  expect(new Set(vaults.map(({ signer }) => signer.record.key)).size).toBe(1);
});

describe('whose seals to believe', () => {
  test('the key in the vault, whatever the file beside it says', async () => {
    using directory = temporaryDirectory();
    const vault = await openVault(withPassphrase(directory.path));
    const planted = `x namespaces="hallpass-session" ssh-ed25519 ${Buffer.alloc(51).toString('base64')}\n`;
    writeFileSync(join(directory.path, 'allowed_signers'), planted);
    const trust = await trustedSigners(undefined, withPassphrase(directory.path));
    expect(trust).toEqual({ keys: [vault.signer.publicKey], source: 'this device', explicit: false });
  });

  test('the file, and it says so, only while the vault is closed', async () => {
    using directory = temporaryDirectory();
    const vault = await openVault(withPassphrase(directory.path));
    const trust = await trustedSigners(undefined, deps(directory.path));
    expect(trust.keys).toEqual([Buffer.from(vault.signer.publicKey)]);
    expect(trust.source).toContain('the vault is closed');
  });

  test('nobody, where there has never been a vault; and none is made by looking', async () => {
    using directory = temporaryDirectory();
    expect(await trustedSigners(undefined, withPassphrase(directory.path))).toMatchObject({
      keys: [],
      explicit: false,
    });
    expect(() => statSync(join(directory.path, 'vault.json'))).toThrow('ENOENT');
  });

  test('the person’s own file and nothing else', async () => {
    using directory = temporaryDirectory();
    await openVault(withPassphrase(directory.path));
    const named = join(directory.path, 'mine');
    writeFileSync(named, '# nobody yet\n');
    expect(await trustedSigners(named, withPassphrase(directory.path))).toEqual({
      keys: [],
      authorities: [],
      source: named,
      explicit: true,
    });
    rmSync(named);
    await expect(trustedSigners(named, withPassphrase(directory.path))).rejects.toThrowWithCode(
      'ERR_NO_SUCH_FILE',
    );
  });
});

interface Opened {
  readonly key: string;
  readonly workspace: string;
}

async function openElsewhere(directory: string): Promise<Opened> {
  const env = {
    ...process.env,
    HALLPASS_STATE_DIR: directory,
    HALLPASS_KEYCHAIN: 'file',
    HALLPASS_PASSPHRASE: PASSPHRASE,
  };
  const child = spawn(process.execPath, [OPENER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(output) as Opened;
}

function sameContent(changed: Buffer, whole: Buffer): boolean {
  try {
    return JSON.stringify(JSON.parse(changed.toString())) === JSON.stringify(JSON.parse(whole.toString()));
  } catch {
    return false;
  }
}
