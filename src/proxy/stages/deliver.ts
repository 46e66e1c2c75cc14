import { canOpenAddress } from '../../core/hold/eliciting-clients.ts';
import { wrapped } from '../../core/hold/rounds.ts';
import { parseMessage, type Envelope, type ParsedMessage } from '../../core/jsonrpc/envelope.ts';
import { errorReply, RPC } from '../../core/jsonrpc/replies.ts';
import { ownerOf, type HeaderFields, type Lane } from '../../core/lane.ts';
import { LIMITS } from '../../core/limits.ts';
import {
  PASS,
  type Message,
  type Outcome,
  type Passage,
  type StageDeps,
  type View,
} from '../../core/message.ts';
import type { Direction } from '../../core/session/event.ts';

const UNINSPECTED = {
  rule: 'contract/uninspected',
  reason: 'it could not be inspected',
  code: RPC.internalError,
};

/** Refused over HTTP with status 400. */
const BAD_REQUEST = new Set<number>([RPC.headerMismatch, RPC.invalidParams, RPC.invalidRequest]);

/** Sends the message on, or tells whoever waits for an answer that it was refused. */
export async function deliver(passage: Passage, deps: StageDeps): Promise<Outcome> {
  const { message, view, routing, refusal } = passage;
  if (refusal !== undefined || view === undefined || routing === undefined) {
    await refuse(passage, deps);
    return PASS;
  }
  if (passage.isOurs === true) {
    acknowledge(message.lane);
    return PASS;
  }
  summarise(passage, deps);
  settle(routing.messages, message, deps);
  expectAnswers(view, routing, { passage, deps });
  const owner = ownerOf(message.lane);
  if (message.direction === 'to_server') {
    deps.listeners.observe(message, view);
    const splices = deps.restoring.apply(passage.restores ?? []);
    const { bytes, headers } = deps.handles.apply(owner, passage.returns ?? [], { ...view, splices });
    const isRestored = splices.length > 0;
    await deps.toServer(message, bytes, isRestored ? repeated(bytes, headers, { view, deps }) : headers);
    return PASS;
  }
  deps.handles.remember(owner, view.leaves);
  meetClient(view, owner, deps);
  await message.lane.send(goingOn(view, deps), { routing, event: message.event });
  // Not before it has been told so itself.
  deps.listeners.observe(message, view);
  return PASS;
}

// A header that repeats an argument has to equal it (2026-07-28, Server Validation): that argument, and no other.
function repeated(
  bytes: Uint8Array,
  headers: HeaderFields,
  { view, deps }: { view: View; deps: StageDeps },
): HeaderFields {
  const declared = deps.params.headersFor(view.parsed.messages[0]?.target, bytes);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, declared[name] ?? value]));
}

// Only what goes on its way is waited for.
function expectAnswers(
  view: View,
  routing: ParsedMessage,
  { passage, deps }: { passage: Passage; deps: StageDeps },
): void {
  const { message, approved } = passage;
  routing.messages.forEach((envelope, i) => {
    if (envelope.kind !== 'request' || envelope.id === undefined || envelope.method === undefined) return;
    const target = view.parsed.messages[i]?.target;
    const request = {
      method: envelope.method,
      target,
      masked: view.findings.length,
      since: deps.now(),
      lane: message.lane,
      id: envelope.id,
      approved,
      ...(envelope.method === 'initialize' && { canOpenAddress: canOpenAddress(view.bytes) }),
    };
    deps.pending.add(message.direction, request);
  });
}

function meetClient({ answers, parsed }: View, owner: string, { eliciting }: StageDeps): void {
  const [answered] = answers;
  if (answered?.canOpenAddress === undefined) return;
  eliciting.learn(owner, {
    isAble: answered.canOpenAddress,
    version: parsed.messages[0]?.protocolVersion,
  });
}

// What was approved goes on in later rounds, if the server wants some.
function goingOn({ bytes, parsed, answers }: View, { states, holds, wall }: StageDeps): Uint8Array {
  const [envelope] = parsed.messages;
  const approved = answers[0]?.approved;
  if (approved === undefined || envelope?.hasInput !== true || parsed.batch) return bytes;
  const state = { kind: 'approved', ...approved, round: 0, session: holds.session } as const;
  return wrapped(bytes, envelope, (inner) =>
    states.seal({ ...state, expiresAt: wall() + LIMITS.roundMs }, inner),
  );
}

function settle(envelopes: readonly Envelope[], { direction, lane }: Message, { pending }: StageDeps): void {
  for (const { kind, id } of envelopes) {
    if (kind === 'response' && id !== undefined) pending.settle(askedBy(direction), lane.scope, id);
  }
}

function askedBy(answerDirection: Direction): Direction {
  return answerDirection === 'to_client' ? 'to_server' : 'to_client';
}

