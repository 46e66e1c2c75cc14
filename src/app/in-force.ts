import type { CentralRules } from '../core/mask/central/central.ts';
import type { Placeholders } from '../core/mask/placeholders.ts';
import type { Policy } from '../core/policy/evaluate.ts';
import type { PolicyInForce } from '../core/policy/live-policy.ts';
import type { ExceptionsWord } from '../core/policy/rule.ts';
import type { ExceptionsInForce } from './value-exceptions.ts';

interface OwnInForce {
  readonly policy: Policy;
  readonly masking?: CentralRules | undefined;
  readonly mayExcept?: ExceptionsWord;
}

/** What of a person's exceptions counts for a connection of a workspace. Throws ERR_CONFIG. */
export type ExceptionsFor = (about: {
  readonly connection: string;
  readonly placeholders: Placeholders;
}) => ExceptionsInForce | undefined;

/** What is in force where no hub has a say. */
export function ownInForce(input: OwnInForce): PolicyInForce {
  const { policy, masking, mayExcept = 'deny' } = input;
  return { policy, masking, central: undefined, exceptions: mayExcept };
}

/** What a person excepts, as far as the policy that a session begins under lets it count: what comes later adds none. */
export function exceptedIn(
  { exceptions: word }: Pick<PolicyInForce, 'exceptions'>,
  {
    exceptions,
    ...about
  }: {
    readonly connection: string;
    readonly placeholders: Placeholders;
    readonly exceptions?: ExceptionsFor | undefined;
  },
): ExceptionsInForce | undefined {
  return word === 'allow' ? exceptions?.(about) : undefined;
}
