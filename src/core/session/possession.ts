import { canonical } from './canonical.ts';
import { sshPublicKey } from './ssh-wire.ts';
import { parseSsh, verifySsh } from './sshsig.ts';

/** The SSHSIG namespace of proofs of possession: no signature made for anything else is one, a session's seal least of all. */
export const POSSESSION_NAMESPACE = 'hallpass-certificate';

/** What a key's holder signs to have it certified. Only the holder can, and only for this one request. */
export interface Possession {
  /** The origin of the hub that is asked. */
  readonly hub: string;
  /** SHA-256, hex, of the access token that the request comes with: stands for whom it was given to (as `ath`, RFC 9449). */
  readonly tokenHash: string;
  /** The key that is to be certified, 32 raw bytes. */
  readonly publicKey: Uint8Array;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Makes each proof another: none counts twice. */
  readonly nonce: string;
}

/** The statement to be signed: RFC 8785 JSON. The hub writes it anew from what it knows, so nothing in it goes unchecked. */
export function possessionText({ hub, tokenHash, publicKey, issuedAt, nonce }: Possession): string {
  return canonical({
    access_token: tokenHash,
    hub,
    issued_at: issuedAt,
    nonce,
    public_key: `ssh-ed25519 ${sshPublicKey(publicKey).toString('base64')}`,
  });
}

/** True when `proof`, which anybody may have written, is an SSHSIG of this very statement by the key it is about. */
export function provesPossession(proof: string, possession: Possession): boolean {
  const signature = parseSsh(proof);
  if (signature?.certificate !== undefined || !signature?.publicKey.equals(possession.publicKey))
    return false;
  return verifySsh(Buffer.from(possessionText(possession)), POSSESSION_NAMESPACE, signature);
}
