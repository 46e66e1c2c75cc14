import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { attest } from '../../src/app/attest.ts';
import { uploadSession } from '../../src/app/upload.ts';
import { type Tried, uploadNoted, uploadSpooled } from '../../src/app/upload-spooled.ts';
import { ephemeralSigner } from '../../src/core/session/signer.ts';
import { parseSsh } from '../../src/core/session/sshsig.ts';
import { checkReceipt, parseReceipt, type Receipt } from '../../src/core/tlog/receipt.ts';
import { developmentConfig } from '../../src/hub/config.ts';
import { TestHub } from '../hub/helpers/test-hub.ts';
import { DEVICE } from '../helpers/recorded-session.ts';
import { Uploader } from '../helpers/uploader.ts';

let hub: TestHub;
let machine: Uploader;

beforeAll(async () => {
  hub = await TestHub.start();
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  hub.ahead = 0;
  machine = await Uploader.of(hub, 'developer');
  return () => machine[Symbol.dispose]();
});

/** What the hub says of a session, to its owner. */
async function atHub(session: string) {
  const answer = await hub.get(`/sessions/${session}`, await hub.tokenOf('developer'));
  return (await answer.json()) as { state?: string; attested?: boolean; index?: number };
}

/** How many leaves the hub's log has. */
async function leaves(): Promise<number> {
  return Number((await (await hub.get('/log/checkpoint')).text()).split('\n')[1]);
}

/** The receipt beside the session holds. */
function receiptHolds(session: string): boolean {
  const receipt = parseReceipt(machine.files.receipt(session) ?? '');
  const seal = machine.files.seal(session);
  if (receipt === undefined || seal === undefined) return false;
  return typeof checkReceipt(receipt, { session, ...seal }, machine.keys.logKey) !== 'string';
}

function codes(tried: readonly Tried[]): (string | undefined)[] {
  return tried.map(({ error }) => error?.code);
}

