import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ephemeralSigner, fingerprint } from '../../../src/core/session/signer.ts';
import { sshPublicKey } from '../../../src/core/session/ssh-wire.ts';
import { parseSsh, signSsh, verifySsh } from '../../../src/core/session/sshsig.ts';
import { allowedSigner } from '../../../src/platform/allowed-signers.ts';
import { DEVICE, temporaryDirectory } from '../../helpers/recorded-session.ts';

const MESSAGE = Buffer.from('local/session/abc\n1\nAAAA\n');

function read(armored: string) {
  const signature = parseSsh(armored);
  if (signature === undefined) throw new Error('not a signature');
  return signature;
}

describe('on its own', () => {
  const armored = signSsh(MESSAGE, 'hallpass-session', DEVICE);

  test('what was signed verifies, and names its key', () => {
    expect(verifySsh(MESSAGE, 'hallpass-session', read(armored))).toBe(true);
    expect(fingerprint(read(armored).publicKey)).toBe(DEVICE.record.key);
  });

  test('another message, namespace or key does not', () => {
    const other = { ...read(armored), publicKey: Buffer.from(ephemeralSigner().publicKey) };
    expect(verifySsh(Buffer.from('other'), 'hallpass-session', read(armored))).toBe(false);
    expect(verifySsh(MESSAGE, 'git', read(armored))).toBe(false);
    expect(verifySsh(MESSAGE, 'hallpass-session', other)).toBe(false);
  });

  test('no other spelling of it is read', () => {
    const spellings = [
      `${armored}\n`,
      ` ${armored}`,
      armored.replaceAll('\n', '\r\n'),
      armored.slice(0, -1),
      armored.replace(/\n(?=[A-Za-z0-9])/, '\n\n'),
      '',
      'nonsense',
      armored.slice(0, 100),
    ];
    expect(spellings.map(parseSsh)).toEqual(spellings.map(() => undefined));
  });

  test('lengths that reach past the end are no signature', () => {
    const blob = Buffer.from('SSHSIG\0\0\0\u0001\u00ff\u00ff\u00ff\u00ff', 'latin1');
    const text = `-----BEGIN SSH SIGNATURE-----\n${blob.toString('base64')}\n-----END SSH SIGNATURE-----\n`;
    expect(parseSsh(text)).toBeUndefined();
  });
});

describe('with ssh-keygen', () => {
  test('ssh-keygen -Y verify accepts our signature, and refuses it for another message', () => {
    using directory = temporaryDirectory();
    const [signers, signature] = [join(directory.path, 'allowed_signers'), join(directory.path, 'sig')];
    writeFileSync(signers, `${allowedSigner(DEVICE.publicKey)}\n`);
    writeFileSync(signature, signSsh(MESSAGE, 'hallpass-session', DEVICE));
    const args = [
      '-Y',
      'verify',
      '-f',
      signers,
      '-I',
      'hallpass-device',
      '-n',
      'hallpass-session',
      '-s',
      signature,
    ];
    const good = spawnSync('ssh-keygen', args, { input: MESSAGE, encoding: 'utf8' });
    expect(good.stdout).toBe(
      `Good "hallpass-session" signature for hallpass-device with ED25519 key ${DEVICE.record.key}\n`,
    );
    expect(spawnSync('ssh-keygen', args, { input: 'other' }).status).not.toBe(0);
  });

  test.each(['sha256', 'sha512'])('what ssh-keygen -Y sign makes with %s verifies here', (hash) => {
    using directory = temporaryDirectory();
    const key = join(directory.path, 'key');
    const file = join(directory.path, 'message');
    writeFileSync(file, MESSAGE);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    execFileSync(
      'ssh-keygen',
      ['-q', '-Y', 'sign', '-f', key, '-n', 'hallpass-session', '-O', `hashalg=${hash}`, file],
      {
        stdio: 'pipe',
      },
    );
    const signature = read(readFileSync(`${file}.sig`, 'utf8'));
    expect(signature.hash).toBe(hash);
    expect(verifySsh(MESSAGE, 'hallpass-session', signature)).toBe(true);
    const [, encoded] = readFileSync(`${key}.pub`, 'utf8').split(' ');
    expect(sshPublicKey(signature.publicKey).toString('base64')).toBe(encoded);
    const listed = execFileSync('ssh-keygen', ['-l', '-f', `${key}.pub`], { encoding: 'utf8' });
    expect(listed).toContain(fingerprint(signature.publicKey));
  });
});
