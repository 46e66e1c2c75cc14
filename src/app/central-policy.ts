import { setTimeout as delay } from 'node:timers/promises';

import { HallpassError } from '../core/errors.ts';
import { LIMITS } from '../core/limits.ts';
import type { HubClient } from '../identity/hub-client.ts';
import {
  checkNewer,
  etagOf,
  openSignedPolicy,
  type PolicyAuthority,
  type PolicyCache,
  type SignedPolicy,
} from '../identity/signed-policy.ts';

export interface CentralPolicyDeps {
  /** A client whose requests end with the signal. */
  readonly clientFor: (signal: AbortSignal) => Pick<HubClient, 'policy'>;
  readonly cache: PolicyCache;
  readonly authority: PolicyAuthority;
  readonly now: () => number;
  readonly note: (line: string) => void;
}

// The hub can't be asked, or won't answer this login now.
const OUT_OF_REACH = new Set([
  'ERR_HUB_UNREACHABLE',
  'ERR_ISSUER_UNREACHABLE',
  'ERR_AUTH',
  'ERR_HUB',
  'ERR_DENIED',
]);

/**
 * The policy that a session begins under: what the hub has now or, while the hub can't be reached, what it had when it was
 * last asked, until that runs out. Undefined: a hub of before there were policies.
 *
 * @throws {HallpassError} ERR_POLICY_UNKNOWN when nobody can say what is in force; ERR_POLICY_SIGNATURE
 */
export async function openCentralPolicy(deps: CentralPolicyDeps): Promise<SignedPolicy | undefined> {
  const known = await deps.cache.read();
  const usable = known !== undefined && known.expiresAt > deps.now() ? known : undefined;
  const limit = usable === undefined ? LIMITS.hubRequestMs : LIMITS.policyStartMs;
  try {
    return await askNow({ known, usable }, AbortSignal.timeout(limit), deps);
  } catch (error) {
    if (!(error instanceof HallpassError) || !OUT_OF_REACH.has(error.code)) throw error;
    if (usable === undefined) throw unknown(known, error, deps);
    const until = new Date(usable.expiresAt).toISOString();
    deps.note(`${error.message}: its policy as it was holds until ${until}`);
    return usable;
  }
}

/** Asks once; what comes is kept for later. Undefined: the hub knows of no policies. */
async function askNow(
  { known, usable }: { known: SignedPolicy | undefined; usable: SignedPolicy | undefined },
  signal: AbortSignal,
  deps: CentralPolicyDeps,
): Promise<SignedPolicy | undefined> {
  const answer = await deps.clientFor(signal).policy(usable && etagOf(usable));
  if (answer === 'unchanged') return usable;
  if (answer === 'none') return usable ?? withoutPolicies(known, deps);
  return taken(answer.signed, known, deps);
}

// A hub that had a policy does not lose the word for it.
function withoutPolicies(known: SignedPolicy | undefined, { authority }: CentralPolicyDeps): undefined {
  if (known === undefined) return undefined;
  throw new HallpassError('ERR_HUB', `the hub ${authority.hub} no longer says what its policy is`);
}

async function taken(
  signed: string,
  known: SignedPolicy | undefined,
  { authority, cache, now }: CentralPolicyDeps,
): Promise<SignedPolicy> {
  const next = await openSignedPolicy(signed, authority);
  checkNewer(next, known, authority);
  if (next.expiresAt <= now())
    throw new HallpassError('ERR_HUB', `the policy of the hub ${authority.hub} has run out already`);
  cache.write(next);
  return next;
}

function unknown(
  known: SignedPolicy | undefined,
  cause: HallpassError,
  { authority: { hub } }: CentralPolicyDeps,
): HallpassError {
  const ended = known === undefined ? '' : `, and ran out at ${new Date(known.expiresAt).toISOString()}`;
  return new HallpassError(
    'ERR_POLICY_UNKNOWN',
    `the policy of the hub ${hub} is not known${ended}: ${cause.message}`,
    { cause },
  );
}

/**
 * Waits for the hub to say that there is another policy, again and again, until `signal` aborts. Never rejects: as long as
 * nothing is heard what was known goes on, until it runs out.
 */
export async function followCentralPolicy(
  first: SignedPolicy,
  { use, signal }: { use: (next: SignedPolicy) => Promise<void>; signal: AbortSignal },
  deps: CentralPolicyDeps,
): Promise<void> {
  const client = deps.clientFor(signal);
  let known = first;
  let complaint = '';
  while (!signal.aborted) {
    try {
      const answer = await client.policy(etagOf(known), LIMITS.policyWaitMs);
      complaint = '';
      if (answer === 'unchanged') continue;
      if (answer === 'none') throw new HallpassError('ERR_HUB', 'it no longer says what its policy is');
      const next = await taken(answer.signed, known, deps);
      await use(next);
      known = next;
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof HallpassError ? error.message : 'something went wrong';
      if (why !== complaint)
        deps.note(`the hub's policy can not be renewed: ${why}. What was in force stays so`);
      complaint = why;
      await delay(LIMITS.policyRetryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}