describe('one session', () => {
  test('is attested, uploaded, and its receipt stored', async () => {
    const session = await machine.record();
    const { result } = await uploadNoted(session, machine.deps());
    expect(result).toMatchObject({ session, hub: hub.url, state: 'uploaded', attested: true, reason: null });
    expect(await atHub(session)).toMatchObject({ state: 'accepted', attested: true, index: result.index });
    expect(parseSsh(machine.files.seal(session)?.signature ?? '')?.certificate?.principals).toEqual([
      'developer',
    ]);
    expect(receiptHolds(session)).toBe(true);
    expect(machine.waiting()).toEqual([]);
  });

  test('is uploaded once, however often it is asked for', async () => {
    const session = await machine.record();
    const first = await uploadNoted(session, machine.deps());
    const requests = machine.requests.length;
    const before = await leaves();
    const second = await uploadNoted(session, machine.deps());
    expect(second.result).toEqual(first.result);
    expect(machine.requests).toHaveLength(requests);
    expect(await leaves()).toBe(before);
  });

  test('with a receipt that does not hold it gets another', async () => {
    const session = await machine.record();
    await uploadNoted(session, machine.deps());
    const before = await leaves();
    machine.files.writeReceipt(session, '{}\n');
    expect((await uploadNoted(session, machine.deps())).result.state).toBe('uploaded');
    expect(receiptHolds(session)).toBe(true);
    expect(await leaves()).toBe(before);
  });

  test('of before the login is uploaded unattested', async () => {
    const session = await machine.record({ start: {} });
    expect((await uploadNoted(session, machine.deps())).result).toMatchObject({
      state: 'uploaded',
      attested: false,
    });
    expect(receiptHolds(session)).toBe(true);
  });

  test('sealed with a key of its own stays unattested', async () => {
    const session = await machine.record({ signer: ephemeralSigner() });
    expect((await uploadNoted(session, machine.deps())).result).toMatchObject({
      state: 'uploaded',
      attested: false,
    });
  });

  test('of somebody else is not sent, and waits', async () => {
    const session = await machine.record({ start: { issuer: hub.issuer, subject: 'auditor' } });
    const { result, error } = await uploadNoted(session, machine.deps());
    expect({ state: result.state, code: error?.code }).toEqual({ state: 'pending', code: 'ERR_DENIED' });
    expect(machine.requests).toEqual([]);
    expect(machine.waiting()).toEqual([session]);
  });

  test('that somebody else has at the hub already is refused', async () => {
    const session = await machine.record({ start: {} });
    using other = await Uploader.of(hub, 'auditor');
    const bytes = readFileSync(machine.sessionFiles(session).payloads);
    await other.client().put({ session, file: 'payloads', offset: 0 }, bytes);
    expect(codes([await uploadNoted(session, machine.deps())])).toEqual(['ERR_UPLOAD_REFUSED']);
  });

  test('in pieces is sent on from where the hub stands', async () => {
    const payloads = Array.from({ length: 5 }, (_, at) => Buffer.alloc(700_000, `payload ${at}`));
    const session = await machine.record({ payloads });
    let puts = 0;
    machine.weather = (request) => (request.startsWith('PUT') && ++puts === 3 ? 'not sent' : 'fair');
    expect(codes([await uploadNoted(session, machine.deps())])).toEqual(['ERR_HUB_UNREACHABLE']);
    machine.requests.length = 0;
    expect((await uploadNoted(session, machine.deps())).result.state).toBe('uploaded');
    const sent = machine.requests.filter((request) => request.startsWith('PUT'));
    expect(sent.map((request) => request.replace(session, 'ID'))).toEqual([
      'PUT /sessions/ID/payloads/2097152',
      'PUT /sessions/ID/payloads/3145728',
      'PUT /sessions/ID/log/0',
    ]);
  });

  test('uploaded twice at once is at the hub once, and both say so', async () => {
    const session = await machine.record();
    const before = await leaves();
    const tried = await Promise.all([1, 2, 3].map(() => uploadNoted(session, machine.deps())));
    expect(tried.map(({ result }) => result.state)).toEqual(['uploaded', 'uploaded', 'uploaded']);
    expect(await leaves()).toBe(before + 1);
    expect(receiptHolds(session)).toBe(true);
  });

  test('uploaded at once by two that share no lock is at the hub once all the same', async () => {
    const payloads = [Buffer.alloc(3_000_000, 'payload')];
    const session = await machine.record({ payloads });
    const lockless = () => machine.deps({ lock: () => Promise.resolve({ release: () => undefined }) });
    const before = await leaves();
    const tried = await Promise.all([1, 2].map(() => uploadNoted(session, lockless())));
    const again = await uploadNoted(session, machine.deps());
    expect([...tried, again].filter(({ result }) => result.state === 'uploaded').length).toBeGreaterThan(0);
    expect(again.result.state).toBe('uploaded');
    expect(await leaves()).toBe(before + 1);
    expect(receiptHolds(session)).toBe(true);
  });
});

describe('a network that fails', () => {
  // Every request of an upload, lost on the way there or back.
  const steps = Array.from({ length: 7 }, (_, at) => at);
  test.each(steps.flatMap((at) => [[at, 'not sent'] as const, [at, 'answer lost'] as const]))(
    'at request %i, %s: a coded error, and once it is back one session at the hub',
    async (at, fault) => {
      const session = await machine.record();
      const before = await leaves();
      let count = 0;
      machine.weather = () => (count++ >= at ? fault : 'fair');
      // Sealing certifies at once, as `connect` does.
      const first = await uploadNoted(session, machine.deps());
      if (first.error !== undefined) {
        expect(first.error.code).toBe('ERR_HUB_UNREACHABLE');
        expect(machine.waiting()).toEqual([session]);
        expect(machine.files.receipt(session)).toBeUndefined();
      }
      machine.weather = () => 'fair';
      const [again] = first.error === undefined ? [first] : await uploadSpooled(machine.deps(), 10);
      expect(again?.result).toMatchObject({ session, state: 'uploaded', attested: true });
      expect(await leaves()).toBe(before + 1);
      expect(receiptHolds(session)).toBe(true);
      expect(machine.waiting()).toEqual([]);
    },
  );

  test('stops at the first session: the others would meet the same', async () => {
    const sessions = [await machine.record(), await machine.record()];
    for (const session of sessions) machine.spool.put({ session, profile: 'default', hub: hub.url });
    machine.weather = () => 'not sent';
    expect(codes(await uploadSpooled(machine.deps(), 10))).toEqual(['ERR_HUB_UNREACHABLE']);
    expect(machine.waiting().toSorted()).toEqual(sessions.toSorted());
  });
});

