import type { Certificate } from '../core/session/certificate.ts';
import { parseSsh } from '../core/session/sshsig.ts';
import { type Trust, type Verification, verifySession } from '../core/session/verify.ts';
import type { OpensshTrust } from './openssh-check.ts';
import { hubTrust, type PinnedHub } from './hub-trust.ts';
import type { OpenedSession } from './session-port.ts';
import { findSession, type SessionsDeps } from './sessions.ts';

export interface VerifyInput {
  /** A session, or the path of a log. */
  readonly target: string;
  /** The person's own list of keys to believe. */
  readonly allowedSigners: string | undefined;
}

export interface VerifyDeps extends SessionsDeps {
  trust(allowedSigners: string | undefined): Promise<Trust>;
  /** The hubs that somebody of this machine has logged in to. */
  hubs(): Promise<readonly PinnedHub[]>;
  readonly signers: SignerFiles;
}

/** Where `ssh-keygen -Y verify -f` finds whom to believe. */
export interface SignerFiles {
  /** This device's key. */
  readonly device: string;
  /** Writes the authorities into a file, and returns its path. */
  writeAuthorities(authorities: readonly Uint8Array[]): string;
}

export interface Verified {
  readonly verification: Verification;
  /** For the commands that repeat the check. */
  readonly files: OpenedSession['files'];
  readonly openssh: OpensshTrust;
}

/** Checks every claim of a session. What fails is in the result; only what can't be checked at all throws. */
export async function verify(input: VerifyInput, deps: VerifyDeps): Promise<Verified> {
  const opened = await openTarget(input.target, deps);
  try {
    const trust = await trustFor(opened, input.allowedSigners, deps);
    const device = input.allowedSigners ?? deps.signers.device;
    return verifyOpened(opened, trust, { ...deps.signers, device });
  } finally {
    opened.close();
  }
}

/** Whom and what to believe of a session: this machine's keys, and what its receipt proves. */
export async function trustFor(
  opened: OpenedSession,
  allowedSigners: string | undefined,
  deps: VerifyDeps,
): Promise<Trust> {
  const trust = await deps.trust(allowedSigners);
  const proven = hubTrust(opened, await deps.hubs());
  // A person who names the keys to believe, and no other, names the authorities too.
  return { ...trust, ...proven, ...(trust.explicit && { authorities: trust.authorities ?? [] }) };
}

/** Verifies what is open, and says how OpenSSH can. */
export function verifyOpened(opened: OpenedSession, trust: Trust, signers: SignerFiles): Verified {
  const verification = verifySession(opened, trust);
  const certificate = parseSsh(opened.signature ?? '')?.certificate;
  const openssh = opensshTrust(verification, { certificate, trust, signers });
  return { verification, files: opened.files, openssh };
}

function opensshTrust(
  { claims, seal }: Verification,
  input: { certificate: Certificate | undefined; trust: Trust; signers: SignerFiles },
): OpensshTrust {
  const { certificate, trust, signers } = input;
  const { acceptedAt: at, authorities = [] } = trust;
  const isAttested = claims.some(({ claim, status }) => claim === 'identity' && status === 'pass');
  const [principal] = certificate?.principals ?? [];
  if (isAttested && principal !== undefined && at !== undefined)
    return { by: 'authority', file: signers.writeAuthorities(authorities), principal, at };
  // To OpenSSH a key with a certificate is another key than the same without.
  const isUnknown = certificate !== undefined || seal === 'ephemeral' || seal === 'foreign';
  return isUnknown ? { by: 'nothing' } : { by: 'key', file: signers.device };
}

async function openTarget(target: string, deps: VerifyDeps): Promise<OpenedSession> {
  if (/[\\/]|\.jsonl$/.test(target)) return deps.sessions.openFile(target);
  return deps.sessions.open(await findSession(target, deps));
}
