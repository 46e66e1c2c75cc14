import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';

import { describe, expect, test } from 'vitest';

import { deleteSession, findSession, listSessions } from '../../src/app/sessions.ts';
import { ephemeralSigner } from '../../src/core/session/signer.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { openSession } from '../../src/platform/session-store.ts';
import {
  DEVICE,
  message,
  recordSession,
  sessionsIn,
  START,
  temporaryDirectory,
} from '../helpers/recorded-session.ts';

function depsFor(directory: string, signer = DEVICE) {
  const notes: string[] = [];
  return { sessions: sessionsIn(directory, signer), note: (line: string) => notes.push(line), notes };
}

/** Records a session that seems to have begun at `time`. */
async function recordAt(directory: string, time: number): Promise<string> {
  const clock = { wallMillis: () => time, monotonicMicros: () => 0 };
  const session = await openSession(START, { sessionsDir: directory, signer: DEVICE, clock });
  session.append(message({ findings: [{ rule: 'r', at: '/a', placeholder: 'p', why: 'w' }] }));
  await session.seal({ reason: 'done' });
  return session.id;
}

function unseal(files: SessionFiles): void {
  rmSync(files.checkpoint);
  rmSync(files.signature);
}

describe('listing', () => {
  test('newest first, with what the log says of itself', async () => {
    using directory = temporaryDirectory();
    const old = await recordAt(directory.path, 1_000);
    const newer = await recordAt(directory.path, 3_000);
    const middle = await recordAt(directory.path, 2_000);
    const list = await listSessions(depsFor(directory.path));
    expect(list.map(({ session }) => session)).toEqual([newer, middle, old]);
    expect(list[0]).toEqual({
      session: newer,
      kind: 'connect',
      connection: 'files',
      subject: 'ada@analytical',
      started_at: '1970-01-01T00:00:03.000Z',
      ended_at: '1970-01-01T00:00:03.000Z',
      events: 3,
      findings: 1,
      state: 'closed',
    });
  });

  test('nothing recorded yet, not even a directory', async () => {
    expect(await listSessions(depsFor('/nonexistent/hallpass'))).toEqual([]);
  });

  test('a session that is being recorded is open, and stays as it is', async () => {
    using directory = temporaryDirectory();
    const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE });
    session.append(message());
    const deps = depsFor(directory.path);
    expect(await listSessions(deps)).toMatchObject([
      { state: 'open', events: 2, ended_at: null, findings: null },
    ]);
    await session.seal({ reason: 'done' });
    expect(await listSessions(deps)).toMatchObject([{ state: 'closed', events: 3 }]);
  });

  test('a session whose process is gone is sealed on the way', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    unseal(files);
    expect(await listSessions(depsFor(directory.path))).toMatchObject([{ state: 'abandoned', findings: 1 }]);
    expect(statSync(files.checkpoint).size).toBeGreaterThan(0);
  });

  test('a session that can not be sealed now is listed all the same, and said', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    unseal(files);
    const deps = depsFor(directory.path, ephemeralSigner());
    expect(await listSessions(deps)).toMatchObject([{ state: 'abandoned', connection: 'files' }]);
    expect(deps.notes).toEqual([
      `session ${files.id} ended without a seal; it is sealed when the keychain is at hand`,
    ]);
  });

  const damages: [string, (files: SessionFiles) => void][] = [
    ['an empty log', (files) => truncateSync(files.log, 0)],
    ['a log cut in the middle', (files) => truncateSync(files.log, 700)],
    ['a log cut between lines', (files) => cutLastLine(files)],
    [
      'a log with more lines than were sealed',
      (files) => appendFileSync(files.log, lastLine(files).replace('"seq":4', '"seq":5')),
    ],
    ['a log of noise', (files) => writeFileSync(files.log, Buffer.alloc(5000, 0xff))],
    ['a log of empty lines', (files) => writeFileSync(files.log, '\n\n\n')],
    ['a first line that is no start', (files) => writeFileSync(files.log, '{}\n')],
    ['a checkpoint of noise', (files) => writeFileSync(files.checkpoint, Buffer.alloc(100, 0xff))],
    ['a huge checkpoint', (files) => writeFileSync(files.checkpoint, Buffer.alloc(10_000_000))],
  ];
  test.each(damages)('%s is corrupt, and hides no other session', async (_what, damage) => {
    using directory = temporaryDirectory();
    const good = await recordSession(directory.path);
    const bad = await recordSession(directory.path);
    damage(bad);
    const list = await listSessions(depsFor(directory.path));
    expect(list.find(({ session }) => session === bad.id)).toMatchObject({ state: 'corrupt' });
    expect(list.find(({ session }) => session === good.id)).toMatchObject({ state: 'closed' });
  });

  test('files that are no sessions are not listed', async () => {
    using directory = temporaryDirectory();
    writeFileSync(`${directory.path}/notes.jsonl`, '');
    writeFileSync(`${directory.path}/README`, '');
    expect(await listSessions(depsFor(directory.path))).toEqual([]);
  });
});

