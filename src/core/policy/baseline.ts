import { createPolicy, type Policy, type ToolPlace } from './evaluate.ts';

/** In force where nobody has chosen a policy: `guard`, which holds nothing. Its contract is in `guard.ts`. */
export const BASELINE: Policy = createPolicy([{ name: 'guard', version: 'guard', rules: [] }]);

/** Of a call about which only the connection is known. */
export function placeOf(connection: string): ToolPlace {
  return {
    connection,
    environment: '',
    principal: { subject: '', issuer: undefined, groups: [], claims: {} },
    credential: { kind: 'none', scopes: undefined },
  };
}
