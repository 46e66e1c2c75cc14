import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** The files of one session. */
export interface SessionFiles {
  readonly id: string;
  /** The events, one a line. */
  readonly log: string;
  /** Masked bytes and salts. */
  readonly payloads: string;
  readonly checkpoint: string;
  readonly signature: string;
  /** A hub's proof that it has the session. */
  readonly receipt: string;
  /** Locked by the process that records. */
  readonly lock: string;
}

export const LOG_SUFFIX = '.jsonl';

/** The paths of session `id` in `directory`. */
export function sessionFiles(directory: string, id: string): SessionFiles {
  const base = join(directory, id);
  return {
    id,
    log: `${base}${LOG_SUFFIX}`,
    payloads: `${base}.payloads`,
    checkpoint: `${base}.checkpoint`,
    signature: `${base}.checkpoint.sig`,
    receipt: `${base}.receipt`,
    lock: `${base}.lock`,
  };
}

/** Deletes all that there is of a session, the log first: what is left by a crash is not taken for a session. */
export function removeSession(files: SessionFiles): void {
  const { log, checkpoint, signature, receipt, payloads, lock } = files;
  for (const path of [log, checkpoint, signature, receipt, payloads, lock]) rmSync(path, { force: true });
}
