import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { type LogKey, openNote, parseLogKey } from '../../src/core/tlog/note.ts';
import { type Head, verifyConsistency, verifyInclusion } from '../../src/core/tlog/proof.ts';
import { TestHub } from './helpers/test-hub.ts';
import { accepted, record, type SealAnswer } from './helpers/uploading.ts';

const directories: string[] = [];
afterEach(() => {
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
});

function newDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'hallpass-hub-test-'));
  directories.push(path);
  return path;
}

async function grow(hub: TestHub, count: number): Promise<SealAnswer[]> {
  const token = await hub.tokenOf('developer');
  const answers: SealAnswer[] = [];
  for (let done = 0; done < count; done += 1) answers.push(await accepted(hub, token, await record()));
  return answers;
}

async function keyOf(hub: TestHub): Promise<LogKey> {
  const { log_key: text } = (await (await hub.get('/.well-known/hallpass')).json()) as { log_key: string };
  const key = parseLogKey(text);
  if (key === undefined) throw new Error('no key');
  return key;
}

async function headOf(hub: TestHub): Promise<Head> {
  const head = openNote(await (await hub.get('/log/checkpoint')).text(), await keyOf(hub));
  if (head === undefined) throw new Error('no head');
  return head;
}

async function proofOf(hub: TestHub, path: string): Promise<Buffer[]> {
  const { proof } = (await (await hub.get(path)).json()) as { proof: string[] };
  return proof.map((hash) => Buffer.from(hash, 'base64'));
}

describe('the log', () => {
  test('begins empty, and signed', async () => {
    await using hub = await TestHub.start();
    expect(await headOf(hub)).toMatchObject({ size: 0 });
    expect((await keyOf(hub)).name).toBe(`${new URL(hub.url).host}/log`);
  });

  test('proves every leaf in every later head, and every head in every later one, to anybody', async () => {
    await using hub = await TestHub.start();
    const answers = await grow(hub, 7);
    const key = await keyOf(hub);
    const heads = answers.map(({ checkpoint }) => openNote(checkpoint, key));
    expect(heads.map((head) => head?.size)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await headOf(hub)).toEqual(heads.at(-1));
    for (const head of heads) {
      if (head === undefined) throw new Error('no head');
      for (const { leaf, index } of answers.slice(0, head.size)) {
        const proof = await proofOf(hub, `/log/proof/${index}?size=${head.size}`);
        expect(verifyInclusion({ bytes: Buffer.from(leaf, 'base64'), index }, head, proof)).toBe(true);
      }
      for (const older of heads.slice(0, head.size)) {
        const proof = await proofOf(hub, `/log/consistency?from=${older?.size}&to=${head.size}`);
        expect(older && verifyConsistency(older, head, proof)).toBe(true);
      }
    }
  });

  test.each([
    '/log/proof/3?size=3',
    '/log/proof/0?size=4',
    '/log/proof/x',
    '/log/proof/-1',
    '/log/proof/0?size=1e1',
    '/log/consistency?from=2&to=1',
    '/log/consistency?from=1&to=9',
    '/log/consistency',
  ])('proves nothing that is not in it: %s', async (path) => {
    await using hub = await TestHub.start();
    await grow(hub, 3);
    expect((await hub.get(path)).status).toBe(400);
    expect(hub.troubles).toEqual([]);
  });

  test('goes on under the same name and key after a restart at another port', async () => {
    await using hub = await TestHub.start();
    await grow(hub, 2);
    const [key, head] = [await keyOf(hub), await headOf(hub)];
    await hub.stop();
    await hub.start();
    expect(await keyOf(hub)).toEqual(key);
    expect(await headOf(hub)).toEqual(head);
    await grow(hub, 1);
    const later = await headOf(hub);
    expect(verifyConsistency(head, later, await proofOf(hub, '/log/consistency?from=2&to=3'))).toBe(true);
  });
});

describe('a restored backup', () => {
  test('of the database alone does not start: it would fork the log', async () => {
    const [dataDir, backup] = [newDirectory(), newDirectory()];
    await using hub = await TestHub.start({ dataDir });
    await grow(hub, 2);
    await hub.stop();
    cpSync(join(dataDir, 'hub.sqlite'), join(backup, 'hub.sqlite'));
    await hub.start();
    await grow(hub, 1);
    await hub.stop();
    cpSync(join(backup, 'hub.sqlite'), join(dataDir, 'hub.sqlite'));
    await expect(hub.start()).rejects.toThrowWithCode('ERR_LOG_FORKED');
  });

  test('of another branch of the same size does not start either', async () => {
    const [dataDir, branch] = [newDirectory(), newDirectory()];
    await using hub = await TestHub.start({ dataDir });
    await grow(hub, 1);
    await hub.stop();
    cpSync(dataDir, branch, { recursive: true });
    await using other = await TestHub.start({ dataDir: branch });
    await grow(other, 1);
    await other.stop();
    await hub.start();
    await grow(hub, 1);
    await hub.stop();
    cpSync(join(branch, 'hub.sqlite'), join(dataDir, 'hub.sqlite'));
    await expect(hub.start()).rejects.toThrowWithCode('ERR_LOG_FORKED');
  });

  test('without the copy of the head does not start', async () => {
    const dataDir = newDirectory();
    await using hub = await TestHub.start({ dataDir });
    await grow(hub, 1);
    await hub.stop();
    rmSync(join(dataDir, 'log-head'));
    await expect(hub.start()).rejects.toThrowWithCode('ERR_LOG_FORKED');
  });

  test('whose copy of the head is one leaf behind goes on: the leaf was never shown', async () => {
    const dataDir = newDirectory();
    await using hub = await TestHub.start({ dataDir });
    await grow(hub, 1);
    const behind = readFileSync(join(dataDir, 'log-head'));
    await grow(hub, 1);
    await hub.stop();
    writeFileSync(join(dataDir, 'log-head'), behind);
    await hub.start();
    expect(await headOf(hub)).toMatchObject({ size: 2 });
  });

  test('with a forged copy of the head does not start', async () => {
    const dataDir = newDirectory();
    await using hub = await TestHub.start({ dataDir });
    await hub.stop();
    const path = join(dataDir, 'log-head');
    writeFileSync(path, readFileSync(path, 'utf8').replace('\n0\n', '\n1\n'));
    await expect(hub.start()).rejects.toThrowWithCode('ERR_LOG_FORKED');
  });
});
