import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { EMPTY_BOOK, type PinBook } from '../../src/core/policy/definitions/pins.ts';
import { DefinitionPins } from '../../src/platform/definition-pins.ts';

let state = '';

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hallpass-pins-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

const ABOUT = { connection: 'db', upstream: 'db-server' };
const pinned = (name: string, text = 'x'): PinBook => ({
  ...EMPTY_BOOK,
  pages: { tool: 'all' },
  pins: { [`tool:${name}`]: { name, skeleton: name, digest: name, fields: { '/name': text } } },
});

function files(): string[] {
  const directory = join(state, 'definitions');
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name));
}

test('what is pinned is there for the next process, by workspace and by what stands behind a connection', () => {
  const mine = new DefinitionPins(state, '/mine');
  mine.open('one', ABOUT).update(() => pinned('a'));
  expect(new DefinitionPins(state, '/mine').open('one', ABOUT).read()).toMatchObject(pinned('a'));
  expect(mine.open('two', ABOUT).read()).toEqual(EMPTY_BOOK);
  expect(new DefinitionPins(state, '/other').open('one', ABOUT).read()).toEqual(EMPTY_BOOK);
  expect(mine.list().map(({ about }) => about)).toEqual([ABOUT]);
  expect(new DefinitionPins(state, '/other').list()).toEqual([]);
});

test('another process is heard: what one writes the other reads', () => {
  const [one, other] = [0, 1].map(() => new DefinitionPins(state, '/mine').open('one', ABOUT));
  expect(other?.read()).toEqual(EMPTY_BOOK);
  one?.update(() => pinned('a'));
  expect(other?.read()).toMatchObject(pinned('a'));
  other?.update((book) => ({ ...book, pins: { ...book.pins, ...pinned('b').pins } }));
  expect(Object.keys(other?.read().pins ?? {})).toEqual(['tool:a', 'tool:b']);
  expect(Object.keys(one?.read().pins ?? {})).toEqual(['tool:a', 'tool:b']);
});

test.skipIf(process.platform === 'win32')('nobody else may read it', () => {
  new DefinitionPins(state, '/mine').open('one', ABOUT).update(() => pinned('a'));
  for (const path of files()) expect(statSync(path).mode & 0o077, path).toBe(0);
});

test.each([
  '',
  '{',
  '[]',
  '{"version":2}',
  '{"version":1,"connection":"a","upstream":"b","pages":{},"pins":{"x":1},"pending":{}}',
])('a damaged file (%j) is no first use', (content) => {
  const pins = new DefinitionPins(state, '/mine').open('one', ABOUT);
  pins.update(() => pinned('a'));
  const path = files().find((name) => name.endsWith('.json')) ?? '';
  writeFileSync(path, content);
  expect(() => pins.read()).toThrowWithCode('ERR_CONFIG');
  expect(() => pins.update((book) => book)).toThrowWithCode('ERR_CONFIG');
});

test('where the texts are too long to keep the digests stay', () => {
  const pins = new DefinitionPins(state, '/mine').open('one', ABOUT);
  pins.update(() => pinned('a', randomBytes(LIMITS.pinBookBytes).toString('latin1')));
  expect(pins.read().pins['tool:a']).toEqual({ name: 'a', skeleton: 'a', digest: 'a' });
  const path = files().find((name) => name.endsWith('.json')) ?? '';
  expect(readFileSync(path).length).toBeLessThan(1_000);
});
