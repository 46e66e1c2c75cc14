import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { addNote, type AmendDeps, redactPayloads, type Removable } from '../../src/app/amend.ts';
import { uploadNoted } from '../../src/app/upload-spooled.ts';
import { verifyHub } from '../../src/app/verify-hub.ts';
import { LIMITS } from '../../src/core/limits.ts';
import { maskReason } from '../../src/core/mask/mask-reason.ts';
import { parseSsh } from '../../src/core/session/sshsig.ts';
import { HubLanding } from '../../src/platform/hub-landing.ts';
import { openSession } from '../../src/platform/session-store.ts';
import { TestHub } from '../hub/helpers/test-hub.ts';
import { makeCanaries } from '../helpers/canaries.ts';
import {
  DEVICE,
  NO_HUBS,
  reasonOf,
  START,
  statuses,
  temporaryDirectory,
  TRUST,
  verifyFiles,
} from '../helpers/recorded-session.ts';
import { Uploader } from '../helpers/uploader.ts';

const canaries = makeCanaries();
let hub: TestHub;
let machine: Uploader;
let session: string;

beforeAll(async () => {
  hub = await TestHub.start();
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  machine = await Uploader.of(hub, 'developer');
  session = await machine.record({ payloads: [Buffer.from('{"id":1}'), Buffer.from('{"id":2,"a":"b"}')] });
  return () => machine[Symbol.dispose]();
});

function deps(changes: Partial<AmendDeps> = {}): AmendDeps & { asked: Removable[]; confirm: typeof confirm } {
  const asked: Removable[] = [];
  const confirm = (_: string, what: readonly Removable[]): Promise<boolean> => {
    asked.push(...what);
    return Promise.resolve(true);
  };
  const { spool, files, sessions } = machine;
  return {
    ...NO_HUBS,
    asked,
    confirm,
    sessions,
    note: () => undefined,
    trust: () => Promise.resolve(TRUST),
    uploads: {
      lock: (id) => spool.lock(id, 200),
      sentTo: (id) => {
        if (spool.find(id)?.sent === true) return hub.url;
        return files.receipt(id) === undefined ? undefined : 'a hub';
      },
    },
    mask: (text) => maskReason(text),
    attended: false,
    ...changes,
  };
}

function redact(targets: readonly number[], using = deps()) {
  return redactPayloads({ query: session, targets, reason: 'not ours' }, using);
}

function log(): string {
  return readFileSync(machine.sessionFiles(session).log, 'utf8');
}

/** The claims of the session as the hub has it. */
async function atHub() {
  using landing = temporaryDirectory();
  const client = machine.client();
  const { verification } = await verifyHub(session, {
    client,
    watch: machine.watch(client),
    pinned: machine.keys,
    landing: new HubLanding(landing.path),
    signers: NO_HUBS.signers,
  });
  return verification;
}

describe('before upload', () => {
  test('what is not there, or has no payload, is said before anybody is asked', async () => {
    const confirm = (): Promise<boolean> => Promise.reject(new Error('asked'));
    for (const lacking of [0, 900])
      await expect(redact([1, lacking], { ...deps(), confirm })).rejects.toThrow(
        `event ${lacking} of session ${session} has no payload`,
      );
  });

  test('payloads are removed, the hub accepts what is left, and says what is not there', async () => {
    const using = deps();
    const done = await redact([2, 1, 2], using);
    expect(done).toEqual({ session, redacted: [1, 2], bytes: 24 });
    expect(using.asked).toEqual([
      { seq: 1, what: 'tools/call', bytes: 8 },
      { seq: 2, what: 'tools/call', bytes: 16 },
    ]);
    await addNote({ query: session, text: 'both on purpose', target: 2 }, using);
    expect((await uploadNoted(session, machine.deps())).result).toMatchObject({
      state: 'uploaded',
      attested: true,
    });
    const verification = await atHub();
    expect(statuses(verification)).toEqual({
      format: 'pass',
      tree: 'pass',
      payloads: 'redacted',
      signature: 'pass',
      signer: 'pass',
      identity: 'pass',
      time: 'pass',
    });
    expect(reasonOf(verification, 'payloads')).toBe('0 intact, 2 redacted');
  });

  test('the hub lists it with its end, however much was added', async () => {
    for (let at = 0; at < 5; at += 1)
      await addNote({ query: session, text: 'long '.repeat(799), target: undefined }, deps());
    await uploadNoted(session, machine.deps());
    const answer = await hub.get(`/sessions/${session}`, await hub.tokenOf('developer'));
    expect(await answer.json()).toMatchObject({
      state: 'accepted',
      events: 9,
      findings: 0,
      ended_at: expect.stringMatching(/^\d{4}-/) as string,
    });
  });

  test('who attests the key attests it still', async () => {
    await machine.deps().attest(session);
    await redact([1]);
    const { signature = '' } = machine.files.seal(session) ?? {};
    expect(parseSsh(signature)?.certificate?.principals).toEqual(['developer']);
    expect(statuses(verifyFiles(machine.sessionFiles(session)))).toMatchObject({ signature: 'pass' });
  });

  test('nothing is removed where the person says no', async () => {
    const before = log();
    expect(await redact([1], { ...deps(), confirm: () => Promise.resolve(false) })).toBeUndefined();
    expect(log()).toBe(before);
  });

  test('secrets in reasons and notes are masked', async () => {
    const secret = canaries.stripeKey.value;
    await redactPayloads({ query: session, targets: [1], reason: `it has ${secret}` }, deps());
    const { text } = await addNote(
      { query: session, text: ` the key was ${secret} `, target: undefined },
      deps(),
    );
    expect(text).toMatch(/^the key was hpm_stripe_key_\w+$/);
    expect(log()).not.toContain(secret);
    expect(log().match(/hpm_stripe_key_/g)).toHaveLength(2);
  });

  test('a session that was to go to the hub, of which nothing went, can be amended', async () => {
    machine.weather = () => 'not sent';
    expect((await uploadNoted(session, machine.deps())).result.state).toBe('pending');
    expect(machine.spool.find(session)).toMatchObject({ sent: false });
    await redact([1]);
    machine.weather = () => 'fair';
    expect((await uploadNoted(session, machine.deps())).result.state).toBe('uploaded');
    expect(statuses(await atHub())).toMatchObject({ payloads: 'redacted' });
  });

  test.each([
    ['empty', '  \n ', 'the note is empty'],
    ['too long', 'x'.repeat(LIMITS.noteCharacters + 1), 'the note has 4001 characters, 4000 are allowed'],
  ])('a note that is %s is refused', async (_, text, why) => {
    await expect(addNote({ query: session, text, target: undefined }, deps())).rejects.toThrow(why);
  });

  test('a note on what is not there is refused', async () => {
    const before = log();
    await expect(addNote({ query: session, text: 'x', target: 99 }, deps())).rejects.toThrow(
      'there is no event 99',
    );
    expect(log()).toBe(before);
  });
});

