import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { encodeCertificate } from '../../src/core/session/certificate.ts';
import { fingerprint } from '../../src/core/session/signer.ts';
import { DEVICE, temporaryDirectory } from '../helpers/recorded-session.ts';
import { TestHub } from './helpers/test-hub.ts';
import { certify, recordAttested } from './helpers/uploading.ts';

test('a certificate is what ssh-keygen says it is: a user, by name, for ten minutes and no more', async () => {
  using directory = temporaryDirectory();
  await using hub = await TestHub.start();
  const certificate = await certify(hub, await hub.tokenOf('developer'), DEVICE.publicKey);
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
