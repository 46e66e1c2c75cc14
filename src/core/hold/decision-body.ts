import type { ApprovalDecision } from '../approvals/approval.ts';
import type { ApprovalTicket } from '../approvals/port.ts';
import type { DecisionBody, SaidRecord } from '../session/event.ts';

/** What the record says of how a wait has ended. */
export function decisionBody(
  ticket: ApprovalTicket,
  { state, unattendedPossible }: { state: DecisionBody['state']; unattendedPossible: boolean },
): DecisionBody {
  return {
    kind: 'decision',
    approval: ticket.id,
    state,
    by: ticket.decisions().map(saidRecord),
    ...(unattendedPossible && { unattended_possible: true }),
  };
}

function saidRecord({ by, verdict, reason, at, attended, breakGlass }: ApprovalDecision): SaidRecord {
  const said = { who: by, verdict, reason, at, attended };
  return breakGlass === true ? { ...said, break_glass: true } : said;
}
