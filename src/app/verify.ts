import { type Trust, type Verification, verifySession } from '../core/session/verify.ts';
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
}

export interface Verified {
  readonly verification: Verification;
  /** For the commands that repeat the check. */
  readonly files: OpenedSession['files'];
}

/** Checks every claim of a session. What fails is in the result; only what can't be checked at all throws. */
export async function verify(input: VerifyInput, deps: VerifyDeps): Promise<Verified> {
  const opened = await openTarget(input.target, deps);
  try {
    const trust = await deps.trust(input.allowedSigners);
    return { verification: verifySession(opened, trust), files: opened.files };
  } finally {
    opened.close();
  }
}

async function openTarget(target: string, deps: VerifyDeps): Promise<OpenedSession> {
  if (/[\\/]|\.jsonl$/.test(target)) return deps.sessions.openFile(target);
  return deps.sessions.open(await findSession(target, deps));
}
