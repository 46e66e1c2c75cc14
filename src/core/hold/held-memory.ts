import type { Holds, Memory } from '../message.ts';
import type { ToolPlace } from '../policy/evaluate.ts';
import { ElicitingClients } from './eliciting-clients.ts';
import { OpenApprovals } from './open-approvals.ts';
import { Questions } from './questions.ts';
import { RequestStates } from './request-states.ts';
import { WaitingCalls } from './waiting-calls.ts';

/** What a session keeps of the calls that it holds. */
export function heldMemory({
  holds: { key, session },
  place: { principal, connection },
}: {
  holds: Holds;
  place: ToolPlace;
}): Pick<Memory, 'waiting' | 'approvals' | 'questions' | 'eliciting' | 'states'> {
  return {
    waiting: new WaitingCalls(),
    approvals: new OpenApprovals(),
    questions: new Questions(),
    eliciting: new ElicitingClients(),
    states: new RequestStates({ key, session, caller: JSON.stringify([principal.subject, connection]) }),
  };
}
