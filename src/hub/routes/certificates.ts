import { randomBytes } from 'node:crypto';

import type { Context, Hono } from 'hono';

import { LIMITS } from '../../core/limits.ts';
import { CERTIFICATE_TYPE, signCertificate } from '../../core/session/certificate.ts';
import type { Signer } from '../../core/session/signer.ts';
import { rawPublicKey } from '../../core/session/ssh-wire.ts';
import { readJson } from '../http/body.ts';
import { type AuthDeps, authenticate } from '../http/context.ts';
import { badRequest } from '../http/errors.ts';

export interface CertificateDeps extends AuthDeps {
  readonly authority: Signer;
  readonly now: () => number;
}

/** The hub's SSH certificate authority: minutes of trust for a key that seals sessions. */
export function certificateRoutes(app: Hono, deps: CertificateDeps): void {
  app.post('/ssh/certificate', async (context) => {
    const caller = await authenticate(context, deps, 'sessions:write');
    const publicKey = await readKey(context);
    const now = deps.now();
    const validBefore = Math.floor((now + LIMITS.certificateMs) / 1000);
    const certificate = signCertificate(
      {
        publicKey,
        nonce: randomBytes(32),
        serial: randomBytes(8).readBigUInt64BE(),
        keyId: caller.owner,
        principals: [caller.subject],
        validAfter: Math.floor((now - LIMITS.clockSkewMs) / 1000),
        validBefore,
      },
      deps.authority,
    );
    const text = `${CERTIFICATE_TYPE} ${certificate.toString('base64')}`;
    return context.json({ certificate: text, valid_before: validBefore });
  });
}

async function readKey(context: Context): Promise<Buffer> {
  const { public_key: text } = await readJson(context);
  const [type, encoded = ''] = typeof text === 'string' ? text.split(' ') : [];
  const key = type === 'ssh-ed25519' ? rawPublicKey(Buffer.from(encoded, 'base64')) : undefined;
  if (key === undefined) throw badRequest('public_key has to be an ssh-ed25519 public key');
  return key;
}
