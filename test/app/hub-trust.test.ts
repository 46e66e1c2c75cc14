import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from 'vitest';

import type { PinnedHub } from '../../src/app/hub-trust.ts';
import { verify } from '../../src/app/verify.ts';
import { ephemeralSigner } from '../../src/core/session/signer.ts';
import type { Trust } from '../../src/core/session/verify.ts';
import { receiptText } from '../../src/core/tlog/receipt.ts';
import type { SessionFiles } from '../../src/platform/session-files.ts';
import { accept, ACCEPTED, ADA, CA, certify, HubLog, recordOfAda } from '../helpers/hub-log.ts';
import {
  copySession,
  NO_HUBS,
  reasonOf,
  sessionsIn,
  statuses,
  temporaryDirectory,
  TRUST,
} from '../helpers/recorded-session.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let log: HubLog;
let files: SessionFiles;

beforeEach(async () => {
  directory = temporaryDirectory();
  log = new HubLog();
  files = await recordOfAda(directory.path);
  return () => directory[Symbol.dispose]();
});

function pinned(changes: Partial<PinnedHub> = {}): PinnedHub {
  return { authority: CA.publicKey, logKey: log.key, newest: undefined, ...changes };
}

async function check(hubs: readonly PinnedHub[] = [pinned()], trust: Trust = TRUST) {
  const deps = {
    ...NO_HUBS,
    sessions: sessionsIn(directory.path),
    note: () => undefined,
    trust: () => Promise.resolve(trust),
    hubs: () => Promise.resolve(hubs),
  };
  return verify({ target: files.log, allowedSigners: undefined }, deps);
}

/** What the hub's part of the session is worth. */
async function claims(hubs?: readonly PinnedHub[], trust?: Trust) {
  const { verification } = await check(hubs, trust);
  const { identity, time, signer } = statuses(verification);
  return { ok: verification.ok, signer, identity, time };
}

describe('a session with certificate and receipt', () => {
  beforeEach(() => {
    certify(files);
    accept(files, log);
  });

  test('proves who and when, also long after the certificate has expired', async () => {
    const { verification, openssh } = await check();
    expect(verification.ok).toBe(true);
    expect(statuses(verification)).toMatchObject({ signer: 'pass', identity: 'pass', time: 'pass' });
    expect(reasonOf(verification, 'identity')).toContain('https://issuer.example|ada');
    expect(reasonOf(verification, 'time')).toContain(new Date(ACCEPTED).toISOString());
    expect(reasonOf(verification, 'time')).toContain('leaf 5 of the log hub.example/log');
    expect(openssh).toEqual({ by: 'authority', file: 'hub_signers', principal: 'ada', at: ACCEPTED });
  });

  test('is believed by the hub’s word alone where the device is not known', async () => {
    const stranger = { ...TRUST, keys: [] };
    expect(await claims([pinned()], stranger)).toEqual({
      ok: true,
      signer: 'pass',
      identity: 'pass',
      time: 'pass',
    });
  });

  test('proves neither where nobody has logged in to that hub', async () => {
    expect(await claims([])).toEqual({ ok: true, signer: 'pass', identity: 'unchecked', time: 'unchecked' });
    const elsewhere = pinned({ logKey: new HubLog('other.example/log').key });
    expect(await claims([elsewhere])).toMatchObject({ ok: true, time: 'unchecked' });
  });

  test('without the receipt proves neither who, since nothing says when, nor when', async () => {
    writeFileSync(files.receipt, '');
    expect(await claims()).toMatchObject({ ok: false, time: 'fail' });
    const bare = copySession(files, join(directory.path, 'bare'));
    files = bare;
    expect(await claims()).toEqual({ ok: true, signer: 'pass', identity: 'unchecked', time: 'unchecked' });
  });

  test('fails under the pin of another certificate authority', async () => {
    const other = pinned({ authority: ephemeralSigner().publicKey });
    expect(await claims([other])).toMatchObject({ ok: false, identity: 'fail', time: 'pass' });
  });

  test('fails under the pin of another log key', async () => {
    const other = pinned({ logKey: new HubLog().key });
    expect(await claims([other])).toMatchObject({ ok: false, time: 'fail' });
  });

  test('fails when the log has shown another history of the same length', async () => {
    const fork = { ...log.head(), root: Buffer.alloc(32, 1) };
    expect(await claims([pinned({ newest: fork })])).toMatchObject({ ok: false, time: 'fail' });
    expect(await claims([pinned({ newest: log.head() })])).toMatchObject({ ok: true, time: 'pass' });
  });

  test('fails with the receipt of another session', async () => {
    const second = await recordOfAda(directory.path);
    certify(second);
    accept(second, log);
    writeFileSync(files.receipt, readFileSync(second.receipt));
    expect(await claims()).toMatchObject({ ok: false, time: 'fail' });
  });

  test('fails with any bit of the receipt flipped', async () => {
    const text = readFileSync(files.receipt);
    const name = text.indexOf(log.key.name);
    for (let at = 0; at < text.length; at += 7) {
      // Another log's name is a receipt of another hub, which proves nothing, and nothing wrong.
      if (at >= name && at < name + log.key.name.length) continue;
      const bent = Buffer.from(text);
      bent[at] = (bent[at] ?? 0) ^ 1;
      writeFileSync(files.receipt, bent);
      expect(await claims(), `byte ${at}`).toMatchObject({ ok: false, time: 'fail' });
    }
  });

  test('fails when it is signed again, be it with the same key', async () => {
    certify(files);
    expect(await claims()).toMatchObject({ ok: false, time: 'fail' });
  });
});

