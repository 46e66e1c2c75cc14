import type { Governed } from '../app/follow-policy.ts';
import type { CentralPolicyDeps } from '../app/central-policy.ts';
import { HallpassError } from '../core/errors.ts';
import type { PolicyInForce } from '../core/policy/live-policy.ts';
import { exceptionsWord } from '../core/policy/exceptions-word.ts';
import { createPolicy } from '../core/policy/evaluate.ts';
import type { PolicyLayer } from '../core/policy/rule.ts';
import type { LoggedIn } from '../identity/id-token.ts';
import { digestOf, PolicyCache, type SignedPolicy } from '../identity/signed-policy.ts';
import type { Identity } from './compose-identity.ts';
import { logKeyOf } from './compose-pins.ts';
import { openHub } from './compose-upload.ts';

/** Who is logged in, and with what. */
export type CentralLogin = LoggedIn & { readonly identity: Identity };

/** What needs doing to have a hub's policy, for who is logged in there. */
export function centralDeps(login: CentralLogin, note: (line: string) => void): CentralPolicyDeps {
  const { hub, identity } = login;
  const authority = { hub: hub.hub, key: logKeyOf(hub) };
  return {
    clientFor: (signal) => openHub(identity, signal).client,
    cache: new PolicyCache(identity.store, authority),
    authority,
    now: Date.now,
    note,
  };
}

/**
 * What a hub's policy and the layers of who works here say together. The hub's comes first, and the strictest wins: nothing
 * on top of it can let more through, or have less masked.
 *
 * @throws {HallpassError} ERR_CONFIG for a policy that this version can't read
 */
export async function withCentral(
  signed: SignedPolicy | undefined,
  hub: string,
  own: readonly [PolicyLayer, ...PolicyLayer[]],
): Promise<PolicyInForce> {
  const alone = { policy: createPolicy(own), masking: own[0].masking, exceptions: exceptionsWord(own) };
  if (signed === undefined) return { ...alone, central: undefined };
  const { digest, expiresAt } = { digest: digestOf(signed), expiresAt: signed.expiresAt };
  const central = { hub, digest, expiresAt };
  if (signed.document === undefined) return { ...alone, central };
  const [{ parsePolicy }, { bothMaskings }] = await Promise.all([
    import('../app/policy/policy-file.ts'),
    import('../core/mask/central/both-maskings.ts'),
  ]);
  const layer = { ...parsePolicy(signed.document, `policy of ${hub}`, 'hub'), version: signed.version };
  return {
    policy: createPolicy([layer, ...own]),
    masking: bothMaskings(layer.masking, own[0].masking),
    exceptions: exceptionsWord(own, layer),
    central,
  };
}

/**
 * The policy of the hub that somebody is logged in to, above their own, and what comes after it.
 *
 * @throws {HallpassError} ERR_POLICY_UNKNOWN, ERR_POLICY_SIGNATURE, ERR_CONFIG
 */
export async function governedBy(
  login: CentralLogin,
  own: readonly [PolicyLayer, ...PolicyLayer[]],
  note: (line: string) => void,
): Promise<Governed> {
  const { openCentralPolicy, followCentralPolicy } = await import('../app/central-policy.ts');
  const deps = centralDeps(login, note);
  const { hub } = login.hub;
  const signed = await openCentralPolicy(deps);
  return {
    first: await withCentral(signed, hub, own),
    follow: async (use, signal) => {
      if (signed === undefined) return;
      const each = async (next: SignedPolicy): Promise<void> => use(await withCentral(next, hub, own));
      await followCentralPolicy(signed, { use: each, signal }, deps);
    },
  };
}

/** After a login: has the hub's policy at hand for when the hub can't be reached. */
export async function policyAfterLogin(
  profile: string | undefined,
  note: (line: string) => void,
): Promise<void> {
  const [{ openOwnIdentity }, { requireLogin }, { openCentralPolicy }] = await Promise.all([
    import('./compose-identity.ts'),
    import('../identity/id-token.ts'),
    import('../app/central-policy.ts'),
  ]);
  const identity = await openOwnIdentity(profile);
  try {
    await openCentralPolicy(centralDeps({ ...requireLogin(identity.state), identity }, note));
  } catch (error) {
    // The login stands, and connecting asks again.
    if (!(error instanceof HallpassError)) throw error;
    note(error.message);
  }
}
