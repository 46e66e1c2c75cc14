import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { type Certificate, parseCertificate, signCertificate } from '../../src/core/session/certificate.ts';
import { ephemeralSigner, type Signer } from '../../src/core/session/signer.ts';
import { MerkleTree } from '../../src/core/session/tree.ts';
import { openCosignature } from '../../src/core/tlog/cosignature.ts';
import { parseLogKey } from '../../src/core/tlog/note.ts';
import type { Head } from '../../src/core/tlog/proof.ts';
import { developmentConfig } from '../../src/hub/config.ts';
import { DEVICE } from '../helpers/recorded-session.ts';
import { RunningSession, signedHead } from './helpers/running.ts';
import { TestHub } from './helpers/test-hub.ts';
import { accepted, certify, put, record, seal, sealedWith } from './helpers/uploading.ts';

let hub: TestHub;
let idToken: string;
let developer: string;
let auditor: string;
let certificate: Certificate;

beforeAll(async () => {
  hub = await TestHub.start();
  idToken = (await hub.signIn('developer')).id_token;
  developer = await hub.mint(idToken);
  auditor = await hub.tokenOf('auditor');
  certificate = await certify(hub, developer, DEVICE);
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(() => {
  hub.ahead = 0;
});

function begin(who = 'developer', signer: Signer = DEVICE): Promise<RunningSession> {
  return RunningSession.begin({ issuer: hub.issuer, subject: who }, signer);
}

/** A session that has said something, all of which the hub holds. */
async function held(): Promise<RunningSession> {
  const session = await begin();
  session.say();
  await session.send(hub, developer);
  return session;
}

async function post(
  session: { id: string; head(): Head },
  changes: Partial<Parameters<typeof signedHead>[2]> & { head?: Head; token?: string } = {},
): Promise<[number, string | undefined]> {
  const { head = session.head(), token = developer, ...by } = changes;
  const body = signedHead(session.id, head, { certificate, ...by });
  return coded(await hub.post(`/sessions/${session.id}/checkpoint`, token, body));
}

async function coded(answer: Response): Promise<[number, string | undefined]> {
  return [answer.status, ((await answer.json()) as { error?: { code: string } }).error?.code];
}

interface Shown {
  readonly state: string;
  readonly last_checkpoint?: {
    readonly size: number;
    readonly checkpoint: string;
    readonly signature: string;
    readonly accepted_at: number;
    readonly cosignature: string;
  };
}

async function shown(session: { id: string }, at: TestHub = hub, token = developer): Promise<Shown> {
  return (await (await at.get(`/sessions/${session.id}`, token)).json()) as Shown;
}

/** A tree of other lines. */
function otherHead(size: number): Head {
  const tree = new MerkleTree();
  for (let line = 0; line < size; line += 1) tree.append(Buffer.from(`line ${line}`));
  return { size, root: tree.root() };
}

describe('a checkpoint of a session that goes on', () => {
  test('is accepted, shown to its owner and auditors, and cosigned with the time by the key of the log', async () => {
    await using session = await held();
    expect(await post(session)).toEqual([201, undefined]);
    const { state, last_checkpoint: last, ...rest } = await shown(session, hub, auditor);
    const { size, root } = session.head();
    expect(state).toBe('open');
    expect(rest).toMatchObject({ kind: 'connect', connection: 'files', events: size });
    expect(last).toMatchObject({
      size,
      checkpoint: `local/session/${session.id}\n${size}\n${root.toString('base64')}\n`,
    });
    const { log_key: text } = (await (await hub.get('/.well-known/hallpass')).json()) as { log_key: string };
    const key = parseLogKey(text);
    if (key === undefined || last === undefined) throw new Error('nothing to check');
    expect(openCosignature(last.cosignature, last.checkpoint, key)).toBe(last.accepted_at / 1000);
  });

  test('grows with it, and may be repeated', async () => {
    await using session = await held();
    expect(await post(session)).toEqual([201, undefined]);
    expect(await post(session)).toEqual([200, undefined]);
    for (const count of [1, 2, 5, 13]) {
      session.say('{"id":2}', count);
      await session.send(hub, developer);
      expect(await post(session)).toEqual([201, undefined]);
      expect((await shown(session)).last_checkpoint?.size).toBe(session.head().size);
    }
  });

  test('is of lines, wherever the pieces are cut that the hub reads', async () => {
    await using session = await begin();
    session.say('{"id":1}', 7_000);
    await session.send(hub, developer);
    const early = session.head();
    expect(await post(session)).toEqual([201, undefined]);
    session.say('{"id":1}', 7_000);
    await session.send(hub, developer);
    expect(await post(session)).toEqual([201, undefined]);
    expect(await post(session, { head: early })).toEqual([409, 'ERR_SESSION_FORKED']);
  });

  test('may be of fewer lines than the hub holds, with half of one behind them', async () => {
    await using session = await held();
    const head = session.head();
    session.say();
    await session.send(hub, developer);
    const at = { session: session.id, file: 'log', offset: session.bytes };
    expect((await put(hub, developer, { ...at, bytes: Buffer.from('{"half":') })).status).toBe(201);
    expect(await post(session, { head })).toEqual([201, undefined]);
    expect(await post(session)).toEqual([201, undefined]);
  });

  test('is refused when it shrinks', async () => {
    await using session = await held();
    const early = session.head();
    session.say();
    await session.send(hub, developer);
    await post(session);
    const answer = await hub.post(
      `/sessions/${session.id}/checkpoint`,
      developer,
      signedHead(session.id, early, { certificate }),
    );
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      error: {
        code: 'ERR_SESSION_FORKED',
        message: expect.stringContaining('it has 2 lines, and 3 were accepted before') as string,
      },
    });
    expect((await shown(session)).last_checkpoint?.size).toBe(early.size + 1);
  });

  test('is refused when it is of other lines: as many, or more', async () => {
    await using session = await held();
    await post(session);
    const { size } = session.head();
    expect(await post(session, { head: otherHead(size) })).toEqual([409, 'ERR_SESSION_FORKED']);
    session.say();
    await session.send(hub, developer);
    expect(await post(session, { head: otherHead(size + 1) })).toEqual([409, 'ERR_SESSION_FORKED']);
    expect(await post(session)).toEqual([201, undefined]);
  });

  test('of lines that are not here yet has to wait', async () => {
    await using session = await held();
    session.say();
    expect(await post(session)).toEqual([409, 'ERR_UPLOAD_CONFLICT']);
    await session.send(hub, developer);
    expect(await post(session)).toEqual([201, undefined]);
    await using unsent = await begin();
    await put(hub, developer, { session: unsent.id, file: 'log', offset: 0, bytes: Buffer.from('{"half') });
    expect(await post(unsent)).toEqual([409, 'ERR_UPLOAD_CONFLICT']);
  });

  test('two at once leave the larger', async () => {
    await using session = await held();
    const early = session.head();
    session.say();
    await session.send(hub, developer);
    await Promise.all([post(session), post(session, { head: early }), post(session)]);
    expect((await shown(session)).last_checkpoint?.size).toBe(early.size + 1);
  });

  test('binds a hub that was started anew', async () => {
    await using own = await TestHub.start();
    const token = await own.tokenOf('developer');
    const by = { certificate: await certify(own, token, DEVICE) };
    await using session = await RunningSession.begin({ issuer: own.issuer, subject: 'developer' });
    const empty = session.head();
    session.say('{"id":1}', 6);
    await session.send(own, token);
    const send = async (head: Head) =>
      coded(await own.post(`/sessions/${session.id}/checkpoint`, token, signedHead(session.id, head, by)));
    expect(await send(session.head())).toEqual([201, undefined]);
    const { port } = new URL(own.url);
    await own.stop();
    await own.start(developmentConfig({ host: '127.0.0.1', port: Number(port) }));
    expect(await send(empty)).toEqual([409, 'ERR_SESSION_FORKED']);
    session.say('{"id":1}', 3);
    await session.send(own, token);
    expect(await send(session.head())).toEqual([201, undefined]);
  });
});

