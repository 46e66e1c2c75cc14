import { valueAt } from '../core/jsonrpc/json-value.ts';
import type { Principal } from '../core/policy/call.ts';
import type { Secret } from '../core/secret.ts';
import type { LoggedIn } from './id-token.ts';

/** Who is logged in, as policies see it: groups and claims are those of the ID token that the issuer gave. */
export function principalOf({ hub, login }: LoggedIn): Principal {
  const { subject, groups } = login;
  return { subject, issuer: hub.issuer, groups, claims: claimsIn(login.idToken) };
}

/**
 * The claims of a token that came from its issuer and was checked then: its signature is not looked at here. What is no
 * JWT has none.
 */
export function claimsIn(token: Secret): Principal['claims'] {
  const [, payload] = token.reveal().split('.');
  if (payload === undefined || payload === '') return {};
  const claims = valueAt(Buffer.from(payload, 'base64url'), []);
  return claims instanceof Map ? Object.fromEntries(claims) : {};
}
