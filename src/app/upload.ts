import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { parseSsh, verifySsh } from '../core/session/sshsig.ts';
import { SEAL_NAMESPACE } from '../core/session/checkpoint.ts';
import type { LogKey } from '../core/tlog/note.ts';
import {
  type Acceptance,
  checkReceipt,
  parseReceipt,
  type Receipt,
  receiptText,
} from '../core/tlog/receipt.ts';
import type { HubClient, SealAnswer, SessionFile } from '../identity/hub-client.ts';
import type { LogWatch } from '../identity/log-watch.ts';
import type { Attested, SealFiles } from './attest.ts';

/** Sessions, as far as uploading them goes. */
export interface UploadFiles extends SealFiles {
  sizes(session: string): Sizes;
  /** At most `length` bytes from `offset` on. */
  read(session: string, file: SessionFile, range: { offset: number; length: number }): Uint8Array;
  receipt(session: string): string | undefined;
  writeReceipt(session: string, text: string): void;
  writeSignature(session: string, signature: string): void;
}

export interface Sizes {
  readonly log: number;
  readonly payloads: number;
}

export interface UploadDeps {
  readonly files: UploadFiles;
  readonly client: Pick<HubClient, 'origin' | 'state' | 'put' | 'seal' | 'download'>;
  readonly watch: Pick<LogWatch, 'see'>;
  /** Of the hub's log, as pinned at login. */
  readonly logKey: LogKey;
  /** Who is logged in. */
  readonly who: { readonly issuer: string; readonly subject: string };
  readonly attest: (session: string, anew?: boolean) => Promise<Attested>;
  /** Notes, before the first byte of it is sent, that the hub may have some of this session. */
  readonly sending: (session: string) => void;
  /** Held while this session is uploaded. Throws when another process keeps it. */
  readonly lock: (session: string) => Promise<{ release(): void }>;
}

/** A session that the hub has, with the proof checked and stored. */
export interface Uploaded extends Acceptance {
  readonly session: string;
}

/**
 * Uploads a sealed session: what the hub doesn't hold of it yet, then the seal. Done only when the hub's receipt leads,
 * under the pinned key, to a head of the log that continues what was seen before. May be repeated, and interrupted
 * anywhere.
 *
 * @throws {HallpassError} ERR_UPLOAD_REFUSED, ERR_UPLOAD_CONFLICT: for good; ERR_RECEIPT: the hub contradicts itself;
 * ERR_HUB_UNREACHABLE, ERR_AUTH…: later
 */
export async function uploadSession(session: string, deps: UploadDeps): Promise<Uploaded> {
  const held = await deps.lock(session);
  try {
    const before = storedReceipt(session, deps);
    if (before !== undefined) return before;
    refuseOthers(session, deps);
    await sendRest(session, deps.files.sizes(session), deps);
    const receipt = await sealAtHub(session, deps);
    const acceptance = checkReceipt(receipt, sealedOf(session, deps), deps.logKey);
    if (typeof acceptance === 'string')
      throw new HallpassError(
        'ERR_RECEIPT',
        `the hub's receipt for session ${session} does not hold: ${acceptance}`,
      );
    await deps.watch.see(receipt.checkpoint);
    deps.files.writeReceipt(session, receiptText(receipt));
    return { session, ...acceptance };
  } finally {
    held.release();
  }
}

/** The receipt that lies beside a session, if it holds. */
export function storedReceipt(
  session: string,
  deps: Pick<UploadDeps, 'files' | 'logKey'>,
): Uploaded | undefined {
  const text = deps.files.receipt(session);
  const receipt = text === undefined ? undefined : parseReceipt(text);
  if (receipt === undefined) return undefined;
  const acceptance = checkReceipt(receipt, sealedOf(session, deps), deps.logKey);
  return typeof acceptance === 'string' ? undefined : { session, ...acceptance };
}

