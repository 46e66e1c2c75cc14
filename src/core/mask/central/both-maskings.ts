import type { CentralRules } from './central.ts';

/**
 * What a hub has masked and what somebody has masked beside it. Rules that ship are off only where the hub says so: what is
 * on top adds, and takes nothing away.
 */
export function bothMaskings(
  hub: CentralRules | undefined,
  own: CentralRules | undefined,
): CentralRules | undefined {
  const bound = hub === undefined ? undefined : { bound: new Set<string>(hub.pii) };
  if (own === undefined) return hub && { ...hub, ...bound };
  return {
    ...bound,
    patterns: [...(hub?.patterns ?? []), ...own.patterns],
    fields: [...(hub?.fields ?? []), ...own.fields],
    // Of two rules of one name the hub's word counts.
    severities: new Map([...own.severities, ...(hub?.severities ?? [])]),
    vendors: hub?.vendors,
    pii: [...new Set([...(hub?.pii ?? []), ...own.pii])],
  };
}
