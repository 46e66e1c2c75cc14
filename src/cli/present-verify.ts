import { opensshCheck } from '../app/openssh-check.ts';
import type { Verified } from '../app/verify.ts';
import { firstFailure } from '../core/session/first-failure.ts';
import type { Claim, Verification } from '../core/session/verify.ts';
import { visible } from '../core/visible.ts';
import { type Colours, coloursFor } from './colour.ts';
import type { Terminal } from './terminal.ts';

/** A verification for people, ending with the command that repeats the check of the signature. */
export function presentVerification(verified: Verified, terminal: Terminal): void {
  const { verification } = verified;
  terminal.result(visible(nameOf(verified), { oneLine: true }));
  const colours = coloursFor({ isTty: terminal.stdoutIsTty });
  for (const claim of verification.claims) terminal.result(claimLine(claim, colours));
  terminal.result('');
  terminal.result(verdict(verification));
  terminal.result('Check the signature with OpenSSH alone:');
  terminal.result(`  ${opensshCheck(verified.files, verified.openssh)}`);
}

/** What failed first, for an error message. */
export function failureOf(verified: Verified): string {
  return `${nameOf(verified)}: ${firstFailure(verified.verification)}`;
}

// What is no log at all names no session.
function nameOf({ verification: { session }, files }: Verified): string {
  return session === '' ? files.log : `session ${session}`;
}

/** What `--json` promises, and no more. */
export function verificationJson({ session, ok, claims }: Verification): unknown {
  return { session, ok, claims };
}

/** In one sentence: what is proven, and what is not. */
export function verdict({ seal, claims }: Verification): string {
  if (seal === 'unproven') return 'NOT verified.';
  if (seal === 'ephemeral')
    return 'Unchanged since it was sealed, but nobody vouches for the key that sealed it.';
  if (seal === 'foreign')
    return 'Unchanged since it was sealed and the hub accepted it; who sealed it is not proven: unattested.';
  if (seal === 'open')
    return 'Unchanged up to its last checkpoint that the hub accepted; the session has not ended, and the rest is unchecked.';
  if (seal === 'recovered')
    return 'Unchanged since a recovery sealed it; nothing vouches for the time before.';
  const redacted = statusOf(claims, 'payloads') === 'redacted' ? ', payloads redacted' : '';
  if (statusOf(claims, 'identity') === 'pass')
    return `Verified: unchanged since its recorder, whom the hub attests, sealed it${redacted}.`;
  return `Verified: unchanged since this key sealed it${redacted}; unattested.`;
}

function claimLine({ claim, status, reason }: Claim, colours: Colours): string {
  const paint = {
    pass: colours.good,
    fail: colours.bad,
    redacted: colours.warning,
    unchecked: colours.warning,
  };
  return `  ${paint[status](status.padEnd(9))}  ${claim.padEnd(9)}  ${visible(reason, { oneLine: true })}`;
}

function statusOf(claims: readonly Claim[], name: Claim['claim']): Claim['status'] | undefined {
  return claims.find(({ claim }) => claim === name)?.status;
}
