import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { type Certificate, verifyCertificate } from '../core/session/certificate.ts';
import type { StartBody } from '../core/session/event.ts';
import type { Signer } from '../core/session/signer.ts';
import { type CertifiedSigner, parseSsh } from '../core/session/sshsig.ts';

/** Sessions, as far as attesting them goes. */
export interface SealFiles {
  /** Undefined: the log does not begin as a log does. */
  start(session: string): StartBody | undefined;
  /** Undefined: not sealed. */
  seal(session: string): { readonly checkpoint: string; readonly signature: string } | undefined;
  signAgain(session: string, checkpoint: string, signer: CertifiedSigner): void;
}

export interface AttestDeps extends CertifyDeps {
  readonly files: SealFiles;
}

/** What it takes to have this device's key certified. */
export interface CertifyDeps {
  /** This device's key. */
  readonly signer: Signer;
  /** Who is logged in. */
  readonly who: { readonly issuer: string; readonly subject: string };
  /** The hub's certificate authority as pinned at login, 32 raw bytes. */
  readonly authority: Uint8Array;
  /** Proves to the hub that the key is at hand. */
  readonly certify: (signer: Signer) => Promise<Certificate>;
  readonly now: () => number;
}

/** Why a session stays unattested, or that it isn't. */
export type Attested =
  | 'attested'
  /** It was recorded by nobody who had logged in. */
  | 'solo'
  /** Its log names somebody else than who is logged in. */
  | 'other-person'
  /** Sealed with a key that isn't this device's. */
  | 'other-key'
  | 'unsealed';

/**
 * Puts a certificate of the hub's under a session's seal: signs the same checkpoint once more with the same key, of which
 * the hub now says whose it is. What has a certificate that is good for another minute is left alone, unless `anew`.
 *
 * @throws {HallpassError} ERR_HUB_KEYS_CHANGED when another authority than the pinned one certifies; what the hub throws
 */
export async function attest(session: string, deps: AttestDeps, anew = false): Promise<Attested> {
  const { files, signer, who } = deps;
  const start = files.start(session);
  const seal = files.seal(session);
  if (start?.issuer === undefined) return 'solo';
  if (start.issuer !== who.issuer || start.subject !== who.subject) return 'other-person';
  if (seal === undefined) return 'unsealed';
  const signature = parseSsh(seal.signature);
  if (signature?.publicKey.equals(signer.publicKey) !== true) return 'other-key';
  if (!anew && isGood(signature.certificate, deps)) return 'attested';
  const certificate = await freshCertificate(undefined, deps);
  files.signAgain(session, seal.checkpoint, { ...signer, certificate });
  return 'attested';
}

/** A certificate for the key that is good for another minute: the one that is held, or a new one. Throws as `attest` does. */
export async function freshCertificate(
  held: Certificate | undefined,
  deps: CertifyDeps,
): Promise<Certificate> {
  if (held !== undefined && isGood(held, deps)) return held;
  const certificate = await deps.certify(deps.signer);
  checkCertificate(certificate, deps);
  return certificate;
}

function isGood(certificate: Certificate | undefined, { authority, now }: CertifyDeps): boolean {
  if (certificate === undefined || !certificate.authority.equals(authority)) return false;
  return certificate.validBefore * 1000 - now() > LIMITS.clockSkewMs;
}

function checkCertificate(certificate: Certificate, { authority, who, signer }: CertifyDeps): void {
  if (!certificate.authority.equals(authority) || !verifyCertificate(certificate))
    throw new HallpassError(
      'ERR_HUB_KEYS_CHANGED',
      'the hub certifies with another key than at login: another hub may stand in its place',
    );
  const isOurs = certificate.publicKey.equals(signer.publicKey);
  if (!isOurs || certificate.keyId !== `${who.issuer}|${who.subject}`)
    throw new HallpassError(
      'ERR_HUB',
      `the hub certifies for ${certificate.keyId}, who is not logged in here`,
    );
}
