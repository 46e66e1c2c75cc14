import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { LocalSource, type LocalSourceDeps } from '../../../src/app/review/local-source.ts';
import type { ReviewedSession } from '../../../src/core/review/source.ts';
import { redactedRecord } from '../../../src/core/session/payload.ts';
import { ReviewFiles } from '../../../src/platform/review-files.ts';
import { sessionFiles } from '../../../src/platform/session-files.ts';
import type { SessionPages } from '../../../src/platform/session-pages.ts';
import { openSession, type SessionWriter } from '../../../src/platform/session-store.ts';
import { UploadSpool } from '../../../src/platform/upload-spool.ts';
import { amend, note, redaction } from '../../helpers/amendments.ts';
import {
  DEVICE,
  message,
  NO_HUBS,
  recordSession,
  sessionsIn,
  START,
  statuses,
  temporaryDirectory,
  TRUST,
} from '../../helpers/recorded-session.ts';
import { inShort } from '../../helpers/review-log.ts';

const { signal } = new AbortController();

/** A source over a directory, which is closed with it. */
function place(changes: Partial<LocalSourceDeps> = {}) {
  const directory = temporaryDirectory();
  const uploadsDir = join(directory.path, 'uploads');
  const source = new LocalSource({
    ...NO_HUBS,
    trust: () => Promise.resolve(TRUST),
    sessions: sessionsIn(directory.path),
    note: () => undefined,
    files: new ReviewFiles({ sessionsDir: directory.path, uploadsDir }),
    acts: {},
    ...changes,
  });
  const close = (): void => {
    source.close();
    directory[Symbol.dispose]();
  };
  return { path: directory.path, uploadsDir, source, [Symbol.dispose]: close };
}

function begin(path: string): Promise<SessionWriter> {
  return openSession(START, { sessionsDir: path, signer: DEVICE });
}

/** Resolves when the session has told of something. */
function told(session: Pick<ReviewedSession, 'listen'>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listening = session.listen(() => {
    listening.close();
    resolve();
  });
  return promise;
}

test('a sealed session is there with its calls, events, payloads and claims', async () => {
  using there = place();
  const { id } = await recordSession(there.path);
  const session = await there.source.open(id.slice(0, 6));
  expect(session.index.events).toBe(0);
  expect(await session.readOn(signal)).toBe(true);
  expect(await session.readOn(signal)).toBe(false);
  expect([session.id, session.isLive]).toEqual([id, false]);
  expect(inShort(session.index)).toHaveLength(4);
  expect(session.index.row(1)).toMatchObject({ kind: 'call', seqs: [1, 2], tool: 'read_file', findings: 1 });
  expect(session.event(1)).toMatchObject({ kind: 'message', tool: 'read_file' });
  const shown = session.payload(1, 10, 2);
  expect(shown?.state === 'stored' && String(shown.bytes)).toBe('jsonrpc":"');
  expect(session.payload(0, 10)).toBe(undefined);
  expect(await session.search('READY', { from: 0, signal })).toBe(3);
  expect(await session.search('github_pat_a1', { from: 0, signal })).toBe(1);
  const verification = await session.verify(signal);
  expect([verification.ok, statuses(verification)['signer']]).toEqual([true, 'pass']);
  session.close();
});

test('a session that is recorded grows, and says when there may be more', async () => {
  using there = place();
  const writer = await begin(there.path);
  const session = await there.source.open('last');
  await session.readOn(signal);
  expect([session.isLive, session.index.events]).toEqual([true, 1]);
  const more = told(session);
  writer.append(message({ method: 'ping', id: '1' }), Buffer.from('{"id":1}'));
  await more;
  expect(await session.readOn(signal)).toBe(true);
  expect(session.payload(1, 100)).toEqual({ state: 'stored', bytes: Buffer.from('{"id":1}') });
  const end = told(session);
  await writer.seal({ reason: 'done' });
  await end;
  // Until the seal is there, too: nobody is told before that it lacks one.
  while (session.isLive) await told(session);
  await session.readOn(signal);
  expect(session.index.end?.reason).toBe('done');
  expect((await session.verify(signal)).ok).toBe(true);
});

