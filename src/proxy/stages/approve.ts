import { RPC } from '../../core/jsonrpc/replies.ts';
import { PASS, type Outcome, type Passage } from '../../core/message.ts';

/** Waits for a person where the policy says so. What nobody can approve here goes no further. */
export function approve({ decision }: Passage): Outcome {
  if (decision?.outcome !== 'hold') return PASS;
  const { rule, reason } = decision;
  return { kind: 'hold', rule, reason: `${reason} Somebody has to approve it`, code: RPC.denied };
}
