import { LIMITS } from '../../core/limits.ts';
import { type Certificate, verifyCertificate } from '../../core/session/certificate.ts';
import {
  type Checkpoint,
  parseCheckpoint,
  SEAL_NAMESPACE,
  soloOrigin,
} from '../../core/session/checkpoint.ts';
import type { Envelope, StartBody } from '../../core/session/event.ts';
import { parseLine } from '../../core/session/line.ts';
import { fingerprint } from '../../core/session/signer.ts';
import { parseSsh, verifySsh } from '../../core/session/sshsig.ts';
import { isoTime } from '../../core/session/summary.ts';
import { MerkleTree } from '../../core/session/tree.ts';
import type { RunningCheckpoint, RunningFacts, StoredSession } from '../db/database.ts';
import { badRequest, conflict, HttpError } from '../http/errors.ts';
import { growTree } from './grow-tree.ts';
import type { SealingDeps } from './sealing.ts';
import { type Caller, ownSession } from './uploads.ts';

const HEAD_BYTES = 64 * 1024;

export interface CheckpointRequest {
  readonly session: string;
  readonly checkpoint: string;
  readonly signature: string;
}

/** A session as it is shown: one that isn't sealed, and of which nothing was heard for long, is abandoned. */
export function shownState(
  { state, heardAt }: StoredSession,
  now: number,
): StoredSession['state'] | 'abandoned' {
  return state === 'open' && now - heardAt > LIMITS.abandonedMs ? 'abandoned' : state;
}

/**
 * Accepts the head of a session that goes on: signed under a certificate of this hub's, and consistent (RFC 6962) with
 * all that is held of the log and so with every checkpoint before. From then on nobody can take back a line of it: the
 * bytes held never change, and no checkpoint that is smaller, or of other lines, follows. One at a time for a session.
 */
export async function takeCheckpoint(
  caller: Caller,
  request: CheckpointRequest,
  deps: SealingDeps,
): Promise<{ accepted: RunningCheckpoint; isNew: boolean }> {
  const session = await ownSession(caller, request.session, deps);
  if (session.state !== 'open') throw conflict(`the session is ${session.state}: it takes no more`);
  const claimed = readCheckpoint(request);
  const start = await checkSignature({ caller, session, request }, deps);
  const before = await deps.database.checkpoints.find(session.id);
  if (claimed.size < (before?.size ?? 0))
    throw forked(`it has ${claimed.size} lines, and ${before?.size} were accepted before`);
  const { tree, bytes } = await growTree(session, { from: before, size: claimed.size }, deps.blobs);
  if (tree.size < claimed.size) throw conflict(`held are ${tree.size} lines of the ${claimed.size}`);
  if (!tree.root().equals(claimed.root)) throw forked(`its ${claimed.size} lines are not those held here`);
  const accepted = confirmed(request, { tree, bytes }, deps);
  const next = { ...accepted, ...factsOf(start) };
  if (!(await deps.database.checkpoints.replace(session.id, before?.size ?? 0, next)))
    throw conflict('another checkpoint was accepted meanwhile');
  return { accepted, isNew: claimed.size > (before?.size ?? 0) };
}

function readCheckpoint({ session, checkpoint }: CheckpointRequest): Checkpoint {
  const claimed = parseCheckpoint(checkpoint);
  if (claimed === undefined || claimed.size === 0)
    throw badRequest('the checkpoint is malformed, or of nothing');
  if (claimed.origin !== soloOrigin(session)) throw badRequest('the checkpoint belongs to another session');
  return claimed;
}

async function checkSignature(
  { caller, session, request }: { caller: Caller; session: StoredSession; request: CheckpointRequest },
  deps: SealingDeps,
): Promise<StartBody & Envelope> {
  const signature = parseSsh(request.signature);
  if (signature === undefined || !verifySsh(Buffer.from(request.checkpoint), SEAL_NAMESPACE, signature))
    throw refused('ERR_VERIFY_FAILED', 'the signature does not fit the checkpoint');
  const problem = certificateProblem(caller, signature.certificate, deps);
  if (problem !== undefined) throw refused('ERR_CERTIFICATE', problem);
  const start = await readStart(session, deps);
  if (start.issuer === undefined || `${start.issuer}|${start.subject}` !== caller.owner)
    throw refused('ERR_VERIFY_FAILED', 'the log names somebody else');
  if (start.session !== session.id)
    throw refused('ERR_VERIFY_FAILED', `this is the log of another session, ${start.session}`);
  if (start.signer.key !== fingerprint(signature.publicKey))
    throw refused('ERR_VERIFY_FAILED', `the log names another key, ${start.signer.key}`);
  return start;
}

function factsOf({ session_kind: kind, connection, time }: StartBody & Envelope): RunningFacts {
  return { kind, connection, started_at: isoTime(time) };
}

function certificateProblem(
  { owner, subject }: Caller,
  certificate: Certificate | undefined,
  { authority, now }: SealingDeps,
): string | undefined {
  if (certificate === undefined) return 'the signature carries no certificate';
  if (!certificate.authority.equals(authority) || !verifyCertificate(certificate))
    return 'the certificate is not of this hub';
  const { keyId, principals, validAfter, validBefore } = certificate;
  if (keyId !== owner || principals.length !== 1 || principals[0] !== subject)
    return 'the certificate is for somebody else';
  const seconds = now() / 1000;
  return seconds < validAfter || seconds >= validBefore ? 'the certificate is not valid now' : undefined;
}

// Whose session it is, and whose key seals it, by the log's own first line.
async function readStart({ id, log }: StoredSession, { blobs }: SealingDeps): Promise<StartBody & Envelope> {
  const head = await blobs.read({ session: id, file: 'log' }, 0, Math.min(log, HEAD_BYTES));
  const end = head.indexOf('\n');
  if (end === -1) throw conflict('its first line is not here yet');
  const start = parseLine(head.subarray(0, end));
  if (start?.kind !== 'start') throw refused('ERR_VERIFY_FAILED', 'the log does not begin as a log does');
  return start;
}

function confirmed(
  { checkpoint, signature }: CheckpointRequest,
  { tree, bytes }: { tree: MerkleTree; bytes: number },
  { log, now }: SealingDeps,
): RunningCheckpoint {
  // What is kept says no more than what is signed.
  const seconds = Math.floor(now() / 1000);
  const cosignature = log.cosign(checkpoint, seconds);
  const { size, subtrees } = tree;
  return { size, bytes, subtrees, checkpoint, signature, acceptedAt: seconds * 1000, cosignature };
}

function forked(why: string): HttpError {
  const message = `the checkpoint contradicts what was sent before: ${why}`;
  return new HttpError(409, { code: 'ERR_SESSION_FORKED', message });
}

function refused(code: 'ERR_VERIFY_FAILED' | 'ERR_CERTIFICATE', message: string): HttpError {
  return new HttpError(422, { code, message });
}
