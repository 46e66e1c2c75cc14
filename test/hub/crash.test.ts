import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openNote, parseLogKey } from '../../src/core/tlog/note.ts';
import { assertNoCanary } from '../helpers/assert-no-canary.ts';
import { HubProcess } from './helpers/hub-process.ts';
import {
  put,
  record,
  recordAttested,
  type Recorded,
  seal,
  type SealAnswer,
  upload,
} from './helpers/uploading.ts';

const MINUTE = 60_000;
const CHUNK = 512 * 1024;

// Real processes and real kills: the promise is that whatever was acknowledged is there, and each session exactly once.
let hub: HubProcess;
let token: string;
beforeAll(async () => {
  hub = new HubProcess();
  await hub.start();
  token = await hub.tokenOf('developer');
}, MINUTE);
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
});

async function held(recorded: Recorded): Promise<{ state: string; log: number; payloads: number }> {
  const answer = await hub.get(`/sessions/${recorded.id}/state`, token);
  if (answer.status === 404) return { state: 'open', log: 0, payloads: 0 };
  return (await answer.json()) as Awaited<ReturnType<typeof held>>;
}

async function logSize(): Promise<number> {
  const { log_key: text } = (await (await hub.get('/.well-known/hallpass')).json()) as { log_key: string };
  const key = parseLogKey(text);
  const note = await (await hub.get('/log/checkpoint')).text();
  return (key && openNote(note, key)?.size) ?? -1;
}

async function timesListed(recorded: Recorded): Promise<number> {
  const { sessions } = (await (await hub.get('/sessions', token)).json()) as {
    sessions: { session: string }[];
  };
  return sessions.filter(({ session }) => session === recorded.id).length;
}

// Goes on from what the hub holds, until `fails`. Returns how many bytes were acknowledged.
async function uploadOn(recorded: Recorded, from: number): Promise<number> {
  let acknowledged = from;
  try {
    for (let offset = from; offset < recorded.payloads.length; offset += CHUNK) {
      const bytes = recorded.payloads.subarray(offset, offset + CHUNK);
      const { ok } = await put(hub, token, { session: recorded.id, file: 'payloads', offset, bytes });
      if (ok) acknowledged = offset + bytes.length;
    }
  } catch {
    // The hub was killed; that is what this is about.
  }
  return acknowledged;
}

describe('kill -9 of the hub', () => {
  test(
    'leaves no token in clear',
    async () => {
      const recorded = await record();
      await upload(hub, token, { recorded });
      await seal(hub, token, recorded);
      await hub.kill();
      const canaries = hub.given.map((value, at) => ({ name: `token ${at}`, value }));
      expect(canaries.length).toBeGreaterThanOrEqual(4);
      assertNoCanary({ canaries, directories: [hub.dataDir] });
      await hub.start();
    },
    MINUTE,
  );

  test(
    'in the middle of an upload: nothing acknowledged is lost, and it ends with exactly one session',
    async () => {
      const payloads = Array.from({ length: 16 }, () => randomBytes(1024 * 1024));
      const recorded = await recordAttested(hub, token, { subject: 'developer', recording: { payloads } });
      const before = await logSize();
      let interrupted = 0;
      for (const afterMs of [5, 20, 60, 120]) {
        const from = (await held(recorded)).payloads;
        const uploading = uploadOn(recorded, from);
        await delay(afterMs);
        await hub.kill();
        const acknowledged = await uploading;
        await hub.start();
        const { payloads: kept } = await held(recorded);
        expect(kept).toBeGreaterThanOrEqual(acknowledged);
        if (kept < recorded.payloads.length) interrupted += 1;
      }
      expect(interrupted).toBeGreaterThan(0);
      await uploadOn(recorded, (await held(recorded)).payloads);
      await upload(hub, token, { recorded: { ...recorded, payloads: Buffer.alloc(0) }, chunk: CHUNK });
      expect((await (await seal(hub, token, recorded)).json()) as SealAnswer).toMatchObject({
        state: 'accepted',
      });
      expect([await logSize(), await timesListed(recorded)]).toEqual([before + 1, 1]);
      const answer = await hub.get(`/sessions/${recorded.id}/payloads`, token);
      expect(Buffer.from(await answer.arrayBuffer()).equals(recorded.payloads)).toBe(true);
    },
    2 * MINUTE,
  );

  test(
    'in the middle of a seal: exactly one session, one leaf, one answer',
    async () => {
      // Long enough to be verified for a while.
      const payloads = Array.from({ length: 2_000 }, () => randomBytes(4_000));
      let unanswered = 0;
      for (const afterMs of [2, 30, 60, 120]) {
        const recorded = await record({ payloads });
        await upload(hub, token, { recorded, chunk: 4 * CHUNK });
        const before = await logSize();
        const sealing = seal(hub, token, recorded).then(
          async (answer) => (await answer.json()) as SealAnswer,
          () => undefined,
        );
        await delay(afterMs);
        await hub.kill();
        const answered = await sealing;
        await hub.start();
        const again = (await (await seal(hub, token, recorded)).json()) as SealAnswer;
        expect(again).toMatchObject({ state: 'accepted' });
        if (answered === undefined) unanswered += 1;
        else expect(again.leaf).toBe(answered.leaf);
        expect([await logSize(), await timesListed(recorded)]).toEqual([before + 1, 1]);
      }
      expect(unanswered).toBeGreaterThan(0);
    },
    2 * MINUTE,
  );

  test(
    'leaves no lock behind, while a living hub keeps a second one out',
    async () => {
      const { code, stderr } = await hub.second();
      expect(code).toBe(7);
      const lines = stderr.trim().split('\n');
      expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ error: { code: 'ERR_HUB_RUNNING' } });
      await hub.kill();
      await hub.start();
      expect((await hub.get('/jwks.json')).status).toBe(200);
    },
    MINUTE,
  );
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops it cleanly',
  async (signal) => {
    await using own = new HubProcess();
    await own.start();
    expect(await own.stop(signal)).toBe(0);
  },
  MINUTE,
);
