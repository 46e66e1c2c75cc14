import { HallpassError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { visible } from '../../core/visible.ts';
import type { Issued } from '../issuer.ts';
import { claimsIn } from '../principal.ts';
import type { Provider, ProviderDeps } from './provider.ts';

/** A job's token, and what stands in it. */
export interface JobToken extends Issued {
  readonly issuer: string;
}

const ENDED =
  'Start the job again, or have its token live longer: docs/ci/README.md, "How long it lasts". A clock that is wrong does the same.';

/**
 * A token of the job's, for this audience and no other: one that was meant for somebody else is not shown to a hub.
 *
 * @throws {HallpassError} ERR_AUTH, ERR_ISSUER_UNREACHABLE, ERR_MINT_COMMAND
 */
export async function jobToken(
  provider: Provider,
  audience: string,
  deps: ProviderDeps & { readonly now: () => number },
): Promise<JobToken> {
  const idToken = await provider.token(audience, deps);
  const { iss, sub, exp } = claimsIn(idToken);
  // Whole numbers are exact there; a time is small enough to be any.
  const end = typeof exp === 'bigint' || typeof exp === 'number' ? Number(exp) * 1000 : undefined;
  if (typeof iss !== 'string' || typeof sub !== 'string' || end === undefined)
    throw wrong(provider, 'is no ID token: it has no issuer, no subject or no end');
  const audiences = audiencesOf(idToken);
  if (audiences.length !== 1 || audiences[0] !== audience)
    throw wrong(provider, `is for ${shown(audiences)}, and not for ${audience}`);
  if (end <= deps.now())
    throw new HallpassError('ERR_AUTH', `the token of ${provider.title} has ended`, { hint: ENDED });
  return { idToken, refreshToken: undefined, subject: sub, groups: [], expiresAt: end, issuer: iss };
}

/** RFC 7519 section 4.1.3: one, or a list. Nobody has checked the token. */
export function audiencesOf(token: Secret): string[] {
  const { aud } = claimsIn(token);
  return [aud].flat().filter((one) => typeof one === 'string');
}

function shown(audiences: readonly string[]): string {
  return audiences.length === 0 ? 'nobody' : visible(audiences.join(', '), { oneLine: true });
}

function wrong({ title, renewable }: Provider, why: string): HallpassError {
  const hint = renewable
    ? 'HALLPASS_AUDIENCE says for whom it has to be; without it that is the hub.'
    : 'Its audience has to be the address of the hub, or what HALLPASS_AUDIENCE says; and there is only one for the job.';
  return new HallpassError('ERR_AUTH', `the token of ${title} ${why}`, { hint });
}
