import type { ApprovalState } from '../../core/approvals/approval.ts';
import type { ApprovalTicket } from '../../core/approvals/port.ts';
import { elicitation, elicitationComplete, waitingProgress } from '../../core/hold/messages.ts';
import type { Question } from '../../core/hold/questions.ts';
import { parseMessage } from '../../core/jsonrpc/envelope.ts';
import { cancellation } from '../../core/jsonrpc/replies.ts';
import type { Lane } from '../../core/lane.ts';
import { LIMITS } from '../../core/limits.ts';
import type { StageDeps } from '../../core/message.ts';
import { aboutCall, type HeldCall } from './held-call.ts';

interface Open {
  readonly call: HeldCall;
  readonly signal: AbortSignal;
  readonly deps: StageDeps;
}

/**
 * Keeps the request open for as long as clients commonly wait, with signs of life where the client asked for them. One of
 * 2025-11-25 that can open an address is asked to.
 */
export async function heldOpen(ticket: ApprovalTicket, open: Open): Promise<ApprovalState> {
  const state = await ticket.wait(0, open.signal);
  if (state !== 'pending' || open.signal.aborted) return state;
  const question = askClient(ticket, open);
  if (question === undefined) return untilDecided(ticket, open);
  const signal = AbortSignal.any([open.signal, question.declined]);
  const ending = await untilDecided(ticket, { ...open, signal });
  const { lane } = open.call.message;
  if (!question.isAnswered()) say(lane, cancellation(question.id, 'there is nothing left to decide'));
  if (ending !== 'pending') say(lane, elicitationComplete(ticket.id));
  question.drop();
  return question.declined.aborted ? 'cancelled' : ending;
}

function askClient(ticket: ApprovalTicket, { call, deps }: Open): Question | undefined {
  const { lane } = call.message;
  const { id, url } = ticket;
  if (!call.isElicited || url === undefined) return undefined;
  const question = deps.questions.ask(lane.scope);
  say(lane, elicitation(question.id, { approval: id, url, message: aboutCall(call, id) }));
  return question;
}

async function untilDecided(ticket: ApprovalTicket, { call, signal }: Open): Promise<ApprovalState> {
  const { message, envelope } = call;
  const { holdOpenMs, holdProgressMs } = LIMITS;
  for (let beat = 1; ; beat += 1) {
    const state = await ticket.wait(holdProgressMs, signal);
    if (state !== 'pending' || signal.aborted || beat * holdProgressMs >= holdOpenMs) return state;
    if (envelope.progressToken !== undefined)
      say(message.lane, waitingProgress(envelope.progressToken, { beat, id: ticket.id }));
  }
}

// Nobody waits until it is read: a client that does not read is not to hold up the decision.
function say(lane: Lane, bytes: Uint8Array): void {
  lane.open?.({ status: 200, headers: { 'content-type': 'text/event-stream' } });
  void lane.send(bytes, { routing: parseMessage(bytes), event: undefined });
}
