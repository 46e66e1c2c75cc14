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
  /** Locked by the process that records, or amends. */
  readonly lock: string;
  /** While something is added after its end: what it then is. Where this stands it is as good as done. */
  readonly amendment: string;
  /** The sidecar as it then is. */
  readonly rewritten: string;
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
    amendment: `${base}.amendment`,
    rewritten: `${base}.payloads.new`,
  };
}

/** Deletes all that there is of a session, the log first: what is left by a crash is not taken for a session. */
export function removeSession(files: SessionFiles): void {
  const { log, checkpoint, signature, receipt, payloads, amendment, rewritten, lock } = files;
  for (const path of [log, checkpoint, signature, receipt, payloads, amendment, rewritten, lock])
    rmSync(path, { force: true });
}