test('half a line waits for the other half', async () => {
  using there = place();
  const writer = await begin(there.path);
  const { log } = sessionFiles(there.path, writer.id);
  const session = await there.source.open(writer.id);
  await session.readOn(signal);
  const line = `{"kind":"recovered"`;
  appendFileSync(log, line);
  expect(await session.readOn(signal)).toBe(false);
  expect([session.index.events, session.index.problem]).toEqual([1, undefined]);
  appendFileSync(log, '\n');
  expect(await session.readOn(signal)).toBe(true);
  expect(session.index.problem).toBe('line 2 is not a canonical event');
  await writer.seal({ reason: 'done' });
});

test('a log that was cut, or is another, is read anew', async () => {
  using there = place();
  const { id, log } = await recordSession(there.path);
  const session = await there.source.open(id);
  await session.readOn(signal);
  const whole = session.index.events;
  truncateSync(log, session.index.lineAt(3).offset);
  expect(await session.readOn(signal)).toBe(true);
  expect([whole, session.index.events]).toEqual([5, 3]);
  const other = await recordSession(there.path);
  renameSync(other.log, log);
  await session.readOn(signal);
  expect([session.index.events, session.index.start?.session]).toEqual([5, other.id]);
});

test('payloads that were removed meanwhile are gone, and those behind them are found', async () => {
  using there = place();
  const { id, payloads } = await recordSession(there.path);
  const session = await there.source.open(id);
  await session.readOn(signal);
  const size = session.index.payloadAt(1)?.size ?? 0;
  const rest = readFileSync(payloads).subarray(24 + size);
  writeFileSync(`${payloads}.new`, Buffer.concat([redactedRecord(), rest]));
  renameSync(`${payloads}.new`, payloads);
  expect(await session.readOn(signal)).toBe(true);
  expect(session.payload(1, 100)).toEqual({ state: 'redacted' });
  expect(session.payload(3, 100)).toEqual({ state: 'stored', bytes: Buffer.from('ready\n') });
  truncateSync(payloads, 24);
  await session.readOn(signal);
  expect(session.payload(3, 100)).toEqual({ state: 'missing' });
});

test('a session that is amended while it is looked at shows what became of it', async () => {
  using there = place();
  const files = await recordSession(there.path);
  const session = await there.source.open(files.id);
  await session.readOn(signal);
  const changed = told(session);
  await amend(there.path, files, [redaction(1), note('seen by nobody', 2)]);
  await changed;
  await session.readOn(signal);
  expect(session.index.problem).toBe(undefined);
  expect(session.index.row(1)).toMatchObject({ kind: 'call', isRedacted: true });
  expect(session.index.event(6)).toMatchObject({ kind: 'note', label: 'seen by nobody' });
  expect(session.payload(1, 100)).toEqual({ state: 'redacted' });
  expect(session.payload(3, 100)).toEqual({ state: 'stored', bytes: Buffer.from('ready\n') });
  const verification = await session.verify(signal);
  expect([verification.ok, statuses(verification)['payloads']]).toEqual([true, 'redacted']);
});

test('what was read of one payload stays what it is when another is read', async () => {
  using there = place();
  const writer = await begin(there.path);
  for (const letter of ['a', 'b']) writer.append(message(), Buffer.alloc(40_000, letter));
  await writer.seal({ reason: 'done' });
  const session = await there.source.open(writer.id);
  await session.readOn(signal);
  const first = session.payload(1, 30_000);
  session.payload(2, 30_000);
  expect(first).toEqual({ state: 'stored', bytes: Buffer.alloc(30_000, 'a') });
});

