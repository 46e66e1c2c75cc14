import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { checkpointText, SEAL_NAMESPACE, soloOrigin } from '../core/session/checkpoint.ts';
import type { AmendmentBody, SignerRecord } from '../core/session/event.ts';
import { eventText } from '../core/session/event-text.ts';
import { LogWalk } from '../core/session/log-walk.ts';
import { ephemeralSigner, type Signer } from '../core/session/signer.ts';
import { type CertifiedSigner, parseSsh, signSsh } from '../core/session/sshsig.ts';
import { FileSource } from './file-source.ts';
import { stateDirError } from './files.ts';
import { lock } from './locks.ts';
import { type Amendment, commitAmendment, completeAmendment } from './session-amendment.ts';
import { type SessionClock, systemClock } from './session-clock.ts';
import type { SessionFiles } from './session-files.ts';
import { SidecarRewriter } from './sidecar-rewriter.ts';

/** A seal, as it was when it was found good. */
export interface GoodSeal {
  readonly checkpoint: string;
  readonly signature: string;
}

export interface AmendDeps {
  /** This device's key. */
  readonly signer: () => Promise<Signer>;
  readonly clock?: SessionClock;
}

export interface Change {
  readonly bodies: readonly AmendmentBody[];
  /** Verifies the session while nobody else can amend it; throws unless every claim holds. */
  readonly check: () => Promise<GoodSeal>;
}

/**
 * Adds notes and redactions to a sealed session, and seals it anew: it is as before, or has all of them, whatever happens
 * meanwhile. What is sealed is what `check` has found good and nothing else: it is read once more, and has to be the same.
 *
 * @throws {HallpassError} what `check` throws; ERR_USAGE for events that are not there or have no payload; ERR_KEYCHAIN
 * when the key that sealed it is not at hand; ERR_SESSION_CORRUPT when it has changed meanwhile
 */
export async function amendSession(files: SessionFiles, change: Change, deps: AmendDeps): Promise<void> {
  const held = await lock(files.lock);
  try {
    // Of one that came first and died.
    for (const _ of completeAmendment(files));
    await inSlices(amendmentSteps(files, change, deps));
  } catch (error) {
    // What was committed the next hallpass completes.
    throw error instanceof HallpassError ? error : stateDirError(dirname(files.log), error);
  } finally {
    held.release();
  }
}

// A long session must not make a screen wait.
async function inSlices(steps: AsyncGenerator<string>): Promise<void> {
  let started = performance.now();
  for await (const _ of steps) {
    if (performance.now() - started < LIMITS.verifySliceMs) continue;
    await breathe();
    started = performance.now();
  }
}

/** The same, stopping after every step of which something is on the disk. For who holds the session's lock. */
export async function* amendmentSteps(
  files: SessionFiles,
  { bodies, check }: Change,
  deps: AmendDeps,
): AsyncGenerator<string> {
  const seal = await check();
  const targets = bodies.flatMap((body) => (body.kind === 'redact' ? [body.target] : []));
  const log = new LogWalk();
  try {
    const { sizes, added } = yield* prepare(files, targets, log);
    // The tree of what was read just now is the tree that was signed: so these are the bytes that were verified.
    if (headText(files, log) !== seal.checkpoint) throw changed(files);
    const sealer = await sealerFor(log.signer, deps.signer);
    const lines = linesOf(bodies, log, { sealer, time: (deps.clock ?? systemClock).wallMillis() });
    if (added + Buffer.byteLength(lines) > LIMITS.amendmentBytes) throw tooMuch(files);
    const checkpoint = headText(files, log);
    const signature = signSsh(Buffer.from(checkpoint), SEAL_NAMESPACE, certified(sealer, seal));
    commitAmendment(files, { ...sizes, lines, checkpoint, signature });
  } catch (error) {
    rmSync(files.rewritten, { force: true });
    throw error;
  }
  yield 'committed';
  yield* completeAmendment(files);
}

interface Prepared {
  readonly sizes: Pick<Amendment, 'log_size' | 'payload_size'>;
  /** Bytes that were added after its end before. */
  readonly added: number;
}

// Reads the log, and writes the sidecar that goes with it where that is to be another.
function* prepare(
  files: SessionFiles,
  targets: readonly number[],
  log: LogWalk,
): Generator<string, Prepared> {
  const lines = new FileSource(files.log);
  const sidecar = targets.length === 0 ? undefined : new SidecarRewriter(files, targets);
  try {
    let ended = 0;
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      const event = log.step(line);
      if (event === undefined) throw changed(files);
      if (event.kind === 'end') ended = lines.position;
      sidecar?.step(event);
      yield 'copied';
    }
    const sizes = { log_size: lines.position, ...(sidecar && { payload_size: sidecar.finish() }) };
    return { sizes, added: lines.position - ended };
  } finally {
    lines.close();
    sidecar?.close();
  }
}

// A key that lived for one session is gone: another such key takes its place, and the seal is worth no more than before.
async function sealerFor(named: SignerRecord | undefined, signer: () => Promise<Signer>): Promise<Signer> {
  if (named?.kind === 'ephemeral') return ephemeralSigner();
  const device = await signer();
  if (device.record.key === named?.key) return device;
  const why = `it was sealed with the device key ${named?.key}, which is not at hand`;
  throw new HallpassError('ERR_KEYCHAIN', why);
}

function linesOf(
  bodies: readonly AmendmentBody[],
  log: LogWalk,
  { sealer, time }: { sealer: Signer; time: number },
): string {
  // `mono` goes on from where it ended: nobody's clock runs since the session began.
  const mono = log.last?.mono ?? 0;
  const named = sealer.record.key === log.signer?.key ? {} : { signer: sealer.record };
  const events = log.tree.size;
  const lines = bodies.map((body, at) => {
    if (body.target !== undefined && body.target >= events)
      throw new HallpassError('ERR_USAGE', `there is no event ${body.target}`);
    const line = eventText({ ...body, ...(at === 0 && named), seq: log.tree.size, time, mono });
    log.tree.append(Buffer.from(line));
    return `${line}\n`;
  });
  return lines.join('');
}

// Who certified the key said so of the key: it holds for the new signature as it did for the old one.
function certified(signer: Signer, { signature }: GoodSeal): CertifiedSigner {
  const certificate = parseSsh(signature)?.certificate;
  const isOurs = certificate?.publicKey.equals(signer.publicKey) === true;
  return isOurs ? { ...signer, certificate } : signer;
}

function headText({ id }: SessionFiles, { tree }: LogWalk): string {
  return checkpointText({ origin: soloOrigin(id), size: tree.size, root: tree.root() });
}

function tooMuch({ id }: SessionFiles): HallpassError {
  const why = `session ${id} takes no more: ${LIMITS.amendmentBytes} bytes can be added after its end`;
  return new HallpassError('ERR_USAGE', why);
}

function changed({ id }: SessionFiles): HallpassError {
  return new HallpassError('ERR_SESSION_CORRUPT', `session ${id} has changed while it was amended`);
}
