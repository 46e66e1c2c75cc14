import type { ApprovalAsk, ApprovalState } from '../../core/approvals/approval.ts';
import type { ApprovalTicket } from '../../core/approvals/port.ts';
import { howToDecide, TAKE_TO_HUB } from '../../core/approvals/lack.ts';
import { decisionBody } from '../../core/hold/decision-body.ts';
import { inputRequired } from '../../core/hold/messages.ts';
import type { Approved } from '../../core/hold/rounds.ts';
import { LIMITS } from '../../core/limits.ts';
import { maskedString } from '../../core/mask/masked-string.ts';
import type { Settled, StageDeps } from '../../core/message.ts';
import type { DecisionBody } from '../../core/session/event.ts';
import { aboutCall, askOf, baseOf, type HeldCall, refusal } from './held-call.ts';
import { heldOpen } from './held-open.ts';

export interface Waiting {
  /** Its client has taken it back, or the session ends. */
  readonly taken: AbortSignal;
  /** The same, or its client is gone. */
  readonly gone: AbortSignal;
  readonly deps: StageDeps;
}

/** How a wait ends. `left`: nobody is there any more to whom the answer could go, but it was not taken back. */
export type Ending = ApprovalState | 'left';

type Held = Exclude<Settled, { kind: 'pass' }> | { readonly kind: 'pass'; readonly approved: Approved };

/** Waits for the decision on one call, in the way that its client is made for. */
export async function hold(call: HeldCall, waiting: Waiting): Promise<Held> {
  const { deps } = waiting;
  const ask = askOf(call, deps);
  const ticket = await ticketFor(call, ask, deps);
  if (ticket === undefined) return refusal(call.decision, 'what it waited for is over');
  let ending: Ending = 'cancelled';
  try {
    if (deps.approvals.join(ticket, ask.expiresAt)) announce(ticket, { call, ask, deps });
    ending = await waitFor(ticket, call, waiting);
  } finally {
    // Equal calls share an approval, and only the last of them takes the question back.
    const isLast = deps.approvals.leave(ticket);
    if (ending === 'cancelled' && isLast) await ticket.cancel();
  }
  // What somebody approved is the call under the policy that it was shown with.
  if (ending === 'approved' && deps.policy.version !== ask.policy) return refusal(call.decision, OUTDATED);
  return settled(ticket, ending, { call, waiting });
}

// Who comes back for an approval that is over is not to be asked about once more.
async function ticketFor(
  { resumed }: HeldCall,
  ask: ApprovalAsk,
  { holds, approvals }: StageDeps,
): Promise<ApprovalTicket | undefined> {
  const id = resumed?.state.approval;
  const known = id === undefined ? undefined : approvals.find(id);
  if (known !== undefined) return known;
  const ticket = await holds.port.request(ask);
  if (id === undefined || ticket.id === id) return ticket;
  await ticket.cancel();
  return undefined;
}

function announce(
  ticket: ApprovalTicket,
  { call, ask, deps }: { call: HeldCall; ask: ApprovalAsk; deps: StageDeps },
): void {
  const { decision, terms, id } = call;
  const { method, tool, expiresAt } = ask;
  deps.record({
    kind: 'hold',
    approval: ticket.id,
    rule: decision.rule,
    reason: decision.reason,
    approvals: terms.approvals,
    groups: terms.groups,
    expires_at: expiresAt,
    method,
    id,
    tool,
  });
  deps.note(`${tool || method} waits for approval${howToDecide(ticket)}`);
}

async function waitFor(ticket: ApprovalTicket, call: HeldCall, waiting: Waiting): Promise<Ending> {
  const { resumed, isInRounds, isModern } = call;
  if (resumed?.isDeclined === true) return 'cancelled';
  const ms = resumed === undefined ? 0 : LIMITS.holdRoundMs;
  const state = isInRounds
    ? await ticket.wait(ms, waiting.gone)
    : await heldOpen(ticket, { call, signal: waiting.gone, deps: waiting.deps });
  if (!waiting.gone.aborted) return state;
  // Up to 2025-11-25 who disconnects may come back and ask again; since then that is how a client cancels.
  return waiting.taken.aborted || isModern ? 'cancelled' : 'left';
}

interface Ended {
  readonly call: HeldCall;
  readonly waiting: Waiting;
}

async function settled(ticket: ApprovalTicket, ending: Ending, { call, waiting }: Ended): Promise<Held> {
  const { decision } = call;
  const { deps, gone } = waiting;
  const { unattendedPossible } = deps.holds.port;
  if (ending === 'pending') return undecided(ticket, call, deps);
  if (ending === 'left' || (ending === 'approved' && gone.aborted)) return refusal(decision, LEFT);
  // The last word is the store's: of two who come at once one gets it.
  const isUsed = ending === 'approved' && (await ticket.consume());
  const state = isUsed ? 'approved' : ending === 'approved' ? 'used' : ending;
  deps.approvals.forget(ticket);
  const said = decisionBody(ticket, {
    state,
    unattendedPossible,
    mask: (text) => maskedString(deps.masker.strict, text),
  });
  deps.record(said);
  const base = baseOf(call, deps);
  if (isUsed) return { kind: 'pass', approved: { approval: ticket.id, base, rule: decision.rule } };
  return refusal(decision, `${ticket.id} ${WORDS[state]}${whyDenied(said)}`);
}

const LEFT = 'its client has left meanwhile';
const OUTDATED = 'the policy has changed since it was asked for: make the same call again';

function undecided(ticket: ApprovalTicket, call: HeldCall, deps: StageDeps): Held {
  const { decision, resumed, isInRounds } = call;
  const round = (resumed?.state.round ?? 0) + 1;
  if (!isInRounds || round > LIMITS.holdRounds) return refusal(decision, undecidedText(ticket));
  const reply = nextRound(ticket, round, { call, deps });
  return { ...refusal(decision, `${ticket.id} is not decided yet (round ${round})`), reply };
}

function undecidedText({ id, lack }: ApprovalTicket): string {
  if (lack !== undefined) return `${id} can only be denied here: it takes ${lack}. ${TAKE_TO_HUB}`;
  return `${id} is not decided yet. Once it is approved, make the same call again`;
}

function nextRound(
  { id, url }: ApprovalTicket,
  round: number,
  { call, deps }: { call: HeldCall; deps: StageDeps },
): Uint8Array {
  const { decision, terms } = call;
  const { holds, states, wall } = deps;
  const base = baseOf(call, deps);
  const state = states.seal({
    kind: 'waits',
    approval: id,
    base,
    rule: decision.rule,
    round,
    session: holds.session,
    expiresAt: wall() + terms.expiresMs,
  });
  // The address is shown once. Who has been there, or would not go, need not be asked each time.
  return inputRequired(call.id, { state, url: round === 1 ? url : undefined, message: aboutCall(call, id) });
}

const WORDS = {
  approved: 'was approved',
  used: 'was approved, and used by another call',
  denied: 'was denied',
  expired: 'ran out before anybody decided',
  cancelled: 'was taken back by the client',
  consumed: 'was used already',
} as const satisfies Record<DecisionBody['state'], string>;

function whyDenied({ state, by }: DecisionBody): string {
  const reason = by.find(({ verdict }) => verdict === 'deny')?.reason;
  return state !== 'denied' || reason === undefined || reason === '' ? '' : `: ${reason}`;
}