describe('a certificate', () => {
  test('that expired before the upload is replaced by a new one', async () => {
    const session = await machine.record();
    await machine.deps().attest(session);
    const old = machine.files.seal(session)?.signature;
    hub.ahead = 11 * 60_000;
    expect((await uploadNoted(session, machine.deps())).result).toMatchObject({
      state: 'uploaded',
      attested: true,
    });
    expect(machine.files.seal(session)?.signature).not.toBe(old);
    expect(receiptHolds(session)).toBe(true);
  });

  test('renewed after the hub accepted the seal gives way to the one it accepted', async () => {
    const session = await machine.record();
    machine.weather = (request) => (request.endsWith('/seal') ? 'answer lost' : 'fair');
    expect(codes([await uploadNoted(session, machine.deps())])).toEqual(['ERR_HUB_UNREACHABLE']);
    machine.weather = () => 'fair';
    const accepted = machine.files.seal(session)?.signature;
    await machine.deps().attest(session, true);
    expect(machine.files.seal(session)?.signature).not.toBe(accepted);
    expect((await uploadNoted(session, machine.deps())).result.state).toBe('uploaded');
    expect(machine.files.seal(session)?.signature).toBe(accepted);
    expect(receiptHolds(session)).toBe(true);
  });

  test('of another authority than the pinned one is refused', async () => {
    const session = await machine.record();
    const before = machine.files.seal(session);
    const client = machine.client();
    const deps = {
      files: machine.files,
      signer: DEVICE,
      who: { issuer: hub.issuer, subject: 'developer' },
      authority: ephemeralSigner().publicKey,
      certify: (key: typeof DEVICE) => client.certify(key),
      now: Date.now,
    };
    await expect(attest(session, deps)).rejects.toThrowWithCode('ERR_HUB_KEYS_CHANGED');
    expect(machine.files.seal(session)).toEqual(before);
  });
});

describe('the spool', () => {
  test('a session that the hub does not accept is quarantined, and blocks no other', async () => {
    const [bad, good] = [await machine.record(), await machine.record()];
    const path = machine.sessionFiles(bad).payloads;
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] = 0x21;
    writeFileSync(path, bytes);
    for (const session of [bad, good]) machine.spool.put({ session, profile: 'default', hub: hub.url });
    const tried = await uploadSpooled(machine.deps(), 10);
    expect(Object.fromEntries(tried.map(({ result }) => [result.session, result.state]))).toEqual({
      [bad]: 'quarantined',
      [good]: 'uploaded',
    });
    expect(tried.find(({ result }) => result.session === bad)?.error?.message).toContain('payloads:');
    expect(await uploadSpooled(machine.deps(), 10)).toEqual([]);
    expect(machine.spool.find(bad)?.quarantined).toContain('payloads:');
    // Asked for by name it is tried again.
    expect(codes([await uploadNoted(bad, machine.deps())])).toEqual(['ERR_UPLOAD_REFUSED']);
  });

  test('an entry that can not be read is put aside, and blocks no other', async () => {
    const [bad, good] = [await machine.record(), await machine.record()];
    for (const session of [bad, good]) machine.spool.put({ session, profile: 'default', hub: hub.url });
    writeFileSync(join(machine.directory, 'uploads', `${bad}.json`), '{"session":');
    const tried = await uploadSpooled(machine.deps(), 10);
    expect(tried.map(({ result }) => result.session)).toEqual([good]);
    expect(machine.notes).toEqual([`the entry of session ${bad} in the spool was damaged and is put aside`]);
    expect(await uploadSpooled(machine.deps(), 10)).toEqual([]);
    expect(machine.notes).toHaveLength(1);
  });

  test('of another profile or hub is left alone', async () => {
    const session = await machine.record();
    machine.spool.put({ session, profile: 'other', hub: hub.url });
    expect(await uploadSpooled(machine.deps(), 10)).toEqual([]);
    machine.spool.put({ session, profile: 'default', hub: 'https://elsewhere.example' });
    expect(await uploadSpooled(machine.deps(), 10)).toEqual([]);
    expect(machine.waiting()).toEqual([session]);
  });

  test('a session that leaves it lets nobody past who has its lock', async () => {
    const session = await machine.record();
    machine.spool.put({ session, profile: 'default', hub: hub.url });
    (await machine.spool.lock(session, 1_000)).release();
    const next = await machine.spool.lock(session, 1_000);
    // The first is late with it.
    machine.spool.remove(session);
    await expect(machine.spool.lock(session, 50)).rejects.toThrowWithCode('ERR_STATE_DIR');
    next.release();
    (await machine.spool.lock(session, 1_000)).release();
    expect(machine.waiting()).toEqual([]);
  });

  test('a session that was deleted leaves it', async () => {
    const session = await machine.record();
    machine.spool.put({ session, profile: 'default', hub: hub.url });
    machine.sessions.remove(session);
    expect(await uploadSpooled(machine.deps(), 10)).toEqual([]);
    expect(machine.notes).toEqual([`session ${session} was deleted before it could be uploaded`]);
    expect(machine.waiting()).toEqual([]);
  });
});

