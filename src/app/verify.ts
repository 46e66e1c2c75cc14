import { parseSsh } from '../core/session/sshsig.ts';
import { type Trust, type Verification, verifySession } from '../core/session/verify.ts';
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
  /** Writes the authorities into a file for `ssh-keygen -Y verify -f`, and returns its path. */
  writeAuthorities(authorities: readonly Uint8Array[]): string;
}

export interface Verified {
  readonly verification: Verification;
  /** For the commands that repeat the check. */
  readonly files: OpenedSession['files'];
  /** For whom a hub vouches. */
  readonly attested: Attested | undefined;
}

export interface Attested {
  readonly principal: string;
  /** When the hub accepted it, milliseconds since 1970: the time for which its certificate counts. */
  readonly at: number;
  /** A file that names the hub's authority, as `ssh-keygen -Y verify -f` reads it. */
  readonly authorities: string;
}

/** Checks every claim of a session. What fails is in the result; only what can't be checked at all throws. */
export async function verify(input: VerifyInput, deps: VerifyDeps): Promise<Verified> {
  const opened = await openTarget(input.target, deps);
  try {
    return verifyOpened(opened, await trustFor(opened, input.allowedSigners, deps), deps);
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

/** Verifies what is open, and says what the commands that repeat it need. */
export function verifyOpened(
  opened: OpenedSession,
  trust: Trust,
  deps: Pick<VerifyDeps, 'writeAuthorities'>,
): Verified {
  const verification = verifySession(opened, trust);
  return {
    verification,
    files: opened.files,
    attested: attestedBy(verification, opened, { trust, ...deps }),
  };
}

function attestedBy(
  { claims }: Verification,
  { signature = '' }: OpenedSession,
  deps: { trust: Trust } & Pick<VerifyDeps, 'writeAuthorities'>,
): Attested | undefined {
  const { acceptedAt: at, authorities = [] } = deps.trust;
  const [principal] = parseSsh(signature)?.certificate?.principals ?? [];
  const passes = claims.some(({ claim, status }) => claim === 'identity' && status === 'pass');
  if (!passes || principal === undefined || at === undefined) return undefined;
  return { principal, at, authorities: deps.writeAuthorities(authorities) };
}

async function openTarget(target: string, deps: VerifyDeps): Promise<OpenedSession> {
  if (/[\\/]|\.jsonl$/.test(target)) return deps.sessions.openFile(target);
  return deps.sessions.open(await findSession(target, deps));
}
