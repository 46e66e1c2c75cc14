import { HallpassError } from '../core/errors.ts';
import type { RecoveryOutcome } from '../core/session/summary.ts';
import { isoTime } from '../core/session/summary.ts';
import { type UploadDeps, uploadSession } from './upload.ts';

/** A session that is to go to a hub. */
export interface SpoolEntry {
  readonly session: string;
  readonly profile: string;
  readonly hub: string;
  readonly quarantined?: string;
}

export interface Spool {
  put(entry: SpoolEntry): void;
  remove(session: string): void;
  /** Entries that can't be read are put aside. */
  entries(onBad: (session: string) => void): SpoolEntry[];
}

export interface SpoolDeps extends UploadDeps {
  readonly spool: Spool;
  readonly profile: string;
  /** Ends and seals the session if its process is gone. `missing`: there is none of that name. */
  readonly recover: (session: string) => Promise<RecoveryOutcome | 'missing'>;
  readonly note: (line: string) => void;
}

/** What became of an upload, as scripts see it. */
export interface UploadResult {
  readonly session: string;
  readonly hub: string;
  readonly state: 'uploaded' | 'pending' | 'quarantined';
  readonly attested: boolean | null;
  /** ISO 8601, by the hub's clock. */
  readonly accepted_at: string | null;
  /** Of the session's leaf in the hub's log. */
  readonly index: number | null;
  /** Why it isn't uploaded. */
  readonly reason: string | null;
}

export interface Tried {
  readonly result: UploadResult;
  /** What stood in the way. */
  readonly error: HallpassError | undefined;
}

// Whatever else is waiting would meet the same.
const STOPPING = new Set([
  'ERR_HUB_UNREACHABLE',
  'ERR_ISSUER_UNREACHABLE',
  'ERR_AUTH',
  'ERR_POSSESSION',
  'ERR_HUB_KEYS_CHANGED',
  'ERR_RECEIPT',
  'ERR_KEYCHAIN',
]);
const FINAL = new Set(['ERR_UPLOAD_REFUSED', 'ERR_UPLOAD_CONFLICT', 'ERR_SESSION_CORRUPT']);

/** Uploads one session, having noted first that it is to be. What can't be done now stays noted. */
export async function uploadNoted(session: string, deps: SpoolDeps): Promise<Tried> {
  const entry = { session, profile: deps.profile, hub: deps.client.origin };
  deps.spool.put(entry);
  return attempt(entry, deps);
}

/**
 * Uploads what is waiting for this profile's hub, at most `limit` sessions. One that fails stands before no other; only
 * when the hub itself is out of reach the rest waits on.
 */
export async function uploadSpooled(deps: SpoolDeps, limit: number): Promise<Tried[]> {
  const waiting = deps.spool
    .entries((session) =>
      deps.note(`the entry of session ${session} in the spool was damaged and is put aside`),
    )
    .filter(({ profile, hub }) => profile === deps.profile && hub === deps.client.origin)
    .filter(({ quarantined }) => quarantined === undefined);
  const tried: Tried[] = [];
  for (const entry of waiting) {
    if (tried.length >= limit) break;
    const outcome = await deps.recover(entry.session);
    if (outcome === 'live') continue;
    if (outcome === 'missing' || outcome === 'removed') {
      deps.spool.remove(entry.session);
      deps.note(`session ${entry.session} was deleted before it could be uploaded`);
      continue;
    }
    const one = await attempt(entry, { ...deps, recover: () => Promise.resolve(outcome) });
    tried.push(one);
    if (one.error !== undefined && STOPPING.has(one.error.code)) break;
  }
  return tried;
}

async function attempt(entry: SpoolEntry, deps: SpoolDeps): Promise<Tried> {
  const { session, hub } = entry;
  try {
    requireSealed(session, await deps.recover(session));
    const { attested, acceptedAt, index } = await uploadSession(session, deps);
    deps.spool.remove(session);
    const accepted = { attested, accepted_at: isoTime(acceptedAt), index };
    return { result: { session, hub, state: 'uploaded', ...accepted, reason: null }, error: undefined };
  } catch (error) {
    return failed(entry, asOurs(error), deps);
  }
}

function requireSealed(session: string, outcome: RecoveryOutcome | 'missing'): void {
  switch (outcome) {
    case 'sealed':
    case 'recovered':
      return;
    case 'live':
      throw new HallpassError('ERR_USAGE', `session ${session} is still being recorded`, {
        hint: 'End it first.',
      });
    case 'no-key':
      throw new HallpassError(
        'ERR_KEYCHAIN',
        `session ${session} ended without a seal, and the key for it is not at hand`,
      );
    case 'corrupt':
      throw new HallpassError('ERR_SESSION_CORRUPT', `session ${session} is damaged`);
    case 'removed':
    case 'missing':
      throw new HallpassError('ERR_NO_SUCH_SESSION', `session ${session} is no longer on this machine`);
  }
}

function failed(entry: SpoolEntry, error: HallpassError, { spool }: SpoolDeps): Tried {
  const { session, hub } = entry;
  const isFinal = FINAL.has(error.code);
  if (isFinal) spool.put({ ...entry, quarantined: error.message });
  const state = isFinal ? 'quarantined' : 'pending';
  const nothing = { attested: null, accepted_at: null, index: null };
  return { result: { session, hub, state, ...nothing, reason: error.message }, error };
}

// Whatever it is, the other sessions go on.
function asOurs(error: unknown): HallpassError {
  if (error instanceof HallpassError) return error;
  const why =
    error instanceof Error && 'code' in error ? String(error.code) : 'something unforeseen went wrong';
  return new HallpassError('ERR_UPLOAD_FAILED', `the upload failed: ${why}`, { cause: error });
}
