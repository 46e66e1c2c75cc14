import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { CredentialFiles, wipeDirectory } from '../../src/platform/credential-files.ts';
import { temporaryDirectory } from '../helpers/recorded-session.ts';

const beforeMade = () => () => undefined;
const mode = (path: string) => statSync(path).mode & 0o777;

describe('files of credentials', () => {
  test("are this user's alone, in a directory that names session and process", () => {
    using directory = temporaryDirectory();
    const listeners = process.listenerCount('exit');
    const files = new CredentialFiles(join(directory.path, 'run'), 'session1', beforeMade);
    expect(readdirSync(directory.path)).toEqual([]);
    const path = files.write('demo', 'one');
    expect(path).toBe(join(directory.path, 'run', `credentials-session1-${process.pid}`, 'demo'));
    expect([path, dirname(path), join(directory.path, 'run')].map(mode)).toEqual([0o600, 0o700, 0o700]);
    expect(process.listenerCount('exit')).toBe(listeners + 1);
    expect(files.write('demo', 'two')).toBe(path);
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(files.wipe()).toBeUndefined();
    expect(readdirSync(join(directory.path, 'run'))).toEqual([]);
    expect(process.listenerCount('exit')).toBe(listeners);
  });

  test('are overwritten before they are removed', () => {
    using directory = temporaryDirectory();
    const files = new CredentialFiles(directory.path, 'session1', beforeMade);
    const kept = join(directory.path, 'kept');
    linkSync(files.write('demo', 'value'), kept);
    files.wipe();
    expect(readFileSync(kept)).toEqual(Buffer.alloc(5));
  });

  test.each(['is gone', 'leads elsewhere', 'has others beside it'])(
    'are removed also where one %s',
    (what) => {
      using directory = temporaryDirectory();
      const base = join(directory.path, 'run');
      const elsewhere = join(directory.path, 'elsewhere');
      writeFileSync(elsewhere, 'not ours');
      const files = new CredentialFiles(base, 'session1', beforeMade);
      const path = files.write('demo', 'value');
      if (what !== 'has others beside it') rmSync(path);
      if (what === 'leads elsewhere') symlinkSync(elsewhere, path);
      if (what === 'has others beside it') writeFileSync(join(dirname(path), 'other'), 'x');
      expect(files.wipe()).toBeUndefined();
      expect(readdirSync(base)).toEqual([]);
      expect(readFileSync(elsewhere, 'utf8')).toBe('not ours');
    },
  );

  test('are told of before and after, so that who comes later can remove what is left', () => {
    using directory = temporaryDirectory();
    const told: string[] = [];
    const files = new CredentialFiles(directory.path, 'session1', (path) => {
      told.push(`before ${path} ${readdirSync(directory.path).length}`);
      return () => void told.push('gone');
    });
    const path = dirname(files.write('demo', 'value'));
    expect(told).toEqual([`before ${path} 0`]);
    expect(wipeDirectory(path)).toBe('wiped');
    expect(wipeDirectory(path)).toBe('missing');
    expect(readdirSync(directory.path)).toEqual([]);
    files.wipe();
    expect(told.at(-1)).toBe('gone');
  });

  test.each(['home', 'credentials-x', 'credentials-session1-7/inner', 'link'])(
    'are removed by their own name alone, not as %s',
    (name) => {
      using directory = temporaryDirectory();
      const place = join(directory.path, 'credentials-session1-8');
      if (name === 'link') symlinkSync(directory.path, place);
      else mkdirSync(join(directory.path, name), { recursive: true });
      writeFileSync(join(directory.path, 'kept'), 'kept');
      expect(wipeDirectory(name === 'link' ? place : join(directory.path, name))).toBe('failed');
      expect(readFileSync(join(directory.path, 'kept'), 'utf8')).toBe('kept');
    },
  );
});
