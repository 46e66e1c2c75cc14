import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { ErrorCode } from '../../src/core/errors.ts';
import { trustedSigners } from '../../src/platform/trusted-signers.ts';
import { sessionsIn, temporaryDirectory, verifyFiles } from '../helpers/recorded-session.ts';

// Can be opened, says that it is a regular file, and can not be read.
const MEMORY = ['/proc/self/mem'].filter((path) => existsSync(path));

describe('a path that is no log', () => {
  test.each(MEMORY)('%s is told as unreadable', (log) => {
    const files = { ...sessionsIn('').files('x'), log };
    expect(() => verifyFiles(files)).toThrowWithCode('ERR_UNREADABLE_FILE');
  });

  test.each<[string, (path: string) => void, ErrorCode]>([
    ['a directory', (path) => mkdirSync(path), 'ERR_NO_SUCH_FILE'],
    ['a pipe', (path) => execFileSync('mkfifo', [path]), 'ERR_NO_SUCH_FILE'],
    ['a link to itself', (path) => symlinkSync(path, path), 'ERR_UNREADABLE_FILE'],
    ['a device', (path) => symlinkSync('/dev/zero', path), 'ERR_NO_SUCH_FILE'],
    ['nothing', () => undefined, 'ERR_NO_SUCH_FILE'],
  ])('%s is told as such, at once', (_, make, code) => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'a.jsonl');
    make(path);
    expect(() => sessionsIn('').openFile(path)).toThrowWithCode(code);
  });

  test('what is behind a file is told as missing', () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'file'), '');
    const inFile = join(directory.path, 'file/a.jsonl');
    expect(() => sessionsIn('').openFile(inFile)).toThrowWithCode('ERR_NO_SUCH_FILE');
  });

  test('a seal that can not be read is told as such', () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'a.jsonl'), '');
    const seal = join(directory.path, 'a.checkpoint');
    symlinkSync(seal, seal);
    const open = () => sessionsIn('').openFile(join(directory.path, 'a.jsonl'));
    expect(open).toThrowWithCode('ERR_UNREADABLE_FILE');
  });
});

test.each(MEMORY)('allowed signers that can not be read (%s) are told as such', async (path) => {
  const deps = {
    vaultFile: '',
    allowedSignersFile: '',
    choice: undefined,
    passphrase: undefined,
    keychain: () => expect.unreachable(),
  };
  await expect(trustedSigners(path, deps)).rejects.toThrowWithCode('ERR_UNREADABLE_FILE');
});
