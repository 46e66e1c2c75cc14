import { execFileSync, spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { LIMITS } from '../../src/core/limits.ts';
import { encodeCertificate } from '../../src/core/session/certificate.ts';
import { POSSESSION_NAMESPACE, possessionText } from '../../src/core/session/possession.ts';
import { ephemeralSigner, fingerprint, type Signer } from '../../src/core/session/signer.ts';
import { type CertifiedSigner, signSsh } from '../../src/core/session/sshsig.ts';
import { developmentConfig } from '../../src/hub/config.ts';
import { certificateRequest } from '../../src/identity/hub-certificate.ts';
import { DEVICE, temporaryDirectory } from '../helpers/recorded-session.ts';
import { TestHub } from './helpers/test-hub.ts';
import { certify, record, recordAttested } from './helpers/uploading.ts';

test('a certificate is what ssh-keygen says it is: a user, by name, for ten minutes and no more', async () => {
  using directory = temporaryDirectory();
  await using hub = await TestHub.start();
  const certificate = await certify(hub, await hub.tokenOf('developer'), DEVICE);
  const now = Date.now() / 1000;
  expect(certificate.validBefore - now).toBeLessThanOrEqual(600);
  expect(now - certificate.validAfter).toBeGreaterThanOrEqual(60);
  const file = join(directory.path, 'key-cert.pub');
  const encoded = encodeCertificate(certificate).toString('base64');
  writeFileSync(file, `ssh-ed25519-cert-v01@openssh.com ${encoded}\n`);
  const shown = execFileSync('ssh-keygen', ['-L', '-f', file], { encoding: 'utf8' });
  expect(shown).toContain('user certificate');
  expect(shown).toContain(`Public key: ED25519-CERT ${fingerprint(DEVICE.publicKey)}`);
  expect(shown).toContain(`Key ID: "${hub.issuer}|developer"`);
  expect(shown).toMatch(/Principals: \n\s+developer\n\s+Critical Options: \(none\)\n\s+Extensions: \(none\)/);
});

test("ssh-keygen -Y verify believes a seal through the hub's published authority alone", async () => {
  using directory = temporaryDirectory();
  await using hub = await TestHub.start();
  const recorded = await recordAttested(hub, await hub.tokenOf('developer'), { subject: 'developer' });
  const { ssh_ca: authority } = (await (await hub.get('/.well-known/hallpass')).json()) as { ssh_ca: string };
  const [signers, signature] = [join(directory.path, 'allowed_signers'), join(directory.path, 'sig')];
  writeFileSync(signers, `* cert-authority,namespaces="hallpass-session" ${authority}\n`);
  writeFileSync(signature, recorded.signature);
  const verify = (who: string, input: string): number | null => {
    const args = ['-Y', 'verify', '-f', signers, '-I', who, '-n', 'hallpass-session', '-s', signature];
    return spawnSync('ssh-keygen', args, { input }).status;
  };
  expect(verify('developer', recorded.checkpoint)).toBe(0);
  expect(verify('auditor', recorded.checkpoint)).not.toBe(0);
  expect(verify('developer', `${recorded.checkpoint}x`)).not.toBe(0);
});

interface Request {
  readonly public_key: string;
  readonly issued_at: number;
  readonly nonce: string;
  readonly proof_of_possession: string;
}

const VICTIM = ephemeralSigner();

describe('a proof of possession', () => {
  test('is asked for: a key that somebody else has is not certified', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const { proof_of_possession: _, ...unproven } = requestOf(hub, token, VICTIM);
    expect(await asked(hub, token, unproven)).toEqual([400, 'ERR_POSSESSION']);
    const own = requestOf(hub, token, DEVICE);
    const stolen = { ...own, public_key: requestOf(hub, token, VICTIM).public_key };
    expect(await asked(hub, token, stolen)).toEqual([400, 'ERR_POSSESSION']);
    const blunt = { ...stolen, proof_of_possession: signed({ hub, token }, DEVICE, stolen) };
    expect(await asked(hub, token, blunt)).toEqual([400, 'ERR_POSSESSION']);
    // The victim's key in the signature itself does not help either: the signature is by another.
    const dressed = {
      ...stolen,
      proof_of_possession: signed({ hub, token }, { ...DEVICE, publicKey: VICTIM.publicKey }, stolen),
    };
    expect(await asked(hub, token, dressed)).toEqual([400, 'ERR_POSSESSION']);
    expect(await asked(hub, token, own)).toEqual([200, undefined]);
  });

  test('is of one request, by one person, with one token, at one hub', async () => {
    await using hub = await TestHub.start();
    await using elsewhere = await TestHub.start();
    const { id_token: idToken } = await hub.signIn('developer');
    const [token, other, auditor] = [
      await hub.mint(idToken),
      await hub.mint(idToken),
      await hub.tokenOf('auditor'),
    ];
    const request = requestOf(hub, token, DEVICE);
    expect(await asked(hub, auditor, request)).toEqual([400, 'ERR_POSSESSION']);
    expect(await asked(hub, other, request)).toEqual([400, 'ERR_POSSESSION']);
    expect(await asked(hub, token, { ...request, nonce: 'another-nonce-of-mine' })).toEqual([
      400,
      'ERR_POSSESSION',
    ]);
    const here = { hub: elsewhere.url, token, now: seconds() };
    expect(await asked(hub, token, certificateRequest(DEVICE, here))).toEqual([400, 'ERR_POSSESSION']);
    expect(await asked(hub, token, request)).toEqual([200, undefined]);
  });

  test('counts once, and that survives the hub', async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const request = requestOf(hub, token, DEVICE);
    const both = await Promise.all([asked(hub, token, request), asked(hub, token, request)]);
    expect(both.map(([status]) => status)).toEqual(expect.arrayContaining([200, 400]));
    const { port } = new URL(hub.url);
    await hub.stop();
    await hub.start(developmentConfig({ host: '127.0.0.1', port: Number(port) }));
    expect(await asked(hub, token, request)).toEqual([400, 'ERR_POSSESSION']);
  });

  test.each([1, -1])('is good for a minute (%i), and then no more', async (direction) => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    hub.ahead = direction * (LIMITS.possessionMs - 2_000);
    expect(await asked(hub, token, requestOf(hub, token, DEVICE))).toEqual([200, undefined]);
    hub.ahead = direction * (LIMITS.possessionMs + 2_000);
    expect(await asked(hub, token, requestOf(hub, token, DEVICE))).toEqual([400, 'ERR_POSSESSION']);
  });

  test("is made for nothing else: a session's seal is none", async () => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const request = requestOf(hub, token, DEVICE);
    const { signature } = await record();
    for (const proof of [signature, signed({ hub, token, namespace: 'hallpass-session' }, DEVICE, request)])
      expect(await asked(hub, token, { ...request, proof_of_possession: proof })).toEqual([
        400,
        'ERR_POSSESSION',
      ]);
    const certificate = await certify(hub, token, DEVICE);
    const certified = signed({ hub, token }, { ...DEVICE, certificate }, request);
    expect(await asked(hub, token, { ...request, proof_of_possession: certified })).toEqual([
      400,
      'ERR_POSSESSION',
    ]);
  });

  test.each([
    [{ issued_at: '1' }],
    [{ issued_at: 1.5 }],
    [{ nonce: 'short' }],
    [{ nonce: 7 }],
    [{ proof_of_possession: 7 }],
  ])('that is malformed is a bad request: %j', async (change) => {
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const request = { ...requestOf(hub, token, DEVICE), ...change };
    expect(await asked(hub, token, request)).toEqual([400, 'ERR_BAD_REQUEST']);
  });

  test('can be made with ssh-keygen as docs/hub-api.md says', async () => {
    using directory = temporaryDirectory();
    await using hub = await TestHub.start();
    const token = await hub.tokenOf('developer');
    const key = join(directory.path, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
    const [publicKey, issuedAt] = [readFileSync(`${key}.pub`, 'utf8').trim(), seconds()];
    const statement = `{"access_token":"${hash('sha256', token)}","hub":"${hub.url}","issued_at":${issuedAt},"nonce":"0123456789abcdef","public_key":"${publicKey}"}`;
    const made = execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'hallpass-certificate', '-f', key], {
      input: statement,
    });
    const request = {
      public_key: publicKey,
      issued_at: issuedAt,
      nonce: '0123456789abcdef',
      proof_of_possession: made.toString(),
    };
    expect(await asked(hub, token, request)).toEqual([200, undefined]);
  });
});

function requestOf(hub: TestHub, token: string, signer: Signer): Request {
  return certificateRequest(signer, { hub: hub.url, token, now: seconds() }) as Request;
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** A proof for `request` by `signer`, whatever key that claims to be. */
function signed(
  { hub, token, namespace = POSSESSION_NAMESPACE }: { hub: TestHub; token: string; namespace?: string },
  signer: CertifiedSigner,
  request: Request,
): string {
  const { issued_at: issuedAt, nonce, public_key: line } = request;
  const publicKey = Buffer.from(line.split(' ')[1] ?? '', 'base64').subarray(-32);
  const text = possessionText({ hub: hub.url, tokenHash: hash('sha256', token), publicKey, issuedAt, nonce });
  return signSsh(Buffer.from(text), namespace, signer);
}

async function asked(hub: TestHub, token: string, request: object): Promise<[number, string | undefined]> {
  const answer = await hub.post('/ssh/certificate', token, request);
  const { error } = (await answer.json()) as { error?: { code: string } };
  return [answer.status, error?.code];
}
