import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { type LiveUploadDeps, sender } from '../../src/app/live-upload.ts';
import { verifyHub } from '../../src/app/verify-hub.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { HubLanding } from '../../src/platform/hub-landing.ts';
import { openSession, type SessionWriter } from '../../src/platform/session-store.ts';
import { TestHub } from '../hub/helpers/test-hub.ts';
import { DEVICE, message, NO_HUBS, START } from '../helpers/recorded-session.ts';
import { Uploader } from '../helpers/uploader.ts';

let hub: TestHub;
let machine: Uploader;
let session: SessionWriter;
/** The time that has passed here, milliseconds. */
let elapsed: number;

beforeAll(async () => {
  hub = await TestHub.start();
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  hub.ahead = 0;
  elapsed = 0;
  machine = await Uploader.of(hub, 'developer');
  session = await begin();
  return () => machine[Symbol.dispose]();
});

function begin(): Promise<SessionWriter> {
  const who = { issuer: hub.issuer, subject: 'developer' };
  const sessionsDir = join(machine.directory, 'sessions');
  return openSession({ ...START, ...who }, { sessionsDir, signer: DEVICE });
}

function say(text = '{"id":1}'): void {
  session.append(message({ method: 'tools/call' }), Buffer.from(text));
}

function live(changes: Partial<LiveUploadDeps> = {}): () => Promise<void> {
  const { files } = machine;
  const client = machine.client();
  const who = { issuer: hub.issuer, subject: 'developer' };
  const { authority } = machine.keys;
  const certify = (signer: typeof DEVICE) => client.certify(signer);
  const connection = {
    client,
    certify: { signer: DEVICE, who, authority, certify, now: () => Date.now() + hub.ahead },
    elapsed: () => elapsed,
  };
  const quiet = { sending: () => undefined, note: () => undefined };
  const deps = { files, connectFor: () => connection, recorded: session, ...quiet, ...changes };
  return sender(session.id, deps, new AbortController().signal);
}

/** Requests of this kind so far. */
function sent(what: 'checkpoint' | 'certificate'): number {
  return machine.requests.filter((request) => request.startsWith('POST') && request.endsWith(`/${what}`))
    .length;
}

/** What `verify --hub` finds. */
async function verified(client = machine.client()) {
  const landing = new HubLanding(join(machine.directory, 'cache'));
  const { authority, logKey } = machine.keys;
  const watch = machine.watch(client);
  const deps = { client, watch, landing, pinned: { authority, logKey }, signers: NO_HUBS.signers };
  try {
    const { verification } = await verifyHub(session.id, deps);
    const { ok, seal } = verification;
    const claims = Object.fromEntries(verification.claims.map(({ claim, status }) => [claim, status]));
    const reasons = Object.fromEntries(verification.claims.map(({ claim, reason }) => [claim, reason]));
    return { ok, seal, claims, reasons };
  } finally {
    landing.clear();
  }
}

const OPEN = {
  format: 'unchecked',
  tree: 'pass',
  payloads: 'pass',
  signature: 'pass',
  signer: 'pass',
  identity: 'pass',
  time: 'pass',
};

test('of what is being recorded nothing is sent, though a part of it may be in the files', async () => {
  const { payloads } = machine.sessionFiles(session.id);
  appendFileSync(payloads, 'a part of a payload');
  await live()();
  expect(await machine.client().state(session.id)).toMatchObject(session.sizes());
});

describe('checkpoints', () => {
  test('go with the first lines, then at most every few seconds, and now and then where nothing happens', async () => {
    const send = live();
    const steps: [number, number, number][] = [
      // Time that passes, messages said, checkpoints sent by then.
      [0, 1, 1],
      [1_000, 1, 1],
      [LIMITS.checkpointMs - 1_001, 1, 1],
      [1, 0, 2],
      [LIMITS.checkpointMs, 0, 2],
      [LIMITS.quietCheckpointMs - LIMITS.checkpointMs - 1, 0, 2],
      [1, 0, 3],
      [LIMITS.checkpointMs, 1, 4],
    ];
    for (const [passes, said, checkpoints] of steps) {
      elapsed += passes;
      for (let count = 0; count < said; count += 1) say();
      await send();
      expect(sent('checkpoint')).toBe(checkpoints);
    }
    expect(sent('certificate')).toBe(1);
  });

  test('go on under a new certificate when one is about to end', async () => {
    const send = live();
    await send();
    hub.ahead = LIMITS.certificateMs - LIMITS.clockSkewMs + 1_000;
    elapsed = LIMITS.checkpointMs;
    say();
    await send();
    // The second certificate took two requests: by now the clocks differ.
    expect([sent('checkpoint'), sent('certificate')]).toEqual([2, 3]);
    expect(await verified()).toMatchObject({ ok: true, claims: OPEN });
  });

  test('that the network swallowed are sent again', async () => {
    const send = live();
    machine.weather = (request) => (request.endsWith('/checkpoint') ? 'answer lost' : 'fair');
    await expect(send()).rejects.toThrowWithCode('ERR_HUB_UNREACHABLE');
    machine.weather = () => 'fair';
    await send();
    expect(await verified()).toMatchObject({ ok: true, claims: OPEN });
  });

  test('under a certificate that the hub no longer takes are followed by one under another', async () => {
    const now = Date.now();
    const client = machine.client();
    const { authority } = machine.keys;
    const who = { issuer: hub.issuer, subject: 'developer' };
    const certify = (signer: typeof DEVICE) => client.certify(signer);
    const late = { signer: DEVICE, who, authority, certify, now: () => now };
    const slow = live({ connectFor: () => ({ client, certify: late, elapsed: () => elapsed }) });
    await slow();
    // By the hub's clock it has ended, and here nobody knows.
    hub.ahead = LIMITS.certificateMs + 1_000;
    elapsed += LIMITS.checkpointMs;
    say();
    await expect(slow()).rejects.toThrowWithCode('ERR_CERTIFICATE');
    await slow();
    expect(await verified()).toMatchObject({ ok: true, claims: OPEN });
  });
});

