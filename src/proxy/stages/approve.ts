import type { ApprovalAsk, ApprovalState } from '../../core/approvals/approval.ts';
import type { ApprovalTicket } from '../../core/approvals/port.ts';
import { bindingOf } from '../../core/hold/binding.ts';
import { decisionBody } from '../../core/hold/decision-body.ts';
import { type Envelope, parseMessage } from '../../core/jsonrpc/envelope.ts';
import { RPC } from '../../core/jsonrpc/replies.ts';
import { toBytes, toText } from '../../core/bytes.ts';
import { type Lane, ownerOf } from '../../core/lane.ts';
import { LIMITS } from '../../core/limits.ts';
import {
  PASS,
  type Message,
  type Outcome,
  type Passage,
  type Settled,
  type StageDeps,
  type View,
} from '../../core/message.ts';
import type { Decision } from '../../core/policy/decision.ts';

/**
 * Waits for a person where the policy says so. What waits holds up nobody else: not other calls, and not the cancellation
 * by which a client takes it back.
 */
export function approve(passage: Passage, deps: StageDeps): Outcome {
  const { message, decision } = passage;
  takeBack(passage, deps);
  if (decision?.outcome !== 'hold') return PASS;
  const call = heldCall(passage, decision);
  if (call === undefined) return refusal(decision, 'only a single request can wait for that');
  const { scope } = message.lane;
  const until = deps.waiting.start({ scope, id: call.id }, (signal) => hold(call, signal, deps));
  return { kind: 'wait', until };
}

/** A request that waits. */
interface HeldCall {
  readonly message: Message;
  readonly view: View;
  readonly envelope: Envelope;
  readonly id: string;
  readonly decision: Decision;
  readonly terms: NonNullable<Decision['terms']>;
}

function heldCall({ message, view, routing }: Passage, decision: Decision): HeldCall | undefined {
  const [envelope] = routing?.messages ?? [];
  const isSingle = routing?.messages.length === 1 && !routing.batch;
  if (view === undefined || envelope?.kind !== 'request' || envelope.id === undefined) return undefined;
  if (!isSingle || message.direction !== 'to_server' || decision.terms === undefined) return undefined;
  return { message, view, envelope, id: envelope.id, decision, terms: decision.terms };
}

// By what the server never saw: a call that waits here is nobody's but ours to take back.
function takeBack({ message, routing }: Passage, { waiting }: StageDeps): void {
  if (message.direction !== 'to_server' || waiting.size === 0) return;
  for (const { cancels } of routing?.messages ?? [])
    if (cancels !== undefined) waiting.cancel(message.lane.scope, cancels);
}

async function hold(call: HeldCall, taken: AbortSignal, deps: StageDeps): Promise<Settled> {
  const { envelope, view, decision, terms } = call;
  const ask = askOf(call, deps);
  const ticket = await deps.holds.port.request(ask);
  const { method, tool } = ask;
  deps.record({
    kind: 'hold',
    approval: ticket.id,
    rule: decision.rule,
    reason: decision.reason,
    approvals: terms.approvals,
    groups: terms.groups,
    expires_at: ask.expiresAt,
    ...(view.blocked.length === 0 && { method, tool }),
    ...(envelope.id !== undefined && { id: envelope.id }),
  });
  deps.note(
    `${tool || method} waits for approval: ${ticket.url ?? `hallpass approvals approve ${ticket.id}`}`,
  );
  const state = await decided(ticket, call, { taken, deps });
  return settled(ticket, state, { call, taken, deps });
}

function askOf({ message, view, envelope, decision, terms }: HeldCall, deps: StageDeps): ApprovalAsk {
  const { holds, policy, place, wall } = deps;
  const method = envelope.method ?? '';
  const caller = `${place.principal.subject} ${ownerOf(message.lane)}`;
  const bound = { caller, session: holds.session, connection: place.connection, method, restores: [] };
  return {
    binding: bindingOf(holds.key, message.raw, { ...bound, policy: policy.version }),
    session: holds.session,
    connection: place.connection,
    method,
    tool: view.parsed.messages[0]?.target ?? '',
    subject: place.principal.subject,
    presented: toText(view.bytes),
    findings: view.findings,
    restores: [],
    rule: decision.rule,
    reason: decision.reason,
    risk: decision.risk,
    terms,
    policy: policy.version,
    expiresAt: wall() + terms.expiresMs,
  };
}

interface Waiting {
  readonly taken: AbortSignal;
  readonly deps: StageDeps;
}

// Held open, with signs of life where the client asked for them, for as long as clients commonly wait.
async function decided(
  ticket: ApprovalTicket,
  { message, envelope }: HeldCall,
  { taken, deps }: Waiting,
): Promise<ApprovalState> {
  // Up to 2025-11-25 a client that disconnects may come back for the answer; since then that is how it cancels.
  const gone = envelope.claim === undefined ? taken : AbortSignal.any([taken, message.lane.signal]);
  const until = deps.now() + LIMITS.holdOpenMs;
  for (let beats = 1; ; beats += 1) {
    const left = until - deps.now();
    const state = await ticket.wait(Math.min(left, LIMITS.holdProgressMs), gone);
    if (state !== 'pending' || gone.aborted || left <= LIMITS.holdProgressMs)
      return gone.aborted ? 'cancelled' : state;
    if (envelope.progressToken !== undefined)
      await signOfLife(message.lane, { token: envelope.progressToken, beats, id: ticket.id });
  }
}

async function signOfLife(
  lane: Lane,
  { token, beats, id }: { token: string; beats: number; id: string },
): Promise<void> {
  lane.open?.({ status: 200, headers: { 'content-type': 'text/event-stream' } });
  const params = `{"progressToken":${token},"progress":${beats},"message":"waiting for approval ${id}"}`;
  const bytes = toBytes(`{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`);
  await lane.send(bytes, { routing: parseMessage(bytes), event: undefined });
}

async function settled(
  ticket: ApprovalTicket,
  state: ApprovalState,
  { call, taken, deps }: Waiting & { call: HeldCall },
): Promise<Settled> {
  const { decision } = call;
  if (state === 'pending')
    return refusal(
      decision,
      `${ticket.id} is not decided yet. Once it is approved, make the same call again`,
    );
  // The last word is the store's: of two who come at once one gets it.
  const used = state === 'approved' && !taken.aborted && (await ticket.consume());
  if (state === 'cancelled') await ticket.cancel();
  const came = used ? 'approved' : state === 'approved' ? 'used' : state;
  const { unattendedPossible } = deps.holds.port;
  deps.record(decisionBody(ticket, { state: came, unattendedPossible }));
  if (used) return PASS;
  // Who took it back ignores the answer; whatever carries answers there waits for one.
  return refusal(decision, `${ticket.id} ${WORDS[came]}`);
}

const WORDS = {
  approved: 'was approved',
  used: 'was approved, and used by another call',
  denied: 'was denied',
  expired: 'ran out before anybody decided',
  cancelled: 'was taken back by the client',
  consumed: 'was used already',
} as const;

function refusal({ rule, reason }: Decision, how: string): Extract<Settled, { kind: 'hold' }> {
  return { kind: 'hold', rule, reason: `${reason} It needs approval: ${how}`, code: RPC.held };
}
