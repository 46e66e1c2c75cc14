import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { LocalPorts } from '../../src/platform/local-ports.ts';
import { readUserFile, TrustStore } from '../../src/platform/project.ts';
import { findWorkspace } from '../../src/platform/workspace.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hallpass-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a hallpass.yaml', () => {
  test('is its text and the digest of its bytes', () => {
    const bytes = Buffer.from('connections: {}\r\n# é\n');
    writeFileSync(join(directory, 'hallpass.yaml'), bytes);
    expect(readUserFile(directory)).toEqual({
      path: join(directory, 'hallpass.yaml'),
      text: bytes.toString(),
      digest: createHash('sha256').update(bytes).digest('hex'),
    });
  });

  test('may be missing', () => expect(readUserFile(directory)).toBeUndefined());

  test('of a person is theirs alone, or an error', () => {
    writeFileSync(join(directory, 'hallpass.yaml'), '', { mode: 0o600 });
    chmodSync(directory, 0o777);
    expect(() => readUserFile(directory)).toThrowWithCode('ERR_CONFIG');
  });

  test('may not be something else than a file, nor huge', () => {
    mkdirSync(join(directory, 'hallpass.yaml'));
    expect(() => readUserFile(directory)).toThrowWithCode('ERR_NO_SUCH_FILE');
    rmSync(join(directory, 'hallpass.yaml'), { recursive: true });
    writeFileSync(join(directory, 'hallpass.yaml'), '#'.repeat(2 * 1024 * 1024));
    expect(() => readUserFile(directory)).toThrowWithCode('ERR_CONFIG');
  });
});

describe('trust', () => {
  const file = { path: '/project/hallpass.yaml', text: '', digest: 'a'.repeat(64) };

  test('is for this path with this digest, also in the next run', () => {
    new TrustStore(directory).trust(file);
    const store = new TrustStore(directory);
    expect(store.isTrusted(file)).toBe(true);
    expect(store.isTrusted({ ...file, digest: 'b'.repeat(64) })).toBe(false);
    expect(store.isTrusted({ ...file, path: '/other/hallpass.yaml' })).toBe(false);
  });

  test('moves on with the file, and does not come back', () => {
    const store = new TrustStore(directory);
    store.trust(file);
    store.trust({ ...file, digest: 'b'.repeat(64) });
    expect(store.isTrusted(file)).toBe(false);
  });

  test('of one file leaves that of others', () => {
    const store = new TrustStore(directory);
    store.trust(file);
    store.trust({ ...file, path: '/other' });
    expect(store.isTrusted(file)).toBe(true);
  });

  test('is nobody else’s to write', () => {
    new TrustStore(directory).trust(file);
    expect(statSync(join(directory, 'trusted.json')).mode & 0o077).toBe(0);
  });

  test.each([
    'no JSON',
    'null',
    '[]',
    '"x"',
    '{"/project/hallpass.yaml": 5}',
    '{"/project/hallpass.yaml": null}',
  ])('is given to nothing when the store says %s', (text) => {
    writeFileSync(join(directory, 'trusted.json'), text);
    const store = new TrustStore(directory);
    expect(store.isTrusted(file)).toBe(false);
    store.trust(file);
    expect(store.isTrusted(file)).toBe(true);
  });
});

describe('the port of a connection', () => {
  test('is remembered for it, and for no other', () => {
    new LocalPorts(directory).remember('files', 5050);
    new LocalPorts(directory).remember('database', 6060);
    const ports = new LocalPorts(directory);
    expect([ports.recall('files'), ports.recall('database'), ports.recall('other')]).toEqual([
      5050,
      6060,
      undefined,
    ]);
  });

  test.each(['constructor', '__proto__', 'toString'])('a connection may be called %s', (name) => {
    const ports = new LocalPorts(directory);
    expect(ports.recall(name)).toBeUndefined();
    ports.remember(name, 5050);
    ports.remember('other', 6060);
    expect([ports.recall(name), ports.recall('other')]).toEqual([5050, 6060]);
  });

  test('is none where the file holds what can be none', () => {
    writeFileSync(join(directory, 'ports.json'), '{"a":0,"b":65536,"c":1.5,"d":"80","e":null,"f":8080}');
    const ports = new LocalPorts(directory);
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ports.recall(name))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      8080,
    ]);
  });

  test.each(['no JSON', 'null'])('a file that says %s is an error that tells what to do', (text) => {
    writeFileSync(join(directory, 'ports.json'), text);
    expect(() => new LocalPorts(directory).recall('a')).toThrowWithCode('ERR_CONFIG');
    expect(readFileSync(join(directory, 'ports.json'), 'utf8')).toBe(text);
  });
});

describe('the workspace', () => {
  test('is the nearest directory above with .git in it, be that a directory or a file', () => {
    const inner = join(directory, 'a', 'b');
    mkdirSync(inner, { recursive: true });
    mkdirSync(join(directory, '.git'));
    expect(findWorkspace(inner)).toBe(directory);
    // A worktree or submodule has a file.
    writeFileSync(join(directory, 'a', '.git'), 'gitdir: elsewhere\n');
    expect(findWorkspace(inner)).toBe(join(directory, 'a'));
  });

  test('is the directory itself where there is none', () => {
    expect(findWorkspace(join(directory, 'x'))).toBe(join(directory, 'x'));
  });
});
