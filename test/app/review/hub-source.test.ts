import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { exportBundle } from '../../../src/app/export-session.ts';
import { HubSource } from '../../../src/app/review/hub-source.ts';
import { uploadNoted } from '../../../src/app/upload-spooled.ts';
import type { ListedSession } from '../../../src/core/review/source.ts';
import { createDirectory, createTextFile } from '../../../src/platform/export-files.ts';
import { HubLanding } from '../../../src/platform/hub-landing.ts';
import { TestHub } from '../../hub/helpers/test-hub.ts';
import { NO_HUBS, sessionsIn, statuses } from '../../helpers/recorded-session.ts';
import { inShort } from '../../helpers/review-log.ts';
import { Uploader } from '../../helpers/uploader.ts';

const { signal } = new AbortController();
const FILES = { makeDirectory: createDirectory, writeFile: createTextFile, allowedSigners: undefined };

let hub: TestHub;
let machine: Uploader;

beforeAll(async () => {
  hub = await TestHub.start();
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  machine = await Uploader.of(hub, 'developer');
  return () => machine[Symbol.dispose]();
});

/** What an auditor has: a login, and nothing of the session. */
function atHub(client = machine.client()) {
  const landing = new HubLanding(join(machine.directory, 'cache'));
  const { authority, logKey } = machine.keys;
  const source = new HubSource({
    client,
    watch: machine.watch(client),
    landing,
    pinned: { authority, logKey },
    signers: NO_HUBS.signers,
    write: async (session, format, deps) => {
      const output = join(machine.directory, `out-${format}`);
      const { inspected } = await exportBundle({ query: session, output }, { ...deps, ...FILES });
      return { path: output, problem: inspected.problem };
    },
  });
  const close = (): void => {
    source.close();
    landing.clear();
  };
  return { source, [Symbol.dispose]: close };
}

async function uploaded(...payloads: string[]): Promise<string> {
  const id = await machine.record({ payloads: payloads.map((text) => Buffer.from(text)) });
  await uploadNoted(id, machine.deps());
  return id;
}

test('a session of the hub is fetched, shown and checked by the pinned keys', async () => {
  const id = await uploaded('{"id":1,"what":"Needle"}');
  using there = atHub();
  expect(there.source.name).toBe(hub.url);
  const listed: ListedSession[] = [];
  for await (const session of there.source.list()) listed.push(session);
  expect(listed.map(({ session, state }) => [session, state])).toEqual([[id, 'accepted']]);
  expect(await there.source.badges()).toBe(undefined);
  const session = await there.source.open(id);
  expect(await session.readOn(signal)).toBe(true);
  expect(session.isLive).toBe(false);
  expect(inShort(session.index)).toHaveLength(3);
  expect(await session.search('needle', { from: 0, signal })).toBe(1);
  const verification = await session.verify(signal);
  expect(verification.ok).toBe(true);
  expect(statuses(verification)).toMatchObject({ identity: 'pass', time: 'pass' });
  session.close();
});

test('it can be opened again, and leaves nothing but its seal', async () => {
  const id = await uploaded('one', 'two');
  const there = atHub();
  for (const _ of [1, 2]) {
    const session = await there.source.open(id.slice(0, 8));
    await session.readOn(signal);
    expect(session.payload(2, 10)).toEqual({ state: 'stored', bytes: Buffer.from('two') });
  }
  there[Symbol.dispose]();
  const cache = join(machine.directory, 'cache');
  expect(
    [`${id}.jsonl`, `${id}.payloads`, `${id}.checkpoint`].map((name) => existsSync(join(cache, name))),
  ).toEqual([false, false, true]);
});

test('it is written out with what proves it, also if nobody has opened it', async () => {
  const id = await uploaded('one');
  using there = atHub();
  const output = join(machine.directory, 'out-bundle');
  expect(await there.source.acts.export?.(id, 'bundle')).toBe(`written to ${output}`);
  const log = sessionsIn(output).openFile(join(output, `${id}.jsonl`));
  expect(log.receipt).toContain('checkpoint');
  log.close();
  expect(Object.keys(there.source.acts)).toEqual(['export']);
});

test('one that is not sealed says so when it is written out', async () => {
  const id = await machine.record({ payloads: [Buffer.from('one')] });
  const client = machine.client();
  for (const file of ['payloads', 'log'] as const) {
    const piece = readFileSync(machine.sessionFiles(id)[file]);
    await client.put({ session: id, file, offset: 0 }, piece);
  }
  using there = atHub();
  expect(await there.source.acts.export?.(id, 'bundle')).toMatch(/; not sealed: at the hub it is open$/);
});

test('what a hub makes up is shown, and found out', async () => {
  const id = await uploaded('one');
  const client = machine.client();
  const download = client.download.bind(client);
  const forging = Object.assign(client, {
    download: async function* (session: string, part: Parameters<typeof download>[1]) {
      for await (const bytes of download(session, part))
        yield part === 'payloads' ? Buffer.from(bytes).fill('x', 24) : bytes;
    },
  });
  using there = atHub(forging);
  const session = await there.source.open(id);
  await session.readOn(signal);
  expect(session.payload(1, 10)).toEqual({ state: 'stored', bytes: Buffer.from('xxx') });
  expect(statuses(await session.verify(signal))).toMatchObject({ payloads: 'fail', tree: 'pass' });
});

test('a session that the hub has not is none', async () => {
  using there = atHub();
  await expect(there.source.open('nosuchthing')).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
});
