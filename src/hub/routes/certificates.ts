import { hash, randomBytes } from 'node:crypto';

import type { Hono } from 'hono';

import { LIMITS } from '../../core/limits.ts';
import { CERTIFICATE_TYPE, signCertificate } from '../../core/session/certificate.ts';
import { type Possession, possessionText, provesPossession } from '../../core/session/possession.ts';
import type { Signer } from '../../core/session/signer.ts';
import { rawPublicKey } from '../../core/session/ssh-wire.ts';
import type { Proofs } from '../db/database.ts';
import { readJson } from '../http/body.ts';
import { type AuthDeps, type Authenticated, authenticate } from '../http/context.ts';
import { badRequest, HttpError } from '../http/errors.ts';

export interface CertificateDeps extends AuthDeps {
  readonly authority: Signer;
  readonly proofs: Proofs;
  readonly now: () => number;
}

/** The hub's SSH certificate authority: minutes of trust for a key that seals sessions, given to who holds that key. */
export function certificateRoutes(app: Hono, deps: CertificateDeps): void {
  app.post('/ssh/certificate', async (context) => {
    const caller = await authenticate(context, deps, 'sessions:write');
    const request = readRequest(await readJson(context));
    await checkPossession(caller, request, deps);
    const now = deps.now();
    const validBefore = Math.floor((now + LIMITS.certificateMs) / 1000);
    const certificate = signCertificate(
      {
        publicKey: request.publicKey,
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

interface CertificateRequest extends Pick<Possession, 'issuedAt' | 'nonce'> {
  readonly publicKey: Buffer;
  readonly proof: string;
}

function readRequest(body: Awaited<ReturnType<typeof readJson>>): CertificateRequest {
  const { public_key: text, issued_at: issuedAt, nonce, proof_of_possession: proof } = body;
  const [type, encoded = ''] = typeof text === 'string' ? text.split(' ') : [];
  const publicKey = type === 'ssh-ed25519' ? rawPublicKey(Buffer.from(encoded, 'base64')) : undefined;
  if (publicKey === undefined) throw badRequest('public_key has to be an ssh-ed25519 public key');
  if (proof === undefined) throw unproven('proof_of_possession is missing');
  if (typeof proof !== 'string') throw badRequest('proof_of_possession has to be an SSH signature');
  if (typeof issuedAt !== 'number' || !Number.isSafeInteger(issuedAt))
    throw badRequest('issued_at has to be a time in seconds');
  if (typeof nonce !== 'string' || !/^[\w-]{16,64}$/.test(nonce))
    throw badRequest('nonce has to be 16 to 64 letters, digits, - and _');
  return { publicKey, issuedAt, nonce, proof };
}

// Without this, whoever may ask could have somebody else's key certified as their own, and with it what that key sealed
// (an unknown key-share). Fulcio asks for the same, RFC 4210 section 4.3 says why.
async function checkPossession(
  { tokenHash }: Authenticated,
  { proof, ...request }: CertificateRequest,
  { hub, proofs, now: clock }: CertificateDeps,
): Promise<void> {
  const possession = { ...request, hub, tokenHash };
  const now = Math.floor(clock() / 1000);
  const window = LIMITS.possessionMs / 1000;
  if (Math.abs(now - request.issuedAt) > window)
    throw unproven(`it was not made within ${window} s of ${now}, the time here`, { now });
  if (!provesPossession(proof, possession))
    throw unproven('it is not by the key that is to be certified, or not for this request');
  const digest = hash('sha256', possessionText(possession));
  if (!(await proofs.use(digest, request.issuedAt + window, now))) throw unproven('it was used before');
}

function unproven(why: string, details = {}): HttpError {
  const message = `the proof of possession does not hold: ${why}`;
  return new HttpError(400, { code: 'ERR_POSSESSION', message }, details);
}
