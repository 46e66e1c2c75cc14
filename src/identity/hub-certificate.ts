import { hash, randomBytes } from 'node:crypto';

import { POSSESSION_NAMESPACE, possessionText } from '../core/session/possession.ts';
import type { Signer } from '../core/session/signer.ts';
import { sshPublicKey } from '../core/session/ssh-wire.ts';
import { signSsh } from '../core/session/sshsig.ts';

/** The body of a request for a certificate, with the proof that the key is at hand; good for this token, once, for a minute around `now` (seconds). */
export function certificateRequest(
  signer: Signer,
  context: { hub: string; token: string; now: number },
): object {
  const possession = {
    hub: context.hub,
    tokenHash: hash('sha256', context.token),
    publicKey: signer.publicKey,
    issuedAt: context.now,
    nonce: randomBytes(16).toString('base64url'),
  };
  return {
    public_key: `ssh-ed25519 ${sshPublicKey(signer.publicKey).toString('base64')}`,
    issued_at: possession.issuedAt,
    nonce: possession.nonce,
    proof_of_possession: signSsh(Buffer.from(possessionText(possession)), POSSESSION_NAMESPACE, {
      record: signer.record,
      publicKey: signer.publicKey,
      // Without a certificate, should it have one: the proof is of the bare key.
      sign: (data) => signer.sign(data),
    }),
  };
}
