import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { expect, test } from 'vitest';

import { MerkleTree } from '../../../src/core/session/tree.ts';
import { verifyConsistency, verifyInclusion } from '../../../src/core/tlog/proof.ts';
import type { Acceptance, Database } from '../../../src/hub/db/database.ts';
import { openSqlite } from '../../../src/hub/db/sqlite.ts';
import { temporaryDirectory } from '../../helpers/recorded-session.ts';

const FACTS = { kind: null, connection: null, started_at: null, ended_at: null, events: 2, findings: 0 };

function acceptance(session: string, changes: Partial<Acceptance> = {}): Acceptance {
  return {
    session,
    seal: { checkpoint: 'c', signature: 's' },
    facts: FACTS,
    leaf: Buffer.from(`leaf of ${session}`),
    sign: ({ size, root }) => `${size} ${root.toString('hex')}`,
    ...changes,
  };
}

async function begun(database: Database, id: string): Promise<void> {
  await database.sessions.begin({ id, owner: 'issuer|ada', subject: 'ada', now: 0 }, 100);
}

test('a session has one leaf for ever: whatever is accepted later is the first', async () => {
  using directory = temporaryDirectory();
  const database = openSqlite(join(directory.path, 'db'));
  await begun(database, 'one');
  const first = await database.log.accept(acceptance('one'));
  const later = acceptance('one', { leaf: Buffer.from('other'), seal: { checkpoint: 'x', signature: 'y' } });
  expect(await database.log.accept(later)).toEqual(first);
  expect(await database.log.head()).toMatchObject({ size: 1 });
  expect(await database.sessions.find('one')).toMatchObject({ seal: { checkpoint: 'c', signature: 's' } });
  await database.close();
});

test('a leaf that can not be signed leaves nothing behind', async () => {
  using directory = temporaryDirectory();
  const database = openSqlite(join(directory.path, 'db'));
  await begun(database, 'one');
  const failing = acceptance('one', {
    sign: () => {
      throw new Error('no key');
    },
  });
  await expect(database.log.accept(failing)).rejects.toThrow('no key');
  expect(await database.log.head()).toBeUndefined();
  expect(await database.log.entry('one')).toBeUndefined();
  expect(await database.sessions.find('one')).toMatchObject({ state: 'open', seal: undefined });
  expect(await database.log.accept(acceptance('one'))).toMatchObject({ index: 0 });
  await database.close();
});

test('roots and proofs of a log that has grown leaf by leaf are those of its leaves, also when opened again', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'db');
  const tree = new MerkleTree();
  const roots: Buffer[] = [tree.root()];
  for (let size = 1; size <= 40; size += 1) {
    const database = openSqlite(path);
    await begun(database, `s${size}`);
    await database.log.accept(acceptance(`s${size}`));
    tree.append(Buffer.from(`leaf of s${size}`));
    roots.push(tree.root());
    await database.close();
  }
  const database = openSqlite(path);
  const { log } = database;
  for (let size = 1; size <= 40; size += 7) {
    const head = { size, root: await log.root(size) };
    expect(head.root).toEqual(roots[size]);
    for (let index = 0; index < size; index += 1) {
      const leaf = { bytes: Buffer.from(`leaf of s${index + 1}`), index };
      expect(verifyInclusion(leaf, head, await log.inclusion(index, size))).toBe(true);
    }
    const last = { size: 40, root: await log.root(40) };
    expect(verifyConsistency(head, last, await log.consistency(size, 40))).toBe(true);
  }
  await database.close();
});

test('what is acknowledged is on the disk: write-ahead log, synchronous to the full', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'db');
  const database = openSqlite(path);
  const other = new DatabaseSync(path, { readOnly: true });
  expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  other.close();
  await database.close();
});

test('a fact is settled once', async () => {
  using directory = temporaryDirectory();
  const database = openSqlite(join(directory.path, 'db'));
  expect(await database.settle('name', 'first')).toBe('first');
  expect(await database.settle('name', 'second')).toBe('first');
  await database.close();
});

test('revoked tokens are forgotten when they would have ended anyway', async () => {
  using directory = temporaryDirectory();
  const database = openSqlite(join(directory.path, 'db'));
  const { revocations } = database;
  await revocations.add('early', 100);
  await revocations.add('late', 200);
  await revocations.sweep(150);
  expect([await revocations.has('early'), await revocations.has('late')]).toEqual([false, true]);
  await database.close();
});

test('an accepted session is not quarantined afterwards', async () => {
  using directory = temporaryDirectory();
  const database = openSqlite(join(directory.path, 'db'));
  await begun(database, 'one');
  await database.log.accept(acceptance('one'));
  await database.sessions.quarantine('one', { checkpoint: 'x', signature: 'y' }, []);
  expect(await database.sessions.find('one')).toMatchObject({ state: 'accepted' });
  await database.close();
});

test('what is no database is refused', () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'db');
  const other = new DatabaseSync(path);
  other.exec('CREATE TABLE sessions (id)');
  other.close();
  expect(() => openSqlite(path)).toThrowWithCode('ERR_HUB_DATA');
});

test('a checkpoint takes the place of the one it was made after, of an open session, or of none', async () => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'db');
  const database = openSqlite(path);
  await begun(database, 'one');
  const made = (size: number) => ({
    size,
    bytes: 10 * size,
    subtrees: Buffer.from('roots'),
    checkpoint: 'c',
    signature: 's',
    acceptedAt: 1_000 + size,
    cosignature: 'co',
  });
  const facts = { kind: 'connect', connection: 'files', started_at: '2026-11-20T00:00:00.000Z' };
  const next = (size: number) => ({ ...made(size), ...facts });
  const { checkpoints } = database;
  expect(await checkpoints.replace('one', 1, next(2))).toBe(false);
  expect(await checkpoints.replace('one', 0, next(2))).toBe(true);
  expect(await checkpoints.replace('one', 0, next(3))).toBe(false);
  expect(await checkpoints.find('one')).toEqual(made(2));
  expect(await database.sessions.find('one')).toMatchObject({ heardAt: 1_002, events: 2, ...facts });
  expect(await checkpoints.replace('two', 0, next(1))).toBe(false);
  await database.log.accept(acceptance('one'));
  expect(await checkpoints.replace('one', 2, next(3))).toBe(false);
  await database.close();
  const again = openSqlite(path);
  expect(await again.checkpoints.find('one')).toEqual(made(2));
  await again.close();
});

test('a proof counts once while it is good, and is forgotten after that', async () => {
  using directory = temporaryDirectory();
  const database = openSqlite(join(directory.path, 'db'));
  expect(await database.proofs.use('one', 100, 50)).toBe(true);
  expect(await database.proofs.use('one', 100, 100)).toBe(false);
  expect(await database.proofs.use('two', 300, 101)).toBe(true);
  expect(await database.proofs.use('one', 300, 101)).toBe(true);
  await database.close();
});
