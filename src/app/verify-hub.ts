import { HallpassError } from '../core/errors.ts';
import type { Trust } from '../core/session/verify.ts';
import { openCosignature } from '../core/tlog/cosignature.ts';
import { type Receipt, receiptText } from '../core/tlog/receipt.ts';
import type { RunningCheckpoint } from '../identity/hub-answers.ts';
import type { FoundSession, HubClient } from '../identity/hub-client.ts';
import type { LogWatch } from '../identity/log-watch.ts';
import { fetchHubSession, findHubSession, type Landing } from './hub-sessions.ts';
import { hubTrust, type PinnedHub } from './hub-trust.ts';
import type { OpenedSession } from './session-port.ts';
import { type ShownSession, readEvents } from './show-session.ts';
import { type Verified, type VerifyDeps, verifyOpened } from './verify.ts';
import { LIMITS } from '../core/limits.ts';

export interface VerifyHubDeps extends Pick<VerifyDeps, 'signers'> {
  readonly client: Pick<HubClient, 'origin' | 'list' | 'session' | 'download' | 'logCheckpoint'>;
  readonly watch: Pick<LogWatch, 'see' | 'seePresent'>;
  /** The hub's keys as pinned at login: all that is believed of it. */
  readonly pinned: Omit<PinnedHub, 'newest'>;
  readonly landing: Landing & { open(session: string): OpenedSession };
}

/** Fetches a session from the hub and checks every claim of it, by nothing but the keys pinned at login. */
export async function verifyHub(query: string, deps: VerifyHubDeps): Promise<Verified> {
  const session = await findHubSession(query, deps);
  const found = await fetchHubSession(session, deps.landing, deps);
  const opened = openFetched(session, found, deps);
  try {
    return verifyOpened(opened, await trustAtHub(opened, found, deps), deps.signers);
  } finally {
    opened.close();
  }
}

/** A session of the hub from first event to last, after verifying it. */
export async function showHubSession(
  input: { query: string; payloads: boolean },
  deps: VerifyHubDeps,
): Promise<ShownSession> {
  const { verification } = await verifyHub(input.query, deps);
  const { session } = verification;
  const events = readEvents(() => deps.landing.open(session), input.payloads ? LIMITS.shownPayloadBytes : 0);
  return { session, verification, events };
}

/** Opens what was fetched, to be verified. */
export function openFetched(session: string, found: FoundSession, deps: VerifyHubDeps): OpenedSession {
  return {
    ...deps.landing.open(session),
    // Where a seal was refused, what was accepted before it is worth knowing.
    open: found.running !== undefined,
    contradicted: found.running !== undefined && found.summary.state === 'quarantined',
  };
}

/** Whom and what to believe of a session of the hub: what its receipt or cosignature proves, by the pinned keys. */
export async function trustAtHub(
  opened: OpenedSession,
  { receipt, running }: FoundSession,
  deps: VerifyHubDeps,
): Promise<Trust> {
  const stranger = { keys: [], source: 'nobody', explicit: false, foreign: true };
  const problem = await logProblem(receipt, deps);
  if (problem === undefined && running !== undefined)
    return { ...stranger, ...cosignedTrust(running, deps.pinned) };
  const text = receipt === undefined ? undefined : receiptText(receipt);
  const proven = hubTrust({ ...opened, receipt: text }, [{ ...deps.pinned, newest: undefined }]);
  if (problem !== undefined)
    return { ...stranger, authorities: [deps.pinned.authority], timeProblem: problem };
  return { ...stranger, ...proven };
}

// No leaf is in the log before a session is sealed. What the hub has signed meanwhile is when it had the checkpoint.
function cosignedTrust(
  { checkpoint, cosignature }: RunningCheckpoint,
  { authority, logKey }: VerifyHubDeps['pinned'],
): Pick<Trust, 'authorities' | 'acceptedAt' | 'timeProof' | 'timeProblem'> {
  const seconds = openCosignature(cosignature, checkpoint, logKey);
  if (seconds === undefined)
    return {
      authorities: [authority],
      timeProblem: `the checkpoint is not cosigned by the pinned key of ${logKey.name}`,
    };
  const timeProof = `a cosignature of this checkpoint, by the pinned key of the log ${logKey.name}`;
  return { authorities: [authority], acceptedAt: seconds * 1000, timeProof };
}

// What contradicts what was seen before is a failed claim, not an error: the others are still worth knowing.
async function logProblem(receipt: Receipt | undefined, deps: VerifyHubDeps): Promise<string | undefined> {
  try {
    await deps.watch.seePresent(await deps.client.logCheckpoint());
    if (receipt !== undefined) await deps.watch.see(receipt.checkpoint);
    return undefined;
  } catch (error) {
    if (error instanceof HallpassError && error.code === 'ERR_RECEIPT') return error.message;
    throw error;
  }
}