describe('what the hub accepted, and verify does not', () => {
  test.each([
    ['a certificate of another authority', { ca: ephemeralSigner() }, {}],
    ['a certificate that had expired', { validBefore: ACCEPTED / 1000 }, {}],
    ['a certificate that was not valid yet', { validAfter: ACCEPTED / 1000 + 1 }, {}],
    ['a certificate for other principals', { principals: ['ada', 'root'] }, {}],
    ['a certificate without a principal', { principals: [] }, {}],
  ])('%s', async (_, certificate, leaf) => {
    certify(files, certificate);
    accept(files, log, leaf);
    expect(await claims()).toMatchObject({ ok: false, identity: 'fail', time: 'pass' });
  });

  test('a certificate for somebody else than the log names', async () => {
    certify(files, { keyId: `${ADA.issuer}|eve`, principals: ['eve'] });
    accept(files, log, {});
    expect(await claims()).toMatchObject({ ok: false, identity: 'fail', time: 'fail' });
  });

  test('a certificate for a session that names nobody who logged in', async () => {
    files = await recordOfAda(directory.path, { subject: 'ada' });
    certify(files);
    accept(files, log);
    expect(await claims()).toMatchObject({ ok: false, identity: 'fail', time: 'pass' });
  });
});

test('unattested, it proves when and not who', async () => {
  accept(files, log, { attested: false });
  expect(await claims()).toEqual({ ok: true, signer: 'pass', identity: 'unchecked', time: 'pass' });
});

test('a receipt under which the seal is gone fails', async () => {
  const receipt = accept(files, log, { attested: false });
  writeFileSync(files.receipt, receiptText(receipt));
  writeFileSync(files.signature, '');
  expect(await claims()).toMatchObject({ ok: false, time: 'fail' });
});

test('a person who names whom to believe is taken at their word', async () => {
  certify(files);
  accept(files, log);
  const named = { ...TRUST, explicit: true, authorities: [] };
  expect(await claims([pinned()], named)).toEqual({
    ok: true,
    signer: 'pass',
    identity: 'unchecked',
    time: 'pass',
  });
  expect(await claims([pinned()], { ...named, keys: [] })).toMatchObject({ ok: false, signer: 'fail' });
});
