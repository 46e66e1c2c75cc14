import { createHash, randomBytes } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { signCertificate } from '../../src/core/session/certificate.ts';
import { ephemeralSigner } from '../../src/core/session/signer.ts';
import { openNote, parseLogKey } from '../../src/core/tlog/note.ts';
import { verifyInclusion } from '../../src/core/tlog/proof.ts';
import { randomChunkings } from '../helpers/chunks.ts';
import { DEVICE } from '../helpers/recorded-session.ts';
import { TestHub } from './helpers/test-hub.ts';
import {
  accepted,
  certify,
  put,
  putRaw,
  record,
  recordAttested,
  type Recorded,
  seal,
  type SealAnswer,
  sealedWith,
  upload,
} from './helpers/uploading.ts';

let hub: TestHub;
let developer: string;
let auditor: string;
let stranger: string;
beforeAll(async () => {
  hub = await TestHub.start();
  developer = await hub.tokenOf('developer');
  auditor = await hub.tokenOf('auditor');
  stranger = await hub.tokenOf('stranger');
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function codeOf(answer: Response): Promise<[number, string]> {
  return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
}

async function stateOf(id: string, token = developer): Promise<unknown> {
  return (await hub.get(`/sessions/${id}/state`, token)).json();
}

function attested(recording = {}): Promise<Recorded> {
  return recordAttested(hub, developer, { subject: 'developer', recording });
}

describe('a whole session', () => {
  test('is accepted with a proof that leads from its leaf to a head that the pinned key has signed', async () => {
    const recorded = await attested();
    const before = Date.now();
    const answer = await accepted(hub, developer, recorded);
    expect(answer).toMatchObject({ session: recorded.id, state: 'accepted', attested: true });
    const leaf = Buffer.from(answer.leaf, 'base64');
    expect(JSON.parse(leaf.toString())).toEqual({
      accepted_at: answer.accepted_at,
      attested: true,
      checkpoint: sha256(recorded.checkpoint),
      kind: 'session',
      session: recorded.id,
      signature: sha256(recorded.signature),
      subject: sha256(`${hub.issuer}|developer`),
    });
    expect(answer.accepted_at).toBeGreaterThanOrEqual(before);
    const { log_key: text } = (await (await hub.get('/.well-known/hallpass')).json()) as { log_key: string };
    const key = parseLogKey(text);
    const head = key && openNote(answer.checkpoint, key);
    const proof = answer.proof.map((hash) => Buffer.from(hash, 'base64'));
    expect(head && verifyInclusion({ bytes: leaf, index: answer.index }, head, proof)).toBe(true);
  });

  test('is given back byte for byte', async () => {
    const recorded = await attested({ payloads: [randomBytes(300_000), Buffer.alloc(0), Buffer.from('x')] });
    await accepted(hub, developer, recorded);
    for (const part of ['log', 'payloads', 'checkpoint', 'signature'] as const) {
      const answer = await hub.get(`/sessions/${recorded.id}/${part}`, developer);
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from(recorded[part]));
    }
  });

  test('without a certificate is accepted too, and says so', async () => {
    expect(await accepted(hub, developer, await record())).toMatchObject({ attested: false });
  });

  test('without payloads needs none', async () => {
    const recorded = await record({ payloads: [] });
    expect(recorded.payloads.length).toBe(0);
    expect(await accepted(hub, developer, recorded)).toMatchObject({ state: 'accepted' });
    const answer = await hub.get(`/sessions/${recorded.id}/payloads`, developer);
    expect(await answer.text()).toBe('');
  });

  test('is accepted once: repetitions give the same answer and no second leaf', async () => {
    const recorded = await attested();
    const first = await accepted(hub, developer, recorded);
    const answers = await Promise.all([1, 2, 3].map(() => seal(hub, developer, recorded)));
    const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as SealAnswer[];
    for (const body of bodies) {
      expect(body).toMatchObject({ leaf: first.leaf, index: first.index, accepted_at: first.accepted_at });
    }
    expect(await upload(hub, developer, { recorded })).toEqual([200, 200]);
  });

  test('sealed by many at once is one leaf', async () => {
    const recorded = await attested();
    await upload(hub, developer, { recorded });
    const answers = await Promise.all(Array.from({ length: 8 }, () => seal(hub, developer, recorded)));
    const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as SealAnswer[];
    expect(new Set(bodies.map(({ leaf, index }) => `${index} ${leaf}`)).size).toBe(1);
  });

  test('many at once have one leaf each, and every proof holds', async () => {
    const sessions = await Promise.all(Array.from({ length: 10 }, () => record()));
    const answers = await Promise.all(sessions.map((recorded) => accepted(hub, developer, recorded)));
    expect(new Set(answers.map(({ index }) => index)).size).toBe(10);
  });
});

describe('chunks', () => {
  test('may be cut in any way', async () => {
    const recorded = await record();
    for (const chunks of randomChunkings(recorded.log, { count: 10 })) {
      const session = { ...recorded, id: randomId() };
      let offset = 0;
      for (const bytes of chunks) {
        const { status } = await put(hub, developer, { session: session.id, file: 'log', offset, bytes });
        expect(status).toBe(bytes.length === 0 && offset > 0 ? 200 : 201);
        offset += bytes.length;
      }
      expect(await stateOf(session.id)).toEqual({ state: 'open', log: recorded.log.length, payloads: 0 });
    }
  });

  test('sent again, cut otherwise and packed otherwise, are the same bytes', async () => {
    const { id: session, log } = await record();
    const at = { session, file: 'log' };
    expect((await put(hub, developer, { ...at, offset: 0, bytes: log.subarray(0, 100) })).status).toBe(201);
    expect((await put(hub, developer, { ...at, offset: 0, bytes: log.subarray(0, 100) })).status).toBe(200);
    expect((await put(hub, developer, { ...at, offset: 20, bytes: log.subarray(20, 50) })).status).toBe(200);
    const otherwise = zstdCompressSync(log.subarray(50, 200), { params: { 100: 19 } });
    expect((await putRaw(hub, developer, { ...at, offset: 50, bytes: otherwise })).status).toBe(201);
    expect(await stateOf(session)).toEqual({ state: 'open', log: 200, payloads: 0 });
  });

  test('with other bytes in a place that is taken, or behind a gap, are a conflict and change nothing', async () => {
    const { id: session, log } = await record();
    const at = { session, file: 'log' };
    await put(hub, developer, { ...at, offset: 0, bytes: log.subarray(0, 100) });
    const other = Buffer.from(log.subarray(50, 150));
    other[10] = 0;
    expect(await codeOf(await put(hub, developer, { ...at, offset: 50, bytes: other }))).toEqual([
      409,
      'ERR_UPLOAD_CONFLICT',
    ]);
    expect((await put(hub, developer, { ...at, offset: 101, bytes: log.subarray(101) })).status).toBe(409);
    expect(
      (await put(hub, developer, { session: randomId(), file: 'log', offset: 1, bytes: log })).status,
    ).toBe(409);
    expect(await stateOf(session)).toEqual({ state: 'open', log: 100, payloads: 0 });
  });

  test('that the way has damaged are refused', async () => {
    const { id: session, log } = await record();
    const packed = zstdCompressSync(log);
    const at = { session, file: 'log', offset: 0 };
    const refused = [
      { bytes: packed, digest: `sha-256=:${sha256('other')}:` },
      { bytes: packed, digest: '' },
      { bytes: packed, digest: 'sha-512=:AAAA:' },
      { bytes: log },
      { bytes: packed.subarray(0, -3) },
      { bytes: Buffer.alloc(0) },
    ];
    for (const body of refused) {
      const answer = await putRaw(hub, developer, { ...at, ...body });
      expect(await codeOf(answer)).toEqual([422, 'ERR_CHUNK_DAMAGED']);
    }
    expect((await hub.get(`/sessions/${session}/state`, developer)).status).toBe(404);
  });

  test('that are too large, packed or unpacked, are refused without being read', async () => {
    const at = { session: randomId(), file: 'log', offset: 0 };
    const bomb = zstdCompressSync(Buffer.alloc(LIMITS.uploadChunkBytes + 1));
    expect(bomb.length).toBeLessThan(10_000);
    expect(await codeOf(await putRaw(hub, developer, { ...at, bytes: bomb }))).toEqual([
      413,
      'ERR_TOO_LARGE',
    ]);
    const large = Buffer.alloc(LIMITS.uploadBodyBytes + 1);
    expect(await codeOf(await putRaw(hub, developer, { ...at, bytes: large }))).toEqual([
      413,
      'ERR_TOO_LARGE',
    ]);
    const largest = await put(hub, developer, { ...at, bytes: randomBytes(LIMITS.uploadChunkBytes) });
    expect(largest.status).toBe(201);
  });

  test('to what is no session, file or offset go nowhere', async () => {
    const bytes = Buffer.from('x');
    for (const path of ['../../../etc', 'ABCDEFGHIJKL', 'short', '%2e%2e%2fhub.sqlite']) {
      const answer = await put(hub, developer, { session: path, file: 'log', offset: 0, bytes });
      expect(answer.status).toBe(404);
    }
    expect((await put(hub, developer, { session: randomId(), file: 'lock', offset: 0, bytes })).status).toBe(
      404,
    );
    expect((await put(hub, developer, { session: randomId(), file: 'log', offset: -1, bytes })).status).toBe(
      404,
    );
    const beyond = await put(hub, developer, { session: randomId(), file: 'log', offset: 2 ** 60, bytes });
    expect(beyond.status).toBe(400);
  });
});

describe('whose it is', () => {
  test("another person's session is not there: not to write, seal, read or ask about", async () => {
    const recorded = await record();
    await upload(hub, developer, { recorded });
    const bytes = Buffer.from('x');
    const answers = [
      put(hub, stranger, { session: recorded.id, file: 'log', offset: recorded.log.length, bytes }),
      seal(hub, stranger, recorded),
      ...['', '/state', '/log', '/payloads', '/checkpoint', '/signature'].map((part) =>
        hub.get(`/sessions/${recorded.id}${part}`, stranger),
      ),
    ];
    for (const answer of await Promise.all(answers))
      expect(await codeOf(answer)).toEqual([404, 'ERR_NO_SUCH_SESSION']);
    expect(await accepted(hub, developer, recorded)).toMatchObject({ state: 'accepted' });
  });

  test('an auditor reads everything and writes nothing into it', async () => {
    const recorded = await attested();
    await accepted(hub, developer, recorded);
    const log = await hub.get(`/sessions/${recorded.id}/log`, auditor);
    expect(Buffer.from(await log.arrayBuffer())).toEqual(recorded.log);
    expect(await (await hub.get(`/sessions/${recorded.id}`, auditor)).json()).toMatchObject({
      session: recorded.id,
      subject: 'developer',
      state: 'accepted',
      attested: true,
    });
    expect((await seal(hub, auditor, recorded)).status).toBe(404);
    expect((await hub.get(`/sessions/${recorded.id}/state`, auditor)).status).toBe(404);
  });

  test('lists show own sessions, to auditors all, newest first, page by page', async () => {
    await using own = await TestHub.start();
    const tokens = { developer: await own.tokenOf('developer'), auditor: await own.tokenOf('auditor') };
    const first = await record();
    const second = await record({ start: { connection: 'mail' } });
    const open = await record();
    await accepted(own, tokens.developer, first);
    await accepted(own, tokens.auditor, second);
    await upload(own, tokens.developer, { recorded: open });
    const list = async (token: string, query = '') => {
      const answer = await own.get(`/sessions${query}`, token);
      return ((await answer.json()) as { sessions: { session: string; state: string }[] }).sessions;
    };
    const ids = (sessions: { session: string }[]) => sessions.map(({ session }) => session);
    expect(ids(await list(tokens.developer))).toEqual([open.id, first.id]);
    expect(ids(await list(tokens.auditor))).toEqual([open.id, second.id, first.id]);
    expect(ids(await list(tokens.auditor, '?limit=1'))).toEqual([open.id]);
    expect(ids(await list(tokens.auditor, `?limit=1&before=${open.id}`))).toEqual([second.id]);
    expect(await list(tokens.developer, `?before=${first.id}`)).toEqual([]);
    expect((await list(tokens.auditor))[1]).toMatchObject({
      session: second.id,
      kind: 'connect',
      connection: 'mail',
      subject: 'auditor',
      events: 4,
      findings: 0,
      state: 'accepted',
    });
    for (const query of ['?limit=0', '?limit=501', '?limit=x'])
      expect((await own.get(`/sessions${query}`, tokens.auditor)).status).toBe(400);
  });
});

describe('a seal that does not hold', () => {
  test.each<[string, (recorded: Recorded) => Recorded, string]>([
    ['a changed event', (recorded) => ({ ...recorded, log: changed(recorded.log) }), 'tree'],
    ['a changed payload', (recorded) => ({ ...recorded, payloads: changed(recorded.payloads) }), 'payloads'],
    [
      'a missing payload',
      (recorded) => ({ ...recorded, payloads: recorded.payloads.subarray(0, -20) }),
      'payloads',
    ],
    ['a cut log', (recorded) => ({ ...recorded, log: recorded.log.subarray(0, -10) }), 'format'],
    [
      'another checkpoint',
      (recorded) => ({ ...recorded, checkpoint: recorded.checkpoint.replace('\n4\n', '\n5\n') }),
      'tree',
    ],
    ['no signature', (recorded) => ({ ...recorded, signature: 'nonsense' }), 'signature'],
  ])('%s: quarantined with the claims, for good, and blocks nothing', async (_what, bend, claim) => {
    const bent = bend(await attested());
    await upload(hub, developer, { recorded: bent });
    const answer = await seal(hub, developer, bent);
    const body = (await answer.json()) as {
      error: { code: string };
      claims: { claim: string; status: string }[];
    };
    expect([answer.status, body.error.code]).toEqual([422, 'ERR_VERIFY_FAILED']);
    expect(body.claims.filter(({ status }) => status === 'fail').map((found) => found.claim)).toContain(
      claim,
    );
    expect(await stateOf(bent.id)).toMatchObject({ state: 'quarantined' });
    expect(await (await seal(hub, developer, bent)).json()).toEqual(body);
    const more = await put(hub, developer, {
      session: bent.id,
      file: 'log',
      offset: bent.log.length,
      bytes: Buffer.from('x'),
    });
    expect(more.status).toBe(409);
    expect(await accepted(hub, developer, await attested())).toMatchObject({ state: 'accepted' });
  });

  test('a session under the name of another is one of them', async () => {
    const recorded = { ...(await record()), id: randomId() };
    await upload(hub, developer, { recorded });
    expect((await seal(hub, developer, recorded)).status).toBe(422);
  });

  test('fewer or more bytes than are held are a conflict, and can be mended', async () => {
    const recorded = await record();
    await upload(hub, developer, { recorded: { ...recorded, payloads: recorded.payloads.subarray(0, 10) } });
    expect(await codeOf(await seal(hub, developer, recorded))).toEqual([409, 'ERR_UPLOAD_CONFLICT']);
    expect(await accepted(hub, developer, recorded)).toMatchObject({ state: 'accepted' });
  });

  test('another seal of an accepted session is a conflict', async () => {
    const recorded = await record();
    await accepted(hub, developer, recorded);
    const other = { ...recorded, checkpoint: recorded.checkpoint.replace('\n4\n', '\n5\n') };
    expect((await seal(hub, developer, other)).status).toBe(409);
  });

  test.each([[{}], [{ checkpoint: 1 }], [[]], ['x']])('that is none is a bad request: %j', async (body) => {
    const { id } = await record();
    expect((await hub.post(`/sessions/${id}/seal`, developer, body)).status).toBe(400);
  });
});

describe('a certificate', () => {
  test('that has expired leaves the session open for another', async () => {
    await using own = await TestHub.start();
    const early = await own.tokenOf('developer');
    const recorded = await recordAttested(own, early, { subject: 'developer' });
    own.ahead = 11 * 60_000;
    const { id_token: idToken } = await own.signIn('developer');
    const late = await own.mint(idToken);
    await upload(own, late, { recorded });
    expect(await codeOf(await seal(own, late, recorded))).toEqual([422, 'ERR_CERTIFICATE']);
    const again = sealedWith(recorded, DEVICE, await certify(own, late, DEVICE));
    expect(await accepted(own, late, again)).toMatchObject({ attested: true });
  });

  test("of another authority, or for another person, doesn't attest", async () => {
    const recorded = await record({ start: { issuer: hub.issuer, subject: 'developer' } });
    const good = await certify(hub, developer, DEVICE);
    const forger = ephemeralSigner();
    const forged = signCertificate({ ...good, nonce: randomBytes(32) }, forger);
    const { parseCertificate } = await import('../../src/core/session/certificate.ts');
    const certificates = [parseCertificate(forged), await certify(hub, auditor, DEVICE)];
    await upload(hub, developer, { recorded });
    for (const certificate of certificates) {
      if (certificate === undefined) throw new Error('no certificate');
      const answer = await seal(hub, developer, sealedWith(recorded, DEVICE, certificate));
      expect(await codeOf(answer)).toEqual([422, 'ERR_CERTIFICATE']);
    }
    expect(await accepted(hub, developer, recorded)).toMatchObject({ attested: false });
  });

  test('of whoever recorded, uploaded by somebody else, attests nothing', async () => {
    const recorded = await recordAttested(hub, auditor, { subject: 'auditor' });
    await upload(hub, developer, { recorded });
    expect(await codeOf(await seal(hub, developer, recorded))).toEqual([422, 'ERR_CERTIFICATE']);
  });

  test('is made for an Ed25519 key and nothing else', async () => {
    for (const key of ['', 'ssh-rsa AAAA', 'ssh-ed25519 AAAA', 7]) {
      expect((await hub.post('/ssh/certificate', developer, { public_key: key })).status).toBe(400);
    }
    const reader = await hub.mint((await hub.signIn('developer')).id_token, { scope: 'sessions:read' });
    expect((await hub.post('/ssh/certificate', reader, { public_key: 'x' })).status).toBe(403);
  });
});

test('too many unfinished sessions of one person are refused; others go on', async () => {
  await using own = await TestHub.start();
  const [mine, others] = [await own.tokenOf('developer'), await own.tokenOf('auditor')];
  const begin = (token: string) =>
    put(own, token, { session: randomId(), file: 'log', offset: 0, bytes: Buffer.from('x') });
  for (let count = 0; count < LIMITS.unsealedUploads; count += 50)
    await Promise.all(Array.from({ length: 50 }, () => begin(mine)));
  expect(await codeOf(await begin(mine))).toEqual([429, 'ERR_TOO_MANY_UPLOADS']);
  expect((await begin(others)).status).toBe(201);
});

test('nobody met trouble', () => {
  expect(hub.troubles).toEqual([]);
});

function changed(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.length - 5;
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function randomId(): string {
  return Array.from(randomBytes(12), (byte) => (byte % 36).toString(36)).join('');
}
