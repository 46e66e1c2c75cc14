import type { ApprovalDecision } from '../approvals/approval.ts';
import type { ApprovalTicket } from '../approvals/port.ts';
import type { DecisionBody, SaidRecord } from '../session/event.ts';

/** What the record says of how a wait has ended. */
export function decisionBody(
  ticket: ApprovalTicket,
  { state, unattendedPossible, mask }: Said,
): DecisionBody {
  return {
    kind: 'decision',
    approval: ticket.id,
    state,
    by: ticket.decisions().map((one) => saidRecord(one, mask)),
    ...(unattendedPossible && { unattended_possible: true }),
  };
}

interface Said {
  readonly state: DecisionBody['state'];
  readonly unattendedPossible: boolean;
  /** People paste secrets into anything. */
  readonly mask: (text: string) => string;
}

function saidRecord(
  { by, verdict, reason, at, attended, breakGlass }: ApprovalDecision,
  mask: Said['mask'],
): SaidRecord {
  const said = { who: by, verdict, reason: mask(reason), at, attended };
  return breakGlass === true ? { ...said, break_glass: true } : said;
}
