import { ftruncateSync, rmSync } from 'node:fs';

import { LIMITS } from '../core/limits.ts';
import { ABANDONED } from '../core/session/event.ts';
import { parseLine } from '../core/session/line.ts';
import { LogWalk } from '../core/session/log-walk.ts';
import { PayloadWalk } from '../core/session/payload-walk.ts';
import type { Signer } from '../core/session/signer.ts';
import type { RecoveryOutcome } from '../core/session/summary.ts';
import { FileSource } from './file-source.ts';
import { fileExists, fileSize, openForAppend } from './files.ts';
import { tryLock } from './locks.ts';
import { appendEvent, closeTarget, type SessionTarget, syncTarget } from './session-appender.ts';
import { type SessionClock, systemClock } from './session-clock.ts';
import { removeSession, type SessionFiles } from './session-files.ts';
import { writeSeal } from './session-seal.ts';

export interface RecoveryDeps {
  /** Asked for only when there is something to seal. */
  readonly signer: () => Promise<Signer>;
  readonly clock?: SessionClock;
}

function isSealed(files: SessionFiles): boolean {
  return fileExists(files.checkpoint) && fileExists(files.signature);
}

/**
 * Ends and seals a session whose process is gone. Does nothing to one that is sealed or alive. Any number of processes
 * may try at once.
 */
export async function recoverSession(files: SessionFiles, deps: RecoveryDeps): Promise<RecoveryOutcome> {
  if (isSealed(files)) return 'sealed';
  const held = tryLock(files.lock);
  if (held === undefined) return 'live';
  let outcome: RecoveryOutcome = 'corrupt';
  try {
    // Another may have been faster.
    outcome = isSealed(files) ? 'sealed' : await recoverLocked(files, deps);
    return outcome;
  } finally {
    held.release();
    if (outcome === 'sealed' || outcome === 'recovered' || outcome === 'removed')
      rmSync(files.lock, { force: true });
  }
}

async function recoverLocked(files: SessionFiles, deps: RecoveryDeps): Promise<RecoveryOutcome> {
  const found = survey(files);
  if (found === undefined) return 'corrupt';
  if (found.log.start === undefined) {
    removeSession(files);
    return 'removed';
  }
  const signer = await deps.signer();
  // A log that names the device's key must not be sealed by a lesser one.
  if (found.log.signer?.kind === 'device' && signer.record.kind !== 'device') return 'no-key';
  await cutAndSeal(files, found, { signer, clock: deps.clock ?? systemClock });
  return 'recovered';
}

interface Survey {
  readonly log: LogWalk;
  readonly payloads: PayloadWalk;
  /** Where the last good line ends. */
  readonly logEnd: number;
}

// Reads everything there is. Undefined when something is wrong elsewhere than at the very end.
function survey(files: SessionFiles): Survey | undefined {
  const lines = new FileSource(files.log);
  const bytes = new FileSource(files.payloads);
  try {
    const log = new LogWalk();
    const payloads = new PayloadWalk(bytes);
    let logEnd = 0;
    for (let line = lines.next(); line !== undefined; line = lines.next()) {
      // After a power cut a last line may be whole and yet not what was written.
      if (parseLine(line) === undefined)
        return lines.next() === undefined ? { log, payloads, logEnd } : undefined;
      const event = log.step(line);
      if (event === undefined) return undefined;
      payloads.step(event);
      logEnd = lines.position;
    }
    return lines.torn > LIMITS.eventBytes ? undefined : { log, payloads, logEnd };
  } finally {
    lines.close();
    bytes.close();
  }
}

async function cutAndSeal(
  files: SessionFiles,
  found: Survey,
  deps: { signer: Signer; clock: SessionClock },
): Promise<void> {
  const { log, payloads } = found;
  const target = { log: openForAppend(files.log), payloads: openForAppend(files.payloads), tree: log.tree };
  try {
    const cut = cutTails(files, target, found);
    const moment = { time: deps.clock.wallMillis(), mono: log.last?.mono ?? 0 };
    const lost = { lost_payloads: payloads.undeclared, signer: deps.signer.record };
    appendEvent(target, moment, { body: { kind: 'recovered', ...cut, ...lost } });
    appendEvent(target, moment, { body: { kind: 'end', reason: ABANDONED, counts: log.counts } });
    await syncTarget(target);
    writeSeal(files, log.tree, deps.signer);
  } finally {
    closeTarget(target);
  }
}

function cutTails(files: SessionFiles, target: SessionTarget, { payloads, logEnd }: Survey) {
  const cutBytes = fileSize(files.log) - logEnd;
  // Past a damaged record nobody knows what belongs to whom: that is evidence, and stays.
  const cutPayloadBytes = payloads.damaged ? 0 : fileSize(files.payloads) - payloads.position;
  if (cutBytes > 0) ftruncateSync(target.log, logEnd);
  if (cutPayloadBytes > 0) ftruncateSync(target.payloads, payloads.position);
  return { cut_bytes: cutBytes, cut_payload_bytes: cutPayloadBytes };
}
