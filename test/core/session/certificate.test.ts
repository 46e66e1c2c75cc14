import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  type CertificateDetails,
  parseCertificate,
  signCertificate,
  verifyCertificate,
} from '../../../src/core/session/certificate.ts';
import { ephemeralSigner, fingerprint } from '../../../src/core/session/signer.ts';
import { sshPublicKey } from '../../../src/core/session/ssh-wire.ts';
import { parseSsh, signSsh, verifySsh } from '../../../src/core/session/sshsig.ts';
import { temporaryDirectory } from '../../helpers/recorded-session.ts';

const CA = ephemeralSigner();
const KEY = ephemeralSigner();
const MESSAGE = Buffer.from('local/session/abc\n1\nAAAA\n');

function details(changes: Partial<CertificateDetails> = {}): CertificateDetails {
  return {
    publicKey: Buffer.from(KEY.publicKey),
    nonce: randomBytes(32),
    serial: 7n,
    keyId: 'https://issuer.example|ada',
    principals: ['ada'],
    validAfter: 1_795_175_000,
    validBefore: 1_795_175_600,
    ...changes,
  };
}

function read(encoded: Uint8Array) {
  const certificate = parseCertificate(encoded);
  if (certificate === undefined) throw new Error('not a certificate');
  return certificate;
}

describe('on its own', () => {
  test('what was written is read back, and its signature holds', () => {
    const wanted = details();
    const certificate = read(signCertificate(wanted, CA));
    expect(certificate).toMatchObject(wanted);
    expect(certificate.authority).toEqual(Buffer.from(CA.publicKey));
    expect(verifyCertificate(certificate)).toBe(true);
  });

  test('a changed field breaks the signature', () => {
    const certificate = read(signCertificate(details(), CA));
    const changed = [
      { ...certificate, keyId: 'somebody else' },
      { ...certificate, principals: ['ada', 'root'] },
      { ...certificate, validBefore: certificate.validBefore + 1 },
      { ...certificate, publicKey: Buffer.from(CA.publicKey) },
      { ...certificate, authority: Buffer.from(KEY.publicKey) },
    ];
    expect(changed.map(verifyCertificate)).toEqual(changed.map(() => false));
  });

  test('no byte can be changed, added or cut without it being noticed', () => {
    const encoded = signCertificate(details(), CA);
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bent = Buffer.from(encoded);
        bent[at] = (bent[at] ?? 0) ^ flip;
        const certificate = parseCertificate(bent);
        expect(certificate === undefined || !verifyCertificate(certificate)).toBe(true);
      }),
      { numRuns: 500 },
    );
    for (let end = 0; end < encoded.length; end += 1)
      expect(parseCertificate(encoded.subarray(0, end))).toBeUndefined();
    expect(parseCertificate(Buffer.concat([encoded, Buffer.alloc(1)]))).toBeUndefined();
  });

  test('a signature carries the certificate as its key', () => {
    const certificate = read(signCertificate(details(), CA));
    const armored = signSsh(MESSAGE, 'hallpass-session', { ...KEY, certificate });
    const signature = parseSsh(armored);
    expect(signature?.certificate).toEqual(certificate);
    expect(signature && verifySsh(MESSAGE, 'hallpass-session', signature)).toBe(true);
  });
});

describe('with ssh-keygen', () => {
  test('-L reads it: key, authority, id, principals and times', () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, 'key-cert.pub');
    const now = Math.floor(Date.now() / 1000);
    const encoded = signCertificate(details({ validAfter: now - 60, validBefore: now + 600 }), CA);
    writeFileSync(file, `ssh-ed25519-cert-v01@openssh.com ${encoded.toString('base64')}\n`);
    const shown = execFileSync('ssh-keygen', ['-L', '-f', file], { encoding: 'utf8' });
    expect(shown).toContain('Type: ssh-ed25519-cert-v01@openssh.com user certificate');
    expect(shown).toContain(`Public key: ED25519-CERT ${fingerprint(KEY.publicKey)}`);
    expect(shown).toContain(`Signing CA: ED25519 ${fingerprint(CA.publicKey)} (using ssh-ed25519)`);
    expect(shown).toContain('Key ID: "https://issuer.example|ada"');
    expect(shown).toMatch(/Principals: \n\s+ada\n/);
    expect(shown).toMatch(/Critical Options: \(none\)\n\s+Extensions: \(none\)/);
  });

  test('-Y verify believes a certified key through its authority, in its time and for its principal only', () => {
    using directory = temporaryDirectory();
    const now = Math.floor(Date.now() / 1000);
    const certificate = read(signCertificate(details({ validAfter: now - 60, validBefore: now + 600 }), CA));
    const signature = join(directory.path, 'signature');
    writeFileSync(signature, signSsh(MESSAGE, 'hallpass-session', { ...KEY, certificate }));
    const verifies = (input: { authority: Uint8Array; who: string; at?: number }): boolean => {
      const allowed = join(directory.path, 'allowed_signers');
      const key = sshPublicKey(input.authority).toString('base64');
      writeFileSync(allowed, `* cert-authority,namespaces="hallpass-session" ssh-ed25519 ${key}\n`);
      const args = [
        '-Y',
        'verify',
        '-f',
        allowed,
        '-I',
        input.who,
        '-n',
        'hallpass-session',
        '-s',
        signature,
      ];
      const when = input.at === undefined ? [] : ['-O', `verify-time=${stamp(input.at)}`];
      return spawnSync('ssh-keygen', [...args, ...when], { input: MESSAGE }).status === 0;
    };
    expect(verifies({ authority: CA.publicKey, who: 'ada' })).toBe(true);
    expect(verifies({ authority: KEY.publicKey, who: 'ada' })).toBe(false);
    expect(verifies({ authority: CA.publicKey, who: 'eve' })).toBe(false);
    expect(verifies({ authority: CA.publicKey, who: 'ada', at: now + 3600 })).toBe(false);
  });

  test('a certificate that ssh-keygen made with options is none of ours', () => {
    using directory = temporaryDirectory();
    const [ca, key] = [join(directory.path, 'ca'), join(directory.path, 'key')];
    for (const file of [ca, key]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    const certify = (...options: string[]): Buffer => {
      const args = ['-q', '-s', ca, '-I', 'id', '-n', 'ada', '-V', '+10m', ...options, `${key}.pub`];
      execFileSync('ssh-keygen', args);
      const [, encoded = ''] = readFileSync(`${key}-cert.pub`, 'utf8').split(' ');
      return Buffer.from(encoded, 'base64');
    };
    const plain = read(certify('-O', 'clear'));
    expect(plain.keyId).toBe('id');
    expect(verifyCertificate(plain)).toBe(true);
    expect(parseCertificate(certify())).toBeUndefined();
    expect(parseCertificate(certify('-O', 'clear', '-h'))).toBeUndefined();
  });
});

// `verify-time` is YYYYMMDDHHMMSSZ.
function stamp(seconds: number): string {
  return `${new Date(seconds * 1000)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(/\D/g, '')}Z`;
}