describe('whose checkpoint it is', () => {
  test('a session of somebody else is answered for as one that is not there', async () => {
    await using session = await held();
    const body = signedHead(session.id, session.head(), { certificate });
    const answers = [];
    for (const id of [session.id, 'zzzzzzzzzzzz']) {
      const answer = await hub.post(`/sessions/${id}/checkpoint`, auditor, body);
      answers.push([answer.status, await answer.text()]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(404);
    expect((await shown(session)).last_checkpoint).toBeUndefined();
    const stranger = await hub.tokenOf('stranger');
    expect((await hub.get(`/sessions/${session.id}`, stranger)).status).toBe(404);
  });

  test('a token that may only read, or none, is not enough', async () => {
    await using session = await held();
    const reader = await hub.mint(idToken, { scope: 'sessions:read' });
    expect(await post(session, { token: reader })).toEqual([403, 'ERR_DENIED']);
    expect(await post(session, { token: 'x' })).toEqual([401, 'ERR_AUTH']);
  });

  test('the signature has to fit it, and to be made for nothing else', async () => {
    await using session = await held();
    const { checkpoint } = signedHead(session.id, session.head(), {});
    const others = [
      signedHead(session.id, otherHead(2), { certificate }).signature,
      signedHead(session.id, session.head(), { certificate, namespace: 'hallpass-certificate' }).signature,
      'no signature',
    ];
    for (const signature of others) {
      const answer = await hub.post(`/sessions/${session.id}/checkpoint`, developer, {
        checkpoint,
        signature,
      });
      expect(await coded(answer)).toEqual([422, 'ERR_VERIFY_FAILED']);
    }
  });

  test('the certificate has to be there, of this hub, of the uploader, and valid', async () => {
    await using session = await held();
    await using elsewhere = await TestHub.start();
    const foreign = await certify(elsewhere, await elsewhere.tokenOf('developer'), DEVICE);
    const others = await certify(hub, auditor, DEVICE);
    const bare = signedHead(session.id, session.head(), {});
    const answer = await hub.post(`/sessions/${session.id}/checkpoint`, developer, bare);
    expect(await coded(answer)).toEqual([422, 'ERR_CERTIFICATE']);
    // Names this hub's authority, and somebody else signed it.
    const { authority } = certificate;
    const forged = parseCertificate(
      signCertificate(certificate, { ...ephemeralSigner(), publicKey: authority }),
    );
    if (forged === undefined) throw new Error('not a certificate');
    for (const one of [foreign, others, forged])
      expect(await post(session, { certificate: one })).toEqual([422, 'ERR_CERTIFICATE']);
    hub.ahead = LIMITS.certificateMs + 1_000;
    const late = await hub.mint(idToken);
    expect(await post(session, { token: late })).toEqual([422, 'ERR_CERTIFICATE']);
    hub.ahead = -2 * LIMITS.clockSkewMs;
    expect(await post(session)).toEqual([422, 'ERR_CERTIFICATE']);
  });

  test('the log has to name the uploader, and the key', async () => {
    await using others = await begin('auditor');
    await others.send(hub, developer);
    expect(await post(others)).toEqual([422, 'ERR_VERIFY_FAILED']);
    await using copied = await held();
    const [lines, zeros] = [readFileSync(copied.files.log), '000000000000'];
    await put(hub, developer, { session: zeros, file: 'log', offset: 0, bytes: lines });
    expect(await post({ id: zeros, head: () => copied.head() })).toEqual([422, 'ERR_VERIFY_FAILED']);
    await using session = await held();
    const signer = ephemeralSigner();
    const own = await certify(hub, developer, signer);
    expect(await post(session, { signer, certificate: own })).toEqual([422, 'ERR_VERIFY_FAILED']);
  });

  test.each([
    ['of another session', { checkpoint: 'local/session/zzzzzzzzzzzz\n1\nAAAA\n', signature: 'x' }],
    ['of nothing', { checkpoint: 'x', signature: 'x' }],
    ['that is none', {}],
    ['of numbers', { checkpoint: 1, signature: 2 }],
  ])('one %s is a bad request', async (_, body) => {
    await using session = await held();
    const answer = await hub.post(`/sessions/${session.id}/checkpoint`, developer, body);
    expect(await coded(answer)).toEqual([400, 'ERR_BAD_REQUEST']);
  });

  test('one of another session, signed or not, is a bad request', async () => {
    await using session = await held();
    await using other = await held();
    const body = signedHead(other.id, other.head(), { certificate });
    const answer = await hub.post(`/sessions/${session.id}/checkpoint`, developer, body);
    expect(await coded(answer)).toEqual([400, 'ERR_BAD_REQUEST']);
  });

  test('a body larger than it may be is not read', async () => {
    await using session = await held();
    const body = { checkpoint: 'x'.repeat(LIMITS.hubBodyBytes), signature: '' };
    const answer = await hub.post(`/sessions/${session.id}/checkpoint`, developer, body);
    expect(await coded(answer)).toEqual([413, 'ERR_TOO_LARGE']);
  });
});

describe('a session', () => {
  test('of which nothing is heard is abandoned, until something is, and accepted when it is sealed', async () => {
    await using session = await held();
    await post(session);
    const after = async (ms: number) => {
      hub.ahead = ms;
      const token = await hub.mint(idToken);
      const page = (await (await hub.get('/sessions', token)).json()) as {
        sessions: { session: string; state: string }[];
      };
      const listed = page.sessions.find((one) => one.session === session.id)?.state;
      expect((await shown(session, hub, token)).state).toBe(listed);
      return listed;
    };
    expect(await after(LIMITS.abandonedMs - 2_000)).toBe('open');
    expect(await after(LIMITS.abandonedMs + 2_000)).toBe('abandoned');
    const late = await hub.mint(idToken);
    const renewed = await certify(hub, late, DEVICE);
    expect(await post(session, { token: late, certificate: renewed })).toEqual([200, undefined]);
    expect(await after(hub.ahead)).toBe('open');
    expect(await after(2 * LIMITS.abandonedMs + 4_000)).toBe('abandoned');
    const recorded = await session.seal();
    const token = await hub.mint(idToken);
    await session.send(hub, token);
    const sealed = sealedWith(recorded, DEVICE, await certify(hub, token, DEVICE));
    expect((await seal(hub, token, sealed)).status).toBe(200);
    expect(await after(5 * LIMITS.abandonedMs)).toBe('accepted');
    expect((await shown(session, hub, token)).last_checkpoint).toBeUndefined();
  });

  test('that only sends its lines is heard of too', async () => {
    await using session = await held();
    hub.ahead = LIMITS.abandonedMs + 2_000;
    const token = await hub.mint(idToken);
    expect((await shown(session, hub, token)).state).toBe('abandoned');
    session.say();
    await session.send(hub, token);
    expect((await shown(session, hub, token)).state).toBe('open');
  });

  test('that is sealed or in quarantine takes no more checkpoints', async () => {
    const recorded = await record({ start: { issuer: hub.issuer, subject: 'developer' } });
    await accepted(hub, developer, recorded);
    const head = () => otherHead(3);
    expect(await post({ id: recorded.id, head })).toEqual([409, 'ERR_UPLOAD_CONFLICT']);
  });

  test('whose lines were changed after a checkpoint gets no seal', async () => {
    await using session = await held();
    await post(session);
    const recorded = await session.seal();
    await session.send(hub, developer);
    const tree = new MerkleTree();
    const lines = recorded.log.toString().replace('tools/call', 'tools/list').trimEnd().split('\n');
    for (const line of lines) tree.append(Buffer.from(line));
    const forged = signedHead(session.id, { size: tree.size, root: tree.root() }, { certificate });
    expect(await coded(await seal(hub, developer, { ...recorded, ...forged }))).toEqual([
      422,
      'ERR_VERIFY_FAILED',
    ]);
    expect(await shown(session)).toMatchObject({
      state: 'quarantined',
      last_checkpoint: { size: session.head().size - 1 },
    });
  });
});

test('nobody met trouble', () => {
  expect(hub.troubles).toEqual([]);
});
