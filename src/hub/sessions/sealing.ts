import { hash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';

import { LIMITS } from '../../core/limits.ts';
import { canonical } from '../../core/session/canonical.ts';
import type { Slices } from '../../core/slices.ts';
import { parseSsh } from '../../core/session/sshsig.ts';
import { endsEarlier, summarySteps } from '../../core/session/summary.ts';
import { type Trust, type Verification, verifySteps } from '../../core/session/verify.ts';
import type { SessionFacts, StoredSession } from '../db/database.ts';
import { conflict, refusedSeal } from '../http/errors.ts';
import type { Inclusion, TransparencyLog } from '../tlog/transparency-log.ts';
import { type Caller, ownSession, type UploadsDeps } from './uploads.ts';

export interface SealRequest {
  readonly session: string;
  readonly checkpoint: string;
  readonly signature: string;
  readonly logBytes: number;
  readonly payloadBytes: number;
}

export interface SealingDeps extends UploadsDeps {
  readonly log: TransparencyLog;
  /** The hub's own certificate authority, 32 raw bytes. */
  readonly authority: Uint8Array;
}

/** What the leaf says, and the proof that it is in the log. */
export interface Accepted extends Inclusion {
  readonly session: string;
  readonly attested: boolean;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
}

const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 16 * 1024;

/**
 * Verifies an uploaded session and appends its leaf to the log. Repeating it gives the same answer. What doesn't verify is
 * quarantined, for good, and blocks nothing else. Only one of these runs for a session at a time.
 */
export async function seal(caller: Caller, request: SealRequest, deps: SealingDeps): Promise<Accepted> {
  const session = await ownSession(caller, request.session, deps);
  if (session.state === 'accepted') return acceptedBefore(session, request, deps);
  if (session.state === 'quarantined') throw refusedSeal('ERR_VERIFY_FAILED', session.claims);
  if (session.log !== request.logBytes || session.payloads !== request.payloadBytes)
    throw conflict(`held are ${session.log} bytes of log and ${session.payloads} of payloads`);
  const acceptedAt = deps.now();
  const verification = await verify(caller, request, { ...deps, acceptedAt });
  if (!verification.ok) return refuse(request, verification, deps);
  const attested = verification.claims.some(({ claim, status }) => claim === 'identity' && status === 'pass');
  const leaf = Buffer.from(leafText(request, { owner: caller.owner, attested, acceptedAt }));
  const facts = await readFacts(session, request, deps);
  const inclusion = await deps.log.accept({ session: session.id, seal: sealOf(request), facts, leaf });
  return described(session.id, inclusion);
}

/** The answer for a session that has been accepted. */
export async function acceptance(session: string, deps: Pick<SealingDeps, 'log'>): Promise<Accepted> {
  return described(session, await deps.log.prove(session));
}

async function acceptedBefore(
  session: StoredSession,
  request: SealRequest,
  deps: SealingDeps,
): Promise<Accepted> {
  if (session.seal?.checkpoint !== request.checkpoint) throw conflict('another seal has been accepted');
  return acceptance(session.id, deps);
}

async function verify(
  { owner }: Caller,
  request: SealRequest,
  deps: SealingDeps & { acceptedAt: number },
): Promise<Verification> {
  const { session, checkpoint, signature } = request;
  const { blobs, authority, acceptedAt } = deps;
  await blobs.cut({ session, file: 'log' }, request.logBytes);
  await blobs.cut({ session, file: 'payloads' }, request.payloadBytes);
  const lines = blobs.open({ session, file: 'log' });
  const payloads = blobs.open({ session, file: 'payloads' });
  const key = parseSsh(signature)?.publicKey;
  const trust: Trust = {
    // Whose key it is, the certificate says, or nobody; that it is the one the log names is checked in any case.
    keys: key === undefined ? [] : [key],
    source: 'whoever uploaded it',
    explicit: false,
    authorities: [authority],
    identity: owner,
    acceptedAt,
  };
  const evidence = { expectedId: session, lines, payloads, checkpoint, signature };
  try {
    return await inSlices(verifySteps(evidence, trust));
  } finally {
    lines.close();
    payloads.close();
  }
}

// A long session must not make everybody else wait.
async function inSlices<T>(steps: Slices<T>): Promise<T> {
  let started = performance.now();
  for (let count = 1; ; count += 1) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (count % 64 !== 0 || performance.now() - started < LIMITS.verifySliceMs) continue;
    await breathe();
    started = performance.now();
  }
}

async function refuse(request: SealRequest, { claims }: Verification, deps: SealingDeps): Promise<never> {
  const failing = claims.filter(({ status }) => status === 'fail');
  // The session itself holds: it may be signed again.
  if (failing.every(({ claim }) => claim === 'identity')) throw refusedSeal('ERR_CERTIFICATE', claims);
  await deps.database.sessions.quarantine(request.session, sealOf(request), claims);
  throw refusedSeal('ERR_VERIFY_FAILED', claims);
}

function leafText(
  { session, checkpoint, signature }: SealRequest,
  receipt: { owner: string; attested: boolean; acceptedAt: number },
): string {
  return canonical({
    accepted_at: receipt.acceptedAt,
    attested: receipt.attested,
    checkpoint: hash('sha256', checkpoint),
    kind: 'session',
    session,
    signature: hash('sha256', signature),
    subject: hash('sha256', receipt.owner),
  });
}

async function readFacts(
  { id, log }: StoredSession,
  { checkpoint }: SealRequest,
  { blobs }: SealingDeps,
): Promise<SessionFacts> {
  const place = { session: id, file: 'log' } as const;
  const readTail = (bytes: number): Promise<Buffer> =>
    blobs.read(place, Math.max(0, log - bytes), Math.min(log, bytes));
  const head = await blobs.read(place, 0, Math.min(log, HEAD_BYTES));
  const short = await readTail(TAIL_BYTES);
  const tail = endsEarlier(short) ? await readTail(TAIL_BYTES + LIMITS.amendmentBytes) : short;
  const ends = { session: id, head, tail, checkpoint, outcome: 'sealed' } as const;
  const { kind, connection, started_at, ended_at, events, findings } = await inSlices(summarySteps(ends));
  return { kind, connection, started_at, ended_at, events, findings };
}

function described(session: string, inclusion: Inclusion): Accepted {
  // Our own leaf.
  const leaf = JSON.parse(inclusion.leaf.toString()) as { attested: boolean; accepted_at: number };
  return { ...inclusion, session, attested: leaf.attested, acceptedAt: leaf.accepted_at };
}

function sealOf({ checkpoint, signature }: SealRequest): { checkpoint: string; signature: string } {
  return { checkpoint, signature };
}
