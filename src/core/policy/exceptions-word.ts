import type { ExceptionsWord, PolicyLayer } from './rule.ts';

/**
 * Whether values that a person excepts may pass. Where a hub has a policy it has to say so: who works here is not to have less
 * masked than it wants. All others may forbid it.
 */
export function exceptionsWord(
  own: readonly Pick<PolicyLayer, 'exceptions'>[],
  hub?: Pick<PolicyLayer, 'exceptions'>,
): ExceptionsWord {
  if (hub !== undefined && hub.exceptions !== 'allow') return 'deny';
  return own.some(({ exceptions }) => exceptions === 'deny') ? 'deny' : 'allow';
}
