import { claimsToOpenAddress } from '../../core/hold/eliciting-clients.ts';
import type { Reply } from '../../core/hold/questions.ts';
import { RequestStates } from '../../core/hold/request-states.ts';
import { valueAt } from '../../core/jsonrpc/json-value.ts';
import { RPC } from '../../core/jsonrpc/replies.ts';
import { ownerOf } from '../../core/lane.ts';
import { LIMITS } from '../../core/limits.ts';
import { PASS, type Outcome, type Passage, type Settled, type StageDeps } from '../../core/message.ts';
import type { Decision } from '../../core/policy/decision.ts';
import { baseOf, type HeldCall, refusal } from './held-call.ts';
import { hold } from './hold.ts';

/**
 * Waits for a person where the policy says so. What waits holds up nobody else: not other calls, and not the cancellation
 * by which a client takes it back.
 */
export function approve(passage: Passage, deps: StageDeps): Outcome {
  takeBack(passage, deps);
  if (takeAnswer(passage, deps)) return PASS;
  const { message, decision, resumed } = passage;
  const isHeld = decision?.outcome === 'hold';
  if (message.direction === 'to_client') return isHeld ? judgeAnswer(passage, decision) : PASS;
  if (resumed !== undefined) {
    if (!isOfThisCall(passage, deps)) return STALE;
    // What is held by another rule now is another question.
    if (goesOn(passage)) return PASS;
  }
  if (!isHeld) return PASS;
  if (bearsForeignState(passage)) return STALE;
  const call = heldCall(passage, decision, deps);
  return typeof call === 'string' ? refusal(decision, call) : begin(call, passage, deps);
}

function begin(call: HeldCall, passage: Passage, deps: StageDeps): Outcome {
  const { message, id, decision } = call;
  const { raw, lane } = message;
  const waiting = deps.waiting.begin({ scope: lane.scope, id, bytes: raw.length });
  if (waiting === undefined) return refusal(decision, 'a call with this id waits already');
  const gone = AbortSignal.any([waiting.taken, lane.signal]);
  const until = hold(call, { taken: waiting.taken, gone, deps }).then((settled) => {
    if (settled.kind === 'pass') passage.approved = settled.approved;
    return settled;
  });
  const end = (): Settled | undefined => {
    waiting.end();
    return gone.aborted ? refusal(decision, 'its client has left meanwhile') : undefined;
  };
  return { kind: 'wait', until, end };
}

// By what the server never saw: a call that waits here is nobody's but ours to take back.
function takeBack({ message, routing }: Passage, { waiting }: StageDeps): void {
  if (message.direction !== 'to_server' || waiting.size === 0) return;
  for (const { cancels } of routing?.messages ?? [])
    if (cancels !== undefined) waiting.cancel(message.lane.scope, cancels);
}

// What a client answers to hallpass itself goes no further, also when nobody waits for it any more.
function takeAnswer(passage: Passage, { questions }: StageDeps): boolean {
  const { message, routing, view } = passage;
  const [envelope] = routing?.messages ?? [];
  if (message.direction !== 'to_server' || envelope?.kind !== 'response' || envelope.id === undefined)
    return false;
  if (view === undefined || routing?.batch === true || !questions.isOurs(envelope.id)) return false;
  passage.isOurs = true;
  questions.answer(message.lane.scope, envelope.id, replyIn(view.bytes));
  return true;
}

function replyIn(response: Uint8Array): Reply {
  const action = valueAt(response, ['result', 'action']);
  return action === 'accept' || action === 'decline' || action === 'cancel' ? action : 'unknown';
}

// Once a call is made nobody can hold back that it was. An approval covers what it leads to.
function judgeAnswer({ view }: Passage, decision: Decision): Settled {
  const [answered] = view?.answers ?? [];
  if (answered?.approved?.rule === decision.rule) return PASS;
  return refusal(decision, 'only calls wait for that, and what a server says does not');
}

const STALE: Settled = {
  kind: 'reject',
  rule: 'hold/request_state',
  reason: 'its requestState is of another call, session or policy, was used already, or is out of date',
  code: RPC.invalidParams,
};

function isOfThisCall({ message, resumed, routing, restores = [] }: Passage, deps: StageDeps): boolean {
  const [envelope] = routing?.messages ?? [];
  if (envelope === undefined) return false;
  const base = baseOf({ message, envelope, restores }, deps);
  return resumed?.state.base === base && deps.states.use(resumed, deps.wall());
}

function goesOn(passage: Passage): boolean {
  const { resumed, decision } = passage;
  if (resumed === undefined || resumed.state.kind !== 'approved') return false;
  const { approval, base, rule } = resumed.state;
  if (decision?.outcome === 'hold' && decision.rule !== rule) return false;
  passage.approved = { approval, base, rule };
  return true;
}

// Made up, of another workspace, of a session that is over.
function bearsForeignState({ message, resumed, routing }: Passage): boolean {
  const { requestState } = routing?.messages[0] ?? {};
  if (resumed !== undefined || requestState === undefined) return false;
  return RequestStates.looksOurs(message.raw.subarray(requestState.start, requestState.end));
}

/** In 2026-07-28 only these may be answered with a wish for more (MRTR, Supported Requests). */
const IN_ROUNDS = new Set(['tools/call', 'prompts/get', 'resources/read']);

function heldCall(
  { message, view, routing, resumed, restores = [] }: Passage,
  decision: Decision,
  deps: StageDeps,
): HeldCall | string {
  const [envelope] = routing?.messages ?? [];
  const isSingle = routing?.messages.length === 1 && !routing.batch;
  const { terms } = decision;
  if (view === undefined || envelope?.kind !== 'request' || envelope.id === undefined || !isSingle)
    return 'only a single request can wait for that';
  if (terms === undefined) return 'nobody is named who could give it';
  if (message.raw.length > LIMITS.heldBytes) return `nobody can look through ${message.raw.length} bytes`;
  if (deps.waiting.isFull(message.raw.length) || deps.approvals.isFull(deps.wall()))
    return 'too many calls wait for that already';
  const { id, method = '', claim, hasInput, requestState } = envelope;
  const isModern = claim !== undefined;
  // One that brings answers for its server would lose them: a client has one set of answers, and they would be ours.
  const mayReturn = isModern && IN_ROUNDS.has(method) && !hasInput && requestState === undefined;
  const isInRounds = mayReturn && claimsToOpenAddress(view.bytes);
  const isElicited = !isModern && deps.eliciting.has(ownerOf(message.lane));
  const waits = resumed?.state.kind === 'waits' ? resumed : undefined;
  const kinds = { isModern, isInRounds, isElicited };
  return { message, view, envelope, id, decision, terms, restores, ...kinds, resumed: waits };
}
