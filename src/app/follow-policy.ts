import { HallpassError } from '../core/errors.ts';
import type { LiveMasker } from '../core/mask/masker.ts';
import type { LivePolicy, PolicyInForce } from '../core/policy/live-policy.ts';
import type { RecordBody } from '../core/session/event.ts';

/** What is in force where a hub has a say, and what comes after it. */
export interface Governed {
  readonly first: PolicyInForce;
  /** Calls with each that comes, until `signal` aborts. Never rejects. */
  readonly follow: (use: (next: PolicyInForce) => void, signal: AbortSignal) => Promise<void>;
}

interface Following {
  readonly policy: LivePolicy;
  readonly masker: LiveMasker;
  readonly append: (body: RecordBody) => void;
  readonly note: (line: string) => void;
}

/**
 * Runs under a policy that may change meanwhile. Each change is recorded before anything goes on under it: nothing is delivered
 * under a policy that the log does not name. Nothing is written behind the end of `work`.
 */
export async function underPolicy<T>(
  governed: Governed | undefined,
  following: Following,
  work: () => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const ended = governed?.follow((next) => take(next, following), stop.signal);
  try {
    return await work();
  } finally {
    stop.abort();
    await ended;
  }
}

function take(next: PolicyInForce, { policy, masker, append, note }: Following): void {
  // The same, signed anew: it holds longer, and that is all.
  if (next.policy.version === policy.version) return policy.use(next);
  const { hub, digest } = next.central ?? { hub: '', digest: '' };
  // What can't be recorded isn't delivered either: what follows says so.
  attempt(() => append({ kind: 'policy', policy: next.policy.version, hub, digest }), note);
  policy.use(next);
  masker.use(next.masking, next.exceptions);
  note(`the policy of ${hub} has changed: ${next.policy.version}`);
}

function attempt(step: () => void, note: (line: string) => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof HallpassError)) throw error;
    note(error.message);
  }
}