describe('a hub that lies', () => {
  /** The hub's answer to the seal, bent. */
  function lying(bend: (receipt: Receipt) => Receipt) {
    const client = machine.client();
    const real = client.seal.bind(client);
    return machine.deps({
      client: Object.assign(client, {
        seal: async (...args: Parameters<typeof real>) => {
          const answer = await real(...args);
          return answer.outcome === 'accepted' ? { ...answer, receipt: bend(answer.receipt) } : answer;
        },
      }),
    });
  }

  test.each<[string, (receipt: Receipt) => Receipt]>([
    ['another leaf', (receipt) => ({ ...receipt, leaf: Buffer.from('{"kind":"session"}') })],
    ['another index', (receipt) => ({ ...receipt, index: receipt.index + 1 })],
    ['a longer proof', (receipt) => ({ ...receipt, proof: [...receipt.proof, Buffer.alloc(32)] })],
    [
      'an edited checkpoint',
      (receipt) => ({ ...receipt, checkpoint: receipt.checkpoint.replace('/log\n', '/log\n1') }),
    ],
  ])('with %s is not believed: the session keeps waiting', async (_, bend) => {
    const session = await machine.record();
    machine.spool.put({ session, profile: 'default', hub: hub.url });
    const [tried] = await uploadSpooled(lying(bend), 10);
    expect(tried?.error?.code).toBe('ERR_RECEIPT');
    expect(machine.files.receipt(session)).toBeUndefined();
    expect(machine.waiting()).toEqual([session]);
  });

  test('with the receipt of another session is not believed', async () => {
    const [first, second] = [await machine.record(), await machine.record()];
    await uploadNoted(first, machine.deps());
    const other = parseReceipt(machine.files.receipt(first) ?? '');
    if (other === undefined) throw new Error('no receipt');
    await expect(
      uploadSession(
        second,
        lying(() => other),
      ),
    ).rejects.toThrowWithCode('ERR_RECEIPT');
  });

  test('whose log was set back is found out, though its key signs it', async () => {
    await using own = await TestHub.start();
    using there = await Uploader.of(own, 'developer');
    const { port } = new URL(own.url);
    const restart = async (change: () => void) => {
      await own.stop();
      change();
      await own.start(developmentConfig({ host: '127.0.0.1', port: Number(port) }));
    };
    const backup = join(there.directory, 'backup');
    await uploadNoted(await there.record(), there.deps());
    await restart(() => cpSync(own.dataDir, backup, { recursive: true }));
    await uploadNoted(await there.record(), there.deps());
    const present = async () => there.watch().seePresent(await there.client().logCheckpoint());
    expect((await present()).size).toBe(2);
    // The copy of the head too: the hub itself can't know.
    await restart(() => {
      rmSync(own.dataDir, { recursive: true });
      cpSync(backup, own.dataDir, { recursive: true });
    });
    await expect(present()).rejects.toThrowWithCode('ERR_RECEIPT');
    // It grows again, to the same size as before, and beyond.
    for (let count = 0; count < 2; count += 1) {
      const session = await there.record();
      expect(codes([await uploadNoted(session, there.deps())])).toEqual(['ERR_RECEIPT']);
      expect(there.files.receipt(session)).toBeUndefined();
    }
  });
});