describe('finding', () => {
  test('by id, by a beginning that only one has, and the last one', async () => {
    using directory = temporaryDirectory();
    const old = await recordAt(directory.path, 1_000);
    const newer = await recordAt(directory.path, 2_000);
    const deps = depsFor(directory.path);
    expect(await findSession(old, deps)).toBe(old);
    expect(await findSession('last', deps)).toBe(newer);
    // Two random ids differ long before their end.
    expect(await findSession(old.slice(0, 11), deps)).toBe(old);
  });

  test.each(['', 'zzz', '../../etc/passwd', 'last '])('%j is no session', async (query) => {
    using directory = temporaryDirectory();
    await recordAt(directory.path, 1_000);
    await recordAt(directory.path, 2_000);
    await expect(findSession(query, depsFor(directory.path))).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
  });

  test('there is no last one where there is none', async () => {
    using directory = temporaryDirectory();
    await expect(findSession('last', depsFor(directory.path))).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
  });
});

describe('deleting', () => {
  const yes = () => Promise.resolve(true);
  const no = () => Promise.resolve(false);

  test('removes every file of the session and none of another', async () => {
    using directory = temporaryDirectory();
    const kept = await recordSession(directory.path);
    const before = readdirSync(directory.path);
    const gone = await recordSession(directory.path);
    const result = await deleteSession(gone.id, { ...depsFor(directory.path), confirm: yes });
    expect(result).toEqual({ session: gone.id, deleted: true });
    expect(readdirSync(directory.path)).toEqual(before);
    expect(readFileSync(kept.log, 'utf8')).toContain(kept.id);
  });

  test('is not done when the person says no', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    const result = await deleteSession(files.id, { ...depsFor(directory.path), confirm: no });
    expect(result).toEqual({ session: files.id, deleted: false });
    expect(statSync(files.log).size).toBeGreaterThan(0);
  });

  test('is refused while the session is being recorded', async () => {
    using directory = temporaryDirectory();
    const session = await openSession(START, { sessionsDir: directory.path, signer: DEVICE });
    const deleting = deleteSession(session.id, { ...depsFor(directory.path), confirm: yes });
    await expect(deleting).rejects.toThrowWithCode('ERR_USAGE');
    expect(await session.seal({ reason: 'done' })).toMatchObject({ sealed: true });
  });

  test('removes a corrupt session too', async () => {
    using directory = temporaryDirectory();
    const files = await recordSession(directory.path);
    writeFileSync(files.log, 'noise');
    await deleteSession(files.id, { ...depsFor(directory.path), confirm: yes });
    expect(readdirSync(directory.path)).toEqual([]);
  });
});

function lastLine(files: SessionFiles): string {
  return `${readFileSync(files.log, 'utf8').split('\n').at(-2)}\n`;
}

function cutLastLine(files: SessionFiles): void {
  truncateSync(files.log, statSync(files.log).size - lastLine(files).length);
}