/** Sends what the hub doesn't hold yet of the first so many bytes. */
export async function sendRest(
  session: string,
  sizes: Sizes,
  deps: Pick<UploadDeps, 'files' | 'client' | 'sending'>,
): Promise<void> {
  const held = await deps.client.state(session);
  if (held.state === 'quarantined')
    throw new HallpassError('ERR_UPLOAD_REFUSED', `the hub has put session ${session} into quarantine`);
  if (held.log > sizes.log || held.payloads > sizes.payloads)
    throw conflict(session, 'it holds more than there is here');
  deps.sending(session);
  // The payloads first, as they were written: a line there finds its bytes.
  await sendFile({ session, file: 'payloads', from: held.payloads, to: sizes.payloads }, deps);
  await sendFile({ session, file: 'log', from: held.log, to: sizes.log }, deps);
}

// What the log says somebody else recorded is not to become this person's at the hub.
function refuseOthers(session: string, { files, who }: UploadDeps): void {
  const start = files.start(session);
  if (start?.issuer === undefined) return;
  if (start.issuer === who.issuer && start.subject === who.subject) return;
  throw new HallpassError(
    'ERR_DENIED',
    `session ${session} was recorded by ${start.subject}, and ${who.subject} is logged in`,
    { hint: `hallpass login as ${start.subject}, then: hallpass sessions upload ${session}` },
  );
}

interface Span {
  readonly session: string;
  readonly file: SessionFile;
  readonly from: number;
  readonly to: number;
}

async function sendFile(
  { session, file, from, to }: Span,
  { files, client }: Pick<UploadDeps, 'files' | 'client'>,
) {
  for (let offset = from; offset < to;) {
    const piece = files.read(session, file, {
      offset,
      length: Math.min(to - offset, LIMITS.uploadPieceBytes),
    });
    if (piece.length === 0)
      throw new HallpassError('ERR_SESSION_CORRUPT', `session ${session} became shorter`);
    if (!(await client.put({ session, file, offset }, piece)))
      throw conflict(session, `it takes no more of the ${file}`);
    offset += piece.length;
  }
}

async function sealAtHub(session: string, deps: UploadDeps): Promise<Receipt> {
  const { state } = await deps.client.state(session);
  // What the hub accepted it accepted with the signature it then had.
  if (state === 'accepted') await adoptSignature(session, deps);
  else await deps.attest(session);
  let answer = await askForSeal(session, deps);
  if (answer.outcome === 'certificate' && (await deps.attest(session, true)) === 'attested')
    answer = await askForSeal(session, deps);
  if (answer.outcome === 'accepted') return answer.receipt;
  if (answer.outcome === 'conflict') throw conflict(session, answer.why);
  throw new HallpassError('ERR_UPLOAD_REFUSED', `the hub does not accept session ${session}: ${answer.why}`);
}

function askForSeal(session: string, deps: UploadDeps): Promise<SealAnswer> {
  const { log, payloads } = deps.files.sizes(session);
  const { checkpoint, signature } = sealedOf(session, deps);
  return deps.client.seal(session, { checkpoint, signature, logBytes: log, payloadBytes: payloads });
}

// The answer to an earlier try may have been lost, and the seal signed once more since. Only a signature that could as
// well be the one that is here takes its place.
async function adoptSignature(session: string, deps: UploadDeps): Promise<void> {
  const { checkpoint, signature } = sealedOf(session, deps);
  const pieces: Uint8Array[] = [];
  for await (const piece of deps.client.download(session, 'signature')) pieces.push(piece);
  const accepted = Buffer.concat(pieces).toString('latin1');
  const [ours, theirs] = [parseSsh(signature), parseSsh(accepted)];
  if (accepted === signature || ours === undefined || theirs === undefined) return;
  if (!theirs.publicKey.equals(ours.publicKey)) return;
  if (verifySsh(Buffer.from(checkpoint), SEAL_NAMESPACE, theirs))
    deps.files.writeSignature(session, accepted);
}

function sealedOf(session: string, { files }: Pick<UploadDeps, 'files'>) {
  const seal = files.seal(session);
  if (seal !== undefined) return { session, ...seal };
  throw new HallpassError('ERR_SESSION_CORRUPT', `session ${session} is not sealed`);
}

function conflict(session: string, why: string): HallpassError {
  return new HallpassError('ERR_UPLOAD_CONFLICT', `the hub holds other bytes of session ${session}: ${why}`);
}