test('an event that was changed under our eyes is not told as it never was', async () => {
  using there = place();
  const { id, log } = await recordSession(there.path);
  const session = await there.source.open(id);
  await session.readOn(signal);
  const bytes = readFileSync(log);
  writeFileSync(log, bytes.fill('x', session.index.lineAt(1).offset, session.index.lineAt(1).offset + 9));
  expect(() => session.event(1)).toThrowWithCode('ERR_SESSION_CORRUPT');
});

test('what is too much of work ends when nobody wants it any more', async () => {
  using there = place();
  const { id } = await recordSession(there.path);
  const session = await there.source.open(id);
  const gone = AbortSignal.abort(new Error('left'));
  await expect(session.readOn(gone)).rejects.toThrow('left');
  expect(await session.readOn(signal)).toBe(true);
});

test('the list has what there is, newest first, and says when it may be another', async () => {
  using there = place();
  const first = await recordSession(there.path);
  const { promise, resolve } = Promise.withResolvers<void>();
  const listening = there.source.listen(resolve);
  const second = await begin(there.path);
  await promise;
  listening.close();
  const states = new Map<string, string>();
  for await (const { session, state } of there.source.list()) states.set(session, state);
  expect(states).toEqual(
    new Map([
      [first.id, 'closed'],
      [second.id, 'open'],
    ]),
  );
  await second.seal({ reason: 'done' });
});

test('badges tell what is in a session and what became of it, also when that changes', async () => {
  using there = place();
  const writer = await begin(there.path);
  writer.append(message({ findings: [], unlisted: 3 }));
  writer.append(message({ verdict: { outcome: 'deny', reason: 'no', rule: 'never' } }));
  const { id } = writer;
  expect(await there.source.badges(id)).toEqual({
    findings: 3,
    refused: 1,
    holds: 0,
    isSealed: false,
    upload: 'none',
  });
  const spool = new UploadSpool(there.uploadsDir);
  spool.put({ session: id, profile: 'default', hub: 'https://hub.example' });
  await writer.seal({ reason: 'done' });
  expect(await there.source.badges(id)).toMatchObject({ isSealed: true, upload: 'waiting' });
  spool.put({ session: id, profile: 'default', hub: 'https://hub.example', quarantined: 'forged' });
  // A receipt that proves nothing is none.
  writeFileSync(sessionFiles(there.path, id).receipt, 'made up');
  expect(await there.source.badges(id)).toMatchObject({ upload: 'partly' });
});

test('badges of a session that goes on are counted on from where they were', async () => {
  const read: number[] = [];
  class Watched extends ReviewFiles {
    override pages(id: string): SessionPages {
      const pages = super.pages(id);
      const into = pages.log.readInto.bind(pages.log);
      pages.log.readInto = (buffer, offset) => {
        read.push(offset);
        return into(buffer, offset);
      };
      return pages;
    }
  }
  using directory = temporaryDirectory();
  const files = new Watched({ sessionsDir: directory.path, uploadsDir: directory.path });
  using there = place({ files, sessions: sessionsIn(directory.path) });
  const writer = await begin(directory.path);
  const asked: unknown[] = [];
  for (let round = 1; round <= 3; round += 1) {
    writer.append(message({ unlisted: 1 }));
    const [{ findings }, again] = await Promise.all([
      there.source.badges(writer.id),
      there.source.badges(writer.id),
    ]);
    asked.push(findings, again.findings);
  }
  expect(asked).toEqual([1, 1, 2, 2, 3, 3]);
  expect(read.filter((offset) => offset === 0)).toHaveLength(1);
  await writer.seal({ reason: 'done' });
  expect(await there.source.badges(writer.id)).toMatchObject({ findings: 3, isSealed: true });
});

test('a session that is not there, and one whose files are gone', async () => {
  using there = place();
  await expect(there.source.open('last')).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
  await expect(there.source.open('zzzz')).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
  writeFileSync(sessionFiles(there.path, '000000000000').log, '');
  await expect(there.source.open('000000000000')).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
});