async function refuse(passage: Passage, deps: StageDeps): Promise<void> {
  const { message, routing, view } = passage;
  const refusal = passage.refusal ?? UNINSPECTED;
  if ('reply' in refusal && refusal.reply !== undefined) return answer(message.lane, refusal.reply);
  deps.note(
    `refused a message ${message.direction === 'to_server' ? 'from the client' : 'from the server'}: ${refusal.reason}`,
  );
  summarise(passage, deps);
  const text = `hallpass refused this message: ${refusal.reason} [${refusal.rule}]`;
  if (routing === undefined) return answerUnread(passage, { code: refusal.code, text }, deps);
  const waiting = routing.messages.filter((envelope) => isAwaited(envelope, message, deps));
  settle(waiting, message, deps);
  const headers = view?.headers ?? {};
  for (const envelope of waiting)
    await sendError({ envelope, message, headers, code: refusal.code, text }, deps);
  // What has waited may have been told so, on a stream that has come to its end now.
  if (message.direction === 'to_server' && 'kind' in refusal && refusal.kind === 'hold')
    message.lane.close?.();
  // Over HTTP even what wants no answer waits for a status.
  if (message.direction === 'to_server' && waiting.length === 0) reject(message.lane);
}

async function answer(lane: Lane, bytes: Uint8Array): Promise<void> {
  await lane.send(bytes, { routing: parseMessage(bytes), event: undefined });
  lane.close?.();
}

// 2025-11-25, Streamable HTTP, Sending Messages to the Server.
function acknowledge(lane: Lane): void {
  lane.open?.({ status: 202, headers: {} });
  lane.close?.();
}

function reject(lane: Lane): void {
  lane.open?.({ status: 400, headers: {} });
  lane.close?.();
}

// JSON-RPC has an answer for bytes that can't be read. What a server sends unread answers nobody, unless its id tells
// all the same who waits for it.
async function answerUnread(
  { message, unread }: Passage,
  { code, text }: { code: number; text: string },
  deps: StageDeps,
): Promise<void> {
  const { direction, lane, tooLong } = message;
  const awaited = direction === 'to_server' ? 'request' : 'response';
  const id = tooLong?.id ?? (unread?.kind === awaited ? unread.id : undefined);
  if (direction === 'to_server')
    lane.open?.({ status: 400, headers: { 'content-type': 'application/json' } });
  else if (id === undefined || !settleUnread(lane, id, deps)) return;
  const bytes = errorReply(id, code, text);
  await lane.send(bytes, { routing: parseMessage(bytes), event: undefined });
}

// False when nobody waited for it.
function settleUnread(lane: Lane, id: string, { pending, onCall, now }: StageDeps): boolean {
  const call = pending.get('to_server', lane.scope, id);
  if (call === undefined || !pending.settle('to_server', lane.scope, id)) return false;
  const { method, target, masked, since } = call;
  onCall({ method, target, masked, verdict: 'deny', ms: now() - since });
  return true;
}

// A request's sender waits, and so does whoever asked for a response. Any other id is only a peer's words.
function isAwaited({ kind, id }: Envelope, { direction, lane }: Message, { pending }: StageDeps): boolean {
  if (id === undefined) return false;
  return kind === 'request' || pending.get(askedBy(direction), lane.scope, id) !== undefined;
}

interface ErrorTo {
  readonly envelope: Envelope;
  readonly message: Message;
  readonly headers: HeaderFields;
  readonly code: number;
  readonly text: string;
}

async function sendError(
  { envelope, message, headers, code, text }: ErrorTo,
  deps: StageDeps,
): Promise<void> {
  const bytes = errorReply(envelope.id, code, text);
  const toClient = (envelope.kind === 'request') === (message.direction === 'to_server');
  if (!toClient) return deps.toServer(message, bytes, headers);
  // 2026-07-28, Server Validation; Overview, `_meta`.
  if (BAD_REQUEST.has(code) && message.direction === 'to_server')
    message.lane.open?.({ status: 400, headers: { 'content-type': 'application/json' } });
  // In an event of our own: that of a message that was refused may hold what it was refused for.
  await message.lane.send(bytes, { routing: parseMessage(bytes), event: undefined });
}

function summarise({ view, refusal, message }: Passage, deps: StageDeps): void {
  if (view === undefined) return;
  if (message.direction === 'to_server')
    return refusal === undefined ? undefined : summariseRefused(view, deps);
  const verdict = refusal === undefined ? 'allow' : 'deny';
  for (const answered of view.answers) {
    if (answered === undefined) continue;
    const { method, target, masked, since } = answered;
    deps.onCall({ method, target, masked: masked + view.findings.length, verdict, ms: deps.now() - since });
  }
}

// Where a message was stopped for a secret that nothing could mask, its own words may hold it.
function summariseRefused({ parsed, findings, blocked }: View, { onCall }: StageDeps): void {
  for (const { kind, method, target } of parsed.messages) {
    if (kind !== 'request' || method === undefined) continue;
    const what = blocked.length > 0 ? { method: 'a call', target: undefined } : { method, target };
    onCall({ ...what, masked: findings.length, verdict: 'deny', ms: 0 });
  }
}
