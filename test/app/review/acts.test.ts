import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { localActs } from '../../../src/app/review/acts.ts';
import { HallpassError } from '../../../src/core/errors.ts';
import type { ReviewActs } from '../../../src/core/review/source.ts';
import { maskReason } from '../../../src/core/mask/mask-reason.ts';
import { TestHub } from '../../hub/helpers/test-hub.ts';
import { NO_HUBS, TRUST } from '../../helpers/recorded-session.ts';
import { Uploader } from '../../helpers/uploader.ts';

let hub: TestHub;
let machine: Uploader;
let session: string;

beforeAll(async () => {
  hub = await TestHub.start();
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  machine = await Uploader.of(hub, 'developer');
  mkdirSync(join(machine.directory, 'sessions'), { recursive: true });
  session = await machine.record({ payloads: [Buffer.from('{"id":1}'), Buffer.from('{"id":2}')] });
  return () => machine[Symbol.dispose]();
});

function acts(): Required<ReviewActs> {
  const { sessions, spool, files } = machine;
  const base = { ...NO_HUBS, sessions, note: () => undefined, trust: () => Promise.resolve(TRUST) };
  const uploads = {
    lock: (id: string) => spool.lock(id, 200),
    sentTo: (id: string) => (files.receipt(id) === undefined ? undefined : hub.url),
  };
  return localActs({
    ...base,
    amend: { ...base, uploads, mask: (text) => maskReason(text), attended: true },
    uploads: () => Promise.resolve(machine.deps()),
    write: async (id, format) => {
      if (format === 'asciicast') throw new HallpassError('ERR_FILE_EXISTS', `${id}.cast exists already`);
      return { path: `${id}.${format}`, problem: format === 'json' ? undefined : 'tree: no' };
    },
    allow: {
      sessions,
      allowingIn: () => Promise.reject(new HallpassError('ERR_CONFIG', 'not here')),
    },
  });
}

function log(): string {
  return readFileSync(machine.sessionFiles(session).log, 'utf8');
}

test('each act says in a sentence what it did', async () => {
  const { redact, note, upload, remove } = acts();
  expect(await redact(session, [2], 'not ours')).toBe('1 payload redacted, 8 bytes are gone');
  expect(await note(session, 'seen', 1)).toBe(`noted in session ${session}`);
  expect(log()).toMatch(/"attended":true,"kind":"note",.*"target":1,"text":"seen"/);
  expect(await upload(session)).toMatch(
    new RegExp(`^session ${session} is at ${hub.url}, attested: leaf \\d+ of its log$`),
  );
  expect(await remove(session)).toBe(`session ${session} deleted`);
  expect(machine.sessions.ids()).toEqual([]);
});

test('an export says where it is, and what is wrong with it', async () => {
  const { export: write } = acts();
  expect(await write(session, 'json')).toBe(`written to ${session}.json`);
  expect(await write(session, 'bundle')).toBe(`written to ${session}.bundle; it is damaged: tree: no`);
});

test('where a file is in the way of an export, it says how to name another', async () => {
  await expect(acts().export(session, 'asciicast')).rejects.toMatchObject({
    code: 'ERR_FILE_EXISTS',
    hint: expect.stringMatching(/^Move it away, .*hallpass sessions export SESSION --output PATH$/) as string,
  });
});

test.each(['run', 'connect'] as const)(
  'what a hub has of `%s` can not be amended, and it says how else',
  async (kind) => {
    const id = await machine.record({
      start: { issuer: hub.issuer, subject: machine.subject, session_kind: kind },
    });
    await acts().amendable(id);
    await acts().upload(id);
    await expect(acts().amendable(id)).rejects.toMatchObject({
      code: 'ERR_ALREADY_SENT',
      hint: expect.stringContaining(`: hallpass ${kind} --upload=manual`) as string,
    });
  },
);

test('what stands in the way is thrown', async () => {
  machine.weather = () => 'not sent';
  await expect(acts().upload(session)).rejects.toThrowWithCode('ERR_HUB_UNREACHABLE');
  await expect(acts().remove('nope')).rejects.toThrowWithCode('ERR_NO_SUCH_SESSION');
  const finding = { rule: 'r', at: '', placeholder: 'hpm_r_0123456789', why: 'shape' };
  await expect(acts().allow(session, finding)).rejects.toThrowWithCode('ERR_CONFIG');
});
