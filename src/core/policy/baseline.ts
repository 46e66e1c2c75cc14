import { createPolicy, type Policy, type ToolPlace } from './evaluate.ts';
import type { PolicyLayer } from './rule.ts';

/** In force where nobody has chosen a policy: `guard`, which holds nothing. Its contract is in `guard.ts`. */
export const GUARD: PolicyLayer = { name: 'guard', version: 'guard', rules: [] };

/** The same by itself. */
export const BASELINE: Policy = createPolicy([GUARD]);

/** Of a call about which only the connection is known. */
export function placeOf(connection: string): ToolPlace {
  return {
    connection,
    environment: '',
    principal: { subject: '', issuer: undefined, groups: [], claims: {} },
    credential: { kind: 'none', scopes: undefined },
  };
}