describe('who has the machine', () => {
  test('and rewrites lines before they are sent is caught by the next checkpoint', async () => {
    const send = live();
    await send();
    say();
    await session.flush();
    rewrite('tools/call', 'tools/list');
    elapsed = LIMITS.checkpointMs;
    await expect(send()).rejects.toThrowWithCode('ERR_SESSION_FORKED');
    // What was accepted before holds.
    expect(await verified()).toMatchObject({ ok: true, claims: { tree: 'pass' } });
  });

  test('and rewrites lines after they were sent changes nothing of what the hub can prove', async () => {
    say();
    const send = live();
    await send();
    const { size } = session.head();
    rewrite('tools/call', 'tools/list');
    const { ok, seal, claims, reasons } = await verified();
    expect({ ok, seal, claims }).toEqual({ ok: true, seal: 'open', claims: OPEN });
    expect(reasons['tree']).toContain(`${size} lines`);
    expect(reasons['time']).toContain('cosignature');
  });
});

describe('a session in quarantine', () => {
  test('fails, and what the hub had accepted before is proven all the same', async () => {
    say();
    await live()();
    const { size } = session.head();
    const client = machine.client();
    const real = client.session.bind(client);
    // As the hub tells it after a seal that did not fit.
    const found = async (id: string) => {
      const { summary, ...rest } = await real(id);
      return { ...rest, summary: { ...summary, state: 'quarantined' as const } };
    };
    const { ok, seal, claims, reasons } = await verified(Object.assign(client, { session: found }));
    expect({ ok, seal, claims }).toEqual({
      ok: false,
      seal: 'unproven',
      claims: { ...OPEN, format: 'fail' },
    });
    expect(reasons['format']).toMatch(new RegExp(`^${size} events in order up to the last checkpoint`));
  });
});

describe('what the hub has of a session that has not ended', () => {
  test('is verified up to the last checkpoint; lines and payloads after it are unchecked', async () => {
    say();
    const send = live();
    await send();
    say('{"id":2}');
    await send();
    expect(sent('checkpoint')).toBe(1);
    const { ok, claims, reasons } = await verified();
    expect({ ok, claims }).toEqual({ ok: true, claims: OPEN });
    expect(reasons['format']).toMatch(/^2 events in order; the session has not ended/);
    expect(reasons['payloads']).toMatch(/^1 payload matches its commitment$/);
  });

  test('is not verified where the hub lies about the time, or about the lines', async () => {
    say();
    await live()();
    const client = machine.client();
    const honest = await client.session(session.id);
    const { running } = honest;
    if (running === undefined) throw new Error('no checkpoint');
    const other = await begin();
    session = other;
    await live()();
    const others = (await client.session(other.id)).running;
    const { authority, logKey } = machine.keys;
    const lies = [
      [{ ...running, cosignature: others?.cosignature ?? '' }, 'time'],
      [{ ...running, checkpoint: running.checkpoint.replace('\n2\n', '\n1\n') }, 'tree'],
      [{ ...running, signature: others?.signature ?? '' }, 'signature'],
    ] as const;
    for (const [lie, claim] of lies) {
      const lying = Object.assign(machine.client(), {
        session: () => Promise.resolve({ ...honest, running: lie }),
      });
      const at = new HubLanding(join(machine.directory, `cache-${claim}`));
      const deps = {
        client: lying,
        watch: machine.watch(),
        landing: at,
        pinned: { authority, logKey },
        signers: NO_HUBS.signers,
      };
      const { verification } = await verifyHub(honest.summary.session, deps);
      at.clear();
      expect(verification.ok).toBe(false);
      expect(verification.claims).toContainEqual(expect.objectContaining({ claim, status: 'fail' }));
    }
  });
});

/** Changes the log on this machine, as who has its files can. */
function rewrite(from: string, to: string): void {
  const { log } = machine.sessionFiles(session.id);
  const text = readFileSync(log, 'utf8');
  expect(text).toContain(from);
  writeFileSync(log, text.replaceAll(from, to));
}
