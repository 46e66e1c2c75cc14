import { firstFailure } from './first-failure.ts';
import type { SessionState } from './summary.ts';
import type { Verification } from './verify.ts';

/** What is known of a session whose claims have been checked. */
export interface Checked {
  readonly session: string;
  readonly verification: Verification;
  /** Undefined: at a hub. */
  readonly state?: SessionState;
  /** What is wrong with it. Not to be sealed yet is not wrong. */
  readonly problem?: string;
}

/** A sentence about the seal, which has been checked. What it names may be anybody's. */
export function sealText({ verification, session, state, problem }: Checked): string {
  if (!verification.ok && state !== undefined && problem === undefined)
    return state === 'open' ? 'not sealed yet: it is being recorded' : 'not sealed: its process is gone';
  const { claims, seal } = verification;
  const signature = claims.find(({ claim }) => claim === 'signature')?.reason ?? '';
  const key = /SHA256:\S+/.exec(signature)?.[0] ?? '';
  const attested = claims.find(({ claim, status }) => claim === 'identity' && status === 'pass');
  if (seal === 'timely' && attested !== undefined) return `sealed by ${key}, ${attested.reason}`;
  if (seal === 'timely') return `sealed by device key ${key}, unattested`;
  if (seal === 'open') return `not sealed: its last checkpoint is by ${key}; what came after is unchecked`;
  if (seal === 'foreign') return `sealed by ${key}, of a machine that is not known here; unattested`;
  if (seal === 'recovered')
    return `sealed by device key ${key}, but only by a recovery: unprotected until then; unattested`;
  if (seal === 'ephemeral')
    return `sealed by ${key}, a key of this session only: anyone able to write the files could have made it; unattested`;
  return `DOES NOT VERIFY: ${firstFailure(verification)}. See: hallpass verify ${session}`;
}
