import { type Certificate, verifyCertificate } from './certificate.ts';
import { type Checkpoint, parseCheckpoint, SEAL_NAMESPACE, soloOrigin } from './checkpoint.ts';
import { LogWalk } from './log-walk.ts';
import { type ByteSource, PayloadWalk } from './payload-walk.ts';
import { fingerprint } from './signer.ts';
import { isoTime } from './summary.ts';
import { parseSsh, type SshSignature, verifySsh } from './sshsig.ts';

/** The lines of a log, in order. */
export interface LineSource {
  /** The next line without its newline, valid until the next call; undefined at the end. */
  next(): Buffer | undefined;
  /** Once at the end: bytes after the last newline. */
  readonly torn: number;
}

/** What there is of a session. Everything in it may have been written by anybody. */
export interface Evidence {
  /** The id under which it was looked up, undefined for a file from elsewhere. */
  readonly expectedId: string | undefined;
  readonly lines: LineSource;
  readonly payloads: ByteSource;
  readonly checkpoint: string | undefined;
  readonly signature: string | undefined;
  /** The session has not ended: the checkpoint is of its first lines, and what comes after them is not looked at. */
  readonly open?: boolean;
  /** A seal came after that checkpoint which is not of these lines. */
  readonly contradicted?: boolean;
}

/** Which keys may seal: decided by this machine or by the person, never by the evidence. */
export interface Trust {
  /** 32 raw bytes each. */
  readonly keys: readonly Uint8Array[];
  /** Where the keys come from, to be read after "a key of". */
  readonly source: string;
  /** The person named the keys: a key that lives for one session only can't be among them. */
  readonly explicit: boolean;
  /** From another machine, of which no keys are known here: a key that isn't certified proves nothing, but is no forgery. */
  readonly foreign?: boolean;
  /** Certificate authorities of hubs, 32 raw bytes each: pinned at login. */
  readonly authorities?: readonly Uint8Array[];
  /** When the hub accepted the seal, milliseconds since 1970: from its own clock, or proven by its signed log. */
  readonly acceptedAt?: number;
  /** How that time is known; or, where there is none, why not. */
  readonly timeProof?: string;
  /** What is wrong with the proof of a time that came with the evidence. */
  readonly timeProblem?: string;
  /** Whom a certificate has to name, `<issuer>|<sub>`; undefined: anybody. */
  readonly identity?: string;
}

export type ClaimStatus = 'pass' | 'fail' | 'redacted' | 'unchecked';

export interface Claim {
  readonly claim: 'format' | 'tree' | 'payloads' | 'signature' | 'signer' | 'identity' | 'time';
  readonly status: ClaimStatus;
  readonly reason: string;
}

export interface Verification {
  /** As the log has it. */
  readonly session: string;
  /** No claim failed. What is unchecked is not proven. */
  readonly ok: boolean;
  readonly claims: readonly Claim[];
  readonly seal: SealKind;
}

/** What the seal is worth, in a word. */
export type SealKind =
  /** By a trusted key, and by the process that recorded, or by an amendment that found its seal good. */
  | 'timely'
  /** By a trusted key, but only after the process that recorded was gone. */
  | 'recovered'
  /** A checkpoint of a session that has not ended. */
  | 'open'
  /** By a key of one session only. */
  | 'ephemeral'
  /** By a key of a machine that isn't known here. */
  | 'foreign'
  /** A claim fails. */
  | 'unproven';

/**
 * Checks every claim a session makes, in one pass and with memory that does not grow with it. A failing claim never
 * hides another.
 */
