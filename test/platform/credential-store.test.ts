import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { CredentialStore } from '../../src/platform/credential-store.ts';
import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

function sealedFiles(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.sealed'));
}

describe('the credential store', () => {
  test('gives back what was written, to another process with the same key', () => {
    using directory = temporaryDirectory();
    const key = randomBytes(32);
    new CredentialStore(directory.path, key).write('login default', { a: [1, 'two'] });
    expect(new CredentialStore(directory.path, key).read('login default')).toEqual({ a: [1, 'two'] });
    expect(new CredentialStore(directory.path, key).read('login other')).toBeUndefined();
  });

  test('has neither value nor name on the disk in clear, in files for this user alone', () => {
    using directory = temporaryDirectory();
    const value = randomBytes(24).toString('base64url');
    const name = randomBytes(12).toString('hex');
    new CredentialStore(directory.path, randomBytes(32)).write(name, { token: value });
    const canaries = [
      { name: 'value', value },
      { name: 'name', value: name },
    ];
    expect(assertNoCanary({ canaries, directories: [directory.path] }).bytes).toBeGreaterThan(50);
    for (const file of readdirSync(directory.path))
      expect(statSync(join(directory.path, file)).mode & 0o777).toBe(0o600);
  });

  test('knows nothing under another key, and harms nothing', () => {
    using directory = temporaryDirectory();
    const key = randomBytes(32);
    new CredentialStore(directory.path, key).write('x', 1);
    const other = new CredentialStore(directory.path, randomBytes(32));
    expect(other.read('x')).toBeUndefined();
    other.write('x', 2);
    expect(new CredentialStore(directory.path, key).read('x')).toBe(1);
  });

  test('refuses a file with any bit changed', () => {
    using directory = temporaryDirectory();
    const store = new CredentialStore(directory.path, randomBytes(32));
    store.write('x', 'value');
    const path = join(directory.path, sealedFiles(directory.path)[0] ?? '');
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      writeFileSync(path, changed);
      expect(() => store.read('x')).toThrowWithCode('ERR_CREDENTIALS_DAMAGED');
    }
    writeFileSync(path, whole.subarray(0, 20));
    expect(() => store.read('x')).toThrowWithCode('ERR_CREDENTIALS_DAMAGED');
  });

  test('refuses one value in the place of another', () => {
    using directory = temporaryDirectory();
    const store = new CredentialStore(directory.path, randomBytes(32));
    store.write('mine', 'mine');
    const [mine = ''] = sealedFiles(directory.path);
    store.write('yours', 'yours');
    const yours = sealedFiles(directory.path).find((name) => name !== mine) ?? '';
    copyFileSync(join(directory.path, yours), join(directory.path, mine));
    expect(() => store.read('mine')).toThrowWithCode('ERR_CREDENTIALS_DAMAGED');
  });

  test('updates and removes', () => {
    using directory = temporaryDirectory();
    const store = new CredentialStore(directory.path, randomBytes(32));
    store.update('x', (old) => [old ?? 'none']);
    store.update('x', (old) => [...(old as string[]), 'again']);
    expect(store.read('x')).toEqual(['none', 'again']);
    store.update('x', () => undefined);
    expect(store.read('x')).toBeUndefined();
  });
});
