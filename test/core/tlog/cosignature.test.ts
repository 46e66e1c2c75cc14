import { createHash, verify } from 'node:crypto';

import { expect, test } from 'vitest';

import { checkpointText } from '../../../src/core/session/checkpoint.ts';
import { ephemeralSigner } from '../../../src/core/session/signer.ts';
import { ed25519PublicKey } from '../../../src/core/session/ssh-wire.ts';
import { cosign, openCosignature } from '../../../src/core/tlog/cosignature.ts';

const TEXT = checkpointText({ origin: 'local/session/0123456789ab', size: 7, root: Buffer.alloc(32, 3) });
const TIME = 1_795_175_030;
const signer = ephemeralSigner();
const name = 'hub.example/log';
const key = { name, publicKey: Buffer.from(signer.publicKey) };

test('a cosignature says when, to who has the key', () => {
  expect(openCosignature(cosign(TEXT, TIME, { name, signer }), TEXT, key)).toBe(TIME);
});

test('a cosignature has the form of c2sp.org/tlog-cosignature', () => {
  const line = cosign(TEXT, TIME, { name, signer });
  const [dash, by, encoded = ''] = line.split(' ');
  const bytes = Buffer.from(encoded, 'base64');
  expect([dash, by, bytes.length]).toEqual(['\u2014', name, 4 + 8 + 64]);
  const id = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([4]))
    .update(key.publicKey)
    .digest();
  expect(bytes.subarray(0, 4)).toEqual(id.subarray(0, 4));
  expect(bytes.readBigUInt64BE(4)).toBe(BigInt(TIME));
  const message = Buffer.from(`cosignature/v1\ntime ${TIME}\n${TEXT}`);
  expect(verify(null, message, ed25519PublicKey(key.publicKey), bytes.subarray(12))).toBe(true);
});

test('one bit more or less, another text, key or name: it does not hold', () => {
  const line = cosign(TEXT, TIME, { name, signer });
  const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
  for (let at = 0; at < bytes.length; at += 1) {
    const bent = Buffer.from(bytes);
    bent[at] = (bent[at] ?? 0) ^ 1;
    expect(openCosignature(`\u2014 ${name} ${bent.toString('base64')}`, TEXT, key)).toBeUndefined();
  }
  expect(openCosignature(line, TEXT.replace('\n7\n', '\n8\n'), key)).toBeUndefined();
  expect(
    openCosignature(line, TEXT, { ...key, publicKey: Buffer.from(ephemeralSigner().publicKey) }),
  ).toBeUndefined();
  expect(openCosignature(line, TEXT, { ...key, name: 'other.example/log' })).toBeUndefined();
  for (const bad of [
    '',
    line.trimEnd().slice(1),
    `${line}=`,
    `${line}\n`,
    `${line} x`,
    `\u2014 ${name} AAAA`,
  ])
    expect(openCosignature(bad, TEXT, key)).toBeUndefined();
});