describe('refused is', () => {
  test('what the hub has', async () => {
    await uploadNoted(session, machine.deps());
    const before = log();
    await expect(redact([1])).rejects.toThrowWithCode('ERR_ALREADY_SENT');
    await expect(
      addNote({ query: session, text: 'late', target: undefined }, deps()),
    ).rejects.toThrowWithCode('ERR_ALREADY_SENT');
    expect(log()).toBe(before);
    expect(statuses(await atHub())).toMatchObject({ payloads: 'pass' });
  });

  test('what the hub has some of, also when it would not have the rest', async () => {
    let puts = 0;
    machine.weather = (request) => (request.startsWith('PUT') && ++puts === 2 ? 'not sent' : 'fair');
    await uploadNoted(session, machine.deps());
    await expect(redact([1])).rejects.toThrow(`session ${session}, or some of it, is at ${hub.url} already`);
    machine.spool.put({ session, profile: 'default', hub: hub.url, quarantined: 'no' });
    await expect(redact([1])).rejects.toThrowWithCode('ERR_ALREADY_SENT');
  });

  test('what an older hallpass may have sent', async () => {
    machine.spool.put({ session, profile: 'default', hub: hub.url });
    const path = join(machine.directory, 'uploads', `${session}.json`);
    writeFileSync(path, readFileSync(path, 'utf8').replace(',"sent":false', ''));
    await expect(redact([1])).rejects.toThrowWithCode('ERR_ALREADY_SENT');
  });

  test('what is being uploaded', async () => {
    const held = await machine.spool.lock(session, 200);
    await expect(redact([1])).rejects.toThrowWithCode('ERR_STATE_DIR');
    held.release();
    expect(await redact([1])).toMatchObject({ redacted: [1] });
  });

  test('what went to the hub while somebody thought about it', async () => {
    const using = deps();
    const confirm = async (): Promise<boolean> => {
      await uploadNoted(session, machine.deps());
      return true;
    };
    await expect(redact([1], { ...using, confirm })).rejects.toThrowWithCode('ERR_ALREADY_SENT');
    expect(statuses(verifyFiles(machine.sessionFiles(session)))).toMatchObject({ payloads: 'pass' });
  });

  test.each([
    ['log', { was: '"method":"tools/call"', is: '"method":"tools/list"' }, 'tree:'],
    ['payloads', { was: '"id":2', is: '"id":3' }, 'payloads:'],
    ['checkpoint', { was: 'local/', is: 'lokal/' }, 'tree:'],
  ] as const)('a session of which the %s is not what was recorded', async (file, { was, is }, why) => {
    const path = machine.sessionFiles(session)[file];
    writeFileSync(path, readFileSync(path, 'latin1').replace(was, is), 'latin1');
    const before = readFileSync(path);
    await expect(redact([1])).rejects.toThrow(why);
    await expect(redact([1])).rejects.toThrowWithCode('ERR_SESSION_CORRUPT');
    expect(readFileSync(path)).toEqual(before);
  });

  test('a session of somebody else’s machine', async () => {
    const strange = { ...TRUST, keys: [Buffer.alloc(32, 1)] };
    await expect(redact([1], deps({ trust: () => Promise.resolve(strange) }))).rejects.toThrow(
      /is not a key of this device/,
    );
  });

  test('a session that has its end and no seal, and no key to make one', async () => {
    rmSync(machine.sessionFiles(session).checkpoint);
    const using = deps();
    const { sessions } = using;
    Object.assign(sessions, { recover: () => Promise.resolve('no-key') });
    await expect(redact([1], using)).rejects.toThrowWithCode('ERR_KEYCHAIN');
  });

  test('a session that is being recorded', async () => {
    const sessionsDir = join(machine.directory, 'sessions');
    const live = await openSession(START, { sessionsDir, signer: DEVICE });
    session = live.id;
    await expect(redact([1])).rejects.toThrow('is still being recorded');
    await live.seal({ reason: 'done' });
  });
});