export function verifySession(evidence: Evidence, trust: Trust): Verification {
  const steps = verifySteps(evidence, trust);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `verifySession`, but stopping after each line, for those who have something else to do in between. */
export function* verifySteps(evidence: Evidence, trust: Trust): Generator<undefined, Verification> {
  const log = new LogWalk();
  const payloads = new PayloadWalk(evidence.payloads);
  const end = lastLine(evidence);
  for (let line = evidence.lines.next(); line !== undefined; line = evidence.lines.next()) {
    if (log.tree.size === end) break;
    const event = log.step(line);
    if (event !== undefined) payloads.step(event);
    yield;
  }
  const format = formatClaim(log, evidence);
  const signature = evidence.signature === undefined ? undefined : parseSsh(evidence.signature);
  const claims = [
    evidence.contradicted === true && format.status !== 'fail' ? contradicted(log) : format,
    treeClaim(log, evidence),
    payloadClaim(payloads, format, evidence),
    signatureClaim(evidence, signature),
    signerClaim(log, signature, trust),
    identityClaim(log, signature?.certificate, trust),
    timeClaim(trust),
  ];
  const session = log.start?.session ?? evidence.expectedId ?? '';
  const ok = claims.every((claim) => claim.status !== 'fail');
  return { session, ok, claims, seal: ok ? sealKind(log, claims, { ...trust, ...evidence }) : 'unproven' };
}

function lastLine({ open, checkpoint = '' }: Evidence): number {
  return open === true ? (parseCheckpoint(checkpoint)?.size ?? Infinity) : Infinity;
}

function sealKind(
  log: LogWalk,
  claims: readonly Claim[],
  trust: Pick<Trust, 'foreign'> & Pick<Evidence, 'open'>,
): SealKind {
  const passes = (name: Claim['claim']): boolean =>
    claims.some(({ claim, status }) => claim === name && status === 'pass');
  if (trust.open === true) return 'open';
  if (passes('signer')) return 'timely';
  if (trust.foreign === true && !passes('identity')) return 'foreign';
  return log.signer?.kind === 'device' ? 'recovered' : 'ephemeral';
}

function formatClaim(log: LogWalk, { expectedId, lines, open = false }: Evidence): Claim {
  const problem = open ? log.finishOpen() : log.finish(lines.torn);
  if (problem !== undefined) return fail('format', problem);
  const found = log.start?.session;
  if (expectedId !== undefined && found !== expectedId)
    return fail('format', `this is the log of another session, ${found}`);
  const { size } = log.tree;
  if (open)
    return unchecked(
      'format',
      `${size} events in order; the session has not ended, and later ones are unchecked`,
    );
  return pass('format', `${size} events in order, from start to end`);
}

function contradicted({ tree }: LogWalk): Claim {
  const until = `${tree.size} events in order up to the last checkpoint that the hub accepted`;
  return fail(
    'format',
    `${until}; a seal that came later is not of what was sent, and the hub keeps it in quarantine`,
  );
}

function treeClaim(log: LogWalk, { checkpoint: text }: Evidence): Claim {
  if (text === undefined) return fail('tree', 'there is no checkpoint: the session is not sealed');
  const checkpoint = parseCheckpoint(text);
  if (checkpoint === undefined) return fail('tree', 'the checkpoint is malformed');
  const problem = headProblem(log, checkpoint);
  return problem === undefined
    ? pass('tree', `root over ${checkpoint.size} lines recomputed`)
    : fail('tree', problem);
}

function headProblem(log: LogWalk, checkpoint: Checkpoint): string | undefined {
  const { size } = log.tree;
  if (checkpoint.origin !== soloOrigin(log.start?.session ?? ''))
    return 'the checkpoint belongs to another session';
  if (checkpoint.size !== size) return `the log has ${size} lines, ${checkpoint.size} were sealed`;
  return log.tree.root().equals(checkpoint.root) ? undefined : 'the lines are not those that were sealed';
}

function payloadClaim(payloads: PayloadWalk, format: Claim, { open }: Evidence): Claim {
  const { status, reason } = payloads.finish(open);
  if (status === 'fail' || format.status !== 'fail') return { claim: 'payloads', status, reason };
  return fail('payloads', 'the log does not say which payloads there should be');
}

function signatureClaim(
  { checkpoint, signature: armored }: Evidence,
  signature: SshSignature | undefined,
): Claim {
  if (checkpoint === undefined || armored === undefined)
    return fail('signature', 'the session is not sealed');
  if (signature === undefined) return fail('signature', 'the signature is malformed');
  const good = verifySsh(Buffer.from(checkpoint), SEAL_NAMESPACE, signature);
  if (!good) return fail('signature', 'the signature does not fit the checkpoint');
  return pass('signature', `Ed25519 over the checkpoint, by ${fingerprint(signature.publicKey)}`);
}

// The log and the signature only say who claims to have signed. Whom to believe is in `trust` alone.
function signerClaim(log: LogWalk, signature: SshSignature | undefined, trust: Trust): Claim {
  if (signature === undefined) return fail('signer', 'no signature that could be read');
  const key = fingerprint(signature.publicKey);
  if (log.signer?.key !== key)
    return fail('signer', `sealed by ${key}, the log names ${log.signer?.key ?? 'nobody'}`);
  if (trust.keys.some((believed) => signature.publicKey.equals(believed)))
    return vouched(log, `${key} is a key of ${trust.source}`);
  const { certificate } = signature;
  if (certificate !== undefined && identityClaim(log, certificate, trust).status === 'pass')
    return vouched(log, `${key} is certified by the hub`);
  if (trust.foreign === true)
    return unchecked('signer', `${key} is not certified, and nobody here knows the machine it belongs to`);
  if (log.signer.kind === 'device' || trust.explicit)
    return fail('signer', `${key} is not a key of ${trust.source}`);
  return unchecked(
    'signer',
    `${key} lived for this session only: anyone able to write these files could have made it`,
  );
}

// What a recovery seals it found lying there: it can't vouch for what the process that died has recorded. Were this a
// pass, taking the seal off an edited log and having hallpass look at it would make the edit good.
function vouched(log: LogWalk, key: string): Claim {
  const sealed = log.amended === undefined ? key : `${key}; amended at ${isoTime(log.amended)}`;
  if (log.recovered === undefined) return pass('signer', sealed);
  const until = `sealed by a recovery at ${isoTime(log.recovered)}`;
  return unchecked(
    'signer',
    `${sealed}; ${until}: until then anyone able to write these files could have changed them`,
  );
}

// A certificate only says who claims to be certified; whose word counts, and at what time, is in `trust` alone.
function identityClaim(log: LogWalk, certificate: Certificate | undefined, trust: Trust): Claim {
  const { authorities = [], acceptedAt, identity } = trust;
  if (certificate === undefined)
    return unchecked('identity', 'unattested: no proof from an identity provider');
  const who = `certified for ${certificate.keyId}`;
  if (authorities.length === 0)
    return unchecked('identity', `${who}, by an authority that nobody here has pinned`);
  if (!authorities.some((believed) => certificate.authority.equals(believed)))
    return fail('identity', `${who}, but by another authority than the hub's`);
  if (!verifyCertificate(certificate)) return fail('identity', `${who}, but the hub has not signed that`);
  if (identity !== undefined && certificate.keyId !== identity)
    return fail('identity', `${who}, not for ${identity}`);
  // Without this, who has a certificate for somebody else's key could pass for the one who recorded.
  if (!names(log, certificate))
    return fail('identity', `${who}, but the log names ${log.start?.subject ?? 'nobody'}`);
  if (acceptedAt === undefined) return unchecked('identity', `${who}; when it was sealed is not proven`);
  const problem = outOfTime(certificate, acceptedAt);
  return problem === undefined ? pass('identity', who) : fail('identity', `${who}, but ${problem}`);
}

function names({ start }: LogWalk, { keyId, principals }: Certificate): boolean {
  if (start?.issuer === undefined || keyId !== `${start.issuer}|${start.subject}`) return false;
  return principals.length === 1 && principals[0] === start.subject;
}

function outOfTime({ validAfter, validBefore }: Certificate, acceptedAt: number): string | undefined {
  const seconds = acceptedAt / 1000;
  if (seconds < validAfter)
    return `not yet valid at ${isoTime(acceptedAt)}: valid from ${isoTime(validAfter * 1000)}`;
  if (seconds < validBefore) return undefined;
  return `expired at ${isoTime(validBefore * 1000)}, before the hub accepted the seal`;
}

function timeClaim({ acceptedAt, timeProof, timeProblem }: Trust): Claim {
  if (timeProblem !== undefined) return fail('time', timeProblem);
  const proof = timeProof === undefined ? '' : `; ${timeProof}`;
  if (acceptedAt !== undefined) return pass('time', `the hub accepted it at ${isoTime(acceptedAt)}${proof}`);
  return unchecked(
    'time',
    timeProof ?? "the times are the recording machine's own: no hub has confirmed them",
  );
}

function pass(claim: Claim['claim'], reason: string): Claim {
  return { claim, status: 'pass', reason };
}

function fail(claim: Claim['claim'], reason: string): Claim {
  return { claim, status: 'fail', reason };
}

function unchecked(claim: Claim['claim'], reason: string): Claim {
  return { claim, status: 'unchecked', reason };
}
