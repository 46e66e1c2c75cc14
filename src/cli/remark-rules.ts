import { bothMaskings } from '../core/mask/central/both-maskings.ts';
import type { CentralRules } from '../core/mask/central/central.ts';
import type { IdentityContext, StoreKeys } from './compose-identity.ts';
import { ownMasking } from './compose-policy.ts';

type Context = Pick<IdentityContext, 'environment' | 'paths'>;

/**
 * What is masked beside what ships in the words that a person writes: by the hub they are logged in to, as this device knows
 * its policy, and by their own. Nobody is asked, so that it needs no network; and words can be masked by rules that have run
 * out, under which no call would go.
 *
 * @throws {HallpassError} ERR_CONFIG, ERR_POLICY_SIGNATURE, ERR_CREDENTIALS_DAMAGED: what can't be looked for may be in there
 */
export async function remarkRules(
  keys: StoreKeys | undefined,
  context: Context,
): Promise<CentralRules | undefined> {
  const { configDir } = context.paths;
  const own = await ownMasking({ chosen: context.environment.policy, configDir });
  return bothMaskings(keys?.persistent === true ? await hubsMasking(keys, context) : undefined, own);
}

async function hubsMasking(keys: StoreKeys, context: Context): Promise<CentralRules | undefined> {
  const { identityOf } = await import('./compose-identity.ts');
  const { state, store } = identityOf(keys, context);
  const { hub, login } = state;
  if (hub === undefined || login === undefined) return undefined;
  const [{ logKeyOf }, { PolicyCache }] = await Promise.all([
    import('./compose-pins.ts'),
    import('../identity/signed-policy.ts'),
  ]);
  const signed = await new PolicyCache(store, { hub: hub.hub, key: logKeyOf(hub) }).read();
  if (signed?.document === undefined) return undefined;
  const { parsePolicy } = await import('../app/policy/policy-file.ts');
  return parsePolicy(signed.document, `policy of ${hub.hub}`, 'hub').masking;
}
