import type { ApprovalTicket } from './port.ts';
import type { ApprovalTerms } from '../policy/decision.ts';

/**
 * What terms ask for and a device alone can't give, since it knows one person and no groups: for a person, after "it takes".
 * Undefined: nothing.
 */
export function lackHere({ approvals, groups }: ApprovalTerms): string | undefined {
  if (approvals <= 1 && groups.length === 0) return undefined;
  const people = approvals <= 1 ? 'somebody' : `${approvals} people`;
  return groups.length === 0 ? people : `${people} of ${groups.join(' or ')}`;
}

/** What to do about it. */
export const TAKE_TO_HUB =
  'Only a hub can ask them: log in to one (hallpass login HUB) and have the call made again.';

/** Where somebody decides it, as the end of a sentence. */
export function howToDecide({ id, url, lack }: Pick<ApprovalTicket, 'id' | 'url' | 'lack'>): string {
  if (url !== undefined) return `: ${url}`;
  if (lack === undefined) return `: hallpass approvals approve ${id}`;
  return `, but it takes ${lack}. ${TAKE_TO_HUB} To deny it: hallpass approvals deny ${id}`;
}
