import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, expect, test } from 'vitest';

import { readOwnFile, requireOwnFile, writeOwnFile } from '../../src/platform/own-file.ts';
import { whyNotOwn } from '../../src/platform/own-place.ts';

let directory: string;
let project: string;
let file: string;

beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'hallpass-')));
  project = join(directory, 'project');
  file = join(directory, 'config', 'exceptions.yaml');
  mkdirSync(project);
  return () => rmSync(directory, { recursive: true });
});

const read = (path = file) => readOwnFile(path, { limit: 100, project });

test('is written for its owner alone, and read again', () => {
  expect(read()).toBeUndefined();
  writeOwnFile(file, 'one');
  expect(read()).toEqual({ text: 'one' });
  expect(lstatSync(file).mode & 0o777).toBe(0o600);
});

test.each([0o620, 0o602, 0o666])('that others can write (%o) is not taken for one', (mode) => {
  writeOwnFile(file, 'one');
  chmodSync(file, mode);
  expect(read()).toEqual({ unusable: expect.stringContaining('others can write it') as string });
});

test.each([0o720, 0o702, 0o777, 0o1777])(
  'in a directory that others can write (%o) is not taken for one, and says what mends it',
  (mode) => {
    const config = join(directory, 'config');
    writeOwnFile(file, 'one');
    chmodSync(config, mode);
    const why = `others can write its directory ${config}; chmod go-w mends that, or another place: HALLPASS_CONFIG_DIR`;
    expect(read()).toEqual({ unusable: why });
    chmodSync(config, 0o755);
    expect(read()).toEqual({ text: 'one' });
  },
);

test('nor is one of which a directory above can be written, but where only owners move what is theirs', () => {
  const deep = join(directory, 'open', 'config', 'exceptions.yaml');
  writeOwnFile(deep, 'one');
  chmodSync(join(directory, 'open'), 0o777);
  expect(read(deep)).toEqual({ unusable: expect.stringContaining(join(directory, 'open;')) as string });
  chmodSync(join(directory, 'open'), 0o1777);
  expect(read(deep)).toEqual({ text: 'one' });
});

test('nor is one behind a link, where either can be replaced', () => {
  mkdirSync(join(directory, 'config'));
  const target = join(directory, 'dotfiles', 'exceptions.yaml');
  writeOwnFile(target, 'one');
  symlinkSync(target, file);
  for (const place of ['config', 'dotfiles']) {
    chmodSync(join(directory, place), 0o777);
    expect(read()).toEqual({ unusable: expect.stringContaining(join(directory, place)) as string });
    chmodSync(join(directory, place), 0o700);
  }
  expect(read()).toEqual({ text: 'one' });
});

test('behind a link of its owner it may lie where only owners move what is theirs; a link on the way may not', () => {
  const store = join(directory, 'store');
  const target = join(store, 'exceptions.yaml');
  mkdirSync(join(directory, 'config'));
  writeOwnFile(target, 'one');
  chmodSync(store, 0o1777);
  symlinkSync(target, file);
  expect(read()).toEqual({ text: 'one' });
  rmSync(file);
  symlinkSync(target, join(store, 'onward'));
  symlinkSync(join('..', 'store', 'onward'), file);
  expect(read()).toEqual({ unusable: expect.stringContaining(`its directory ${store};`) as string });
});

test('a link to its directory may be replaced by nobody else', () => {
  const open = join(directory, 'open');
  const through = join(open, 'config', 'exceptions.yaml');
  writeOwnFile(file, 'one');
  mkdirSync(open);
  symlinkSync(join(directory, 'config'), join(open, 'config'));
  expect(read(through)).toEqual({ text: 'one' });
  chmodSync(open, 0o1777);
  expect(read(through)).toEqual({ text: 'one' });
  chmodSync(open, 0o777);
  expect(read(through)).toEqual({ unusable: expect.stringContaining(`its directory ${open};`) as string });
});

test.each([
  ['another can be put in its place', () => chmodSync(join(directory, 'config'), 0o777), 'its directory'],
  ['others can write it', () => chmodSync(file, 0o606), 'others can write it'],
])('where it says what may happen it is refused if %s', (_, open, why) => {
  expect(() => requireOwnFile(file)).not.toThrow();
  writeOwnFile(file, 'one');
  expect(() => requireOwnFile(file)).not.toThrow();
  open();
  expect(() => requireOwnFile(file)).toThrowWithCode('ERR_CONFIG');
  expect(() => requireOwnFile(file)).toThrow(why);
});

test('nor would be one that is not there yet', () => {
  expect(whyNotOwn(file)).toBeUndefined();
  chmodSync(directory, 0o1777);
  expect(whyNotOwn(file)).toBeUndefined();
  chmodSync(directory, 0o777);
  expect(whyNotOwn(file)).toContain(`others can write its directory ${directory}`);
});

test('that really lies in the project is not taken for one, whatever it is reached by', () => {
  const inside = join(project, 'exceptions.yaml');
  writeFileSync(inside, 'one', { mode: 0o600 });
  expect(read(inside)).toEqual({ unusable: 'it lies in the project' });
  mkdirSync(join(directory, 'config'));
  symlinkSync(inside, file);
  expect(read()).toEqual({ unusable: 'it lies in the project' });
  const alias = join(directory, 'alias');
  symlinkSync(project, alias);
  expect(readOwnFile(inside, { limit: 100, project: alias })).toEqual({ unusable: 'it lies in the project' });
});

test('that lies in a directory of the project whose name begins with dots is not taken for one', () => {
  const inside = join(project, '..config', 'exceptions.yaml');
  writeOwnFile(inside, 'one');
  expect(read(inside)).toEqual({ unusable: 'it lies in the project' });
});

test('that is a link is written where that leads', () => {
  mkdirSync(join(directory, 'config'));
  const target = join(directory, 'dotfiles.yaml');
  writeFileSync(target, 'one', { mode: 0o600 });
  symlinkSync(target, file);
  writeOwnFile(file, 'two');
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('two');
});

test('that is too large, or no file, is an error', () => {
  writeOwnFile(file, 'x'.repeat(101));
  expect(() => read()).toThrowWithCode('ERR_CONFIG');
  expect(() => read(project)).toThrowWithCode('ERR_NO_SUCH_FILE');
});
