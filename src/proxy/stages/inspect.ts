import { isUtf8 } from 'node:buffer';

import { toBytes } from '../../core/bytes.ts';
import { JsonError } from '../../core/jsonrpc/json-walk.ts';
import {
  hasBeenRead,
  parseInSlices,
  PROTOCOL_VERSION,
  type Envelope,
  type ParsedMessage,
} from '../../core/jsonrpc/envelope.ts';
import { headerMismatch, isModern, lacksClaim } from '../../core/jsonrpc/modern-headers.ts';
import { resume } from '../../core/hold/rounds.ts';
import type { MessageType } from '../../core/jsonrpc/positions.ts';
import { RPC } from '../../core/jsonrpc/replies.ts';
import { Tape } from '../../core/jsonrpc/tape.ts';
import { readUnread } from '../../core/jsonrpc/unread.ts';
import { ownerOf, type Lane } from '../../core/lane.ts';
import { LIMITS } from '../../core/limits.ts';
import { adjustResult } from '../../core/mask/adjust-result.ts';
import { maskHeaders } from '../../core/mask/headers.ts';
import { maskJsonInSlices } from '../../core/mask/json.ts';
import type { JsonFinding, MaskedJson } from '../../core/mask/masked-json.ts';
import { maskInSlices } from '../../core/mask/long-text.ts';
import type { Masker } from '../../core/mask/masker.ts';
import type { PendingRequest } from '../../core/jsonrpc/pending.ts';
import { PASS, type Message, type Outcome, type Passage, type StageDeps } from '../../core/message.ts';
import { runInSlices, runWhole, type Slices } from '../../core/slices.ts';
import { seeDefinitions } from './definitions.ts';

/**
 * Parses the message, finds the secrets in it and makes the masked view, which is all that later stages see. A large
 * message is looked at in slices, between which other lanes go on; its own lane waits for it.
 */
export function inspect(passage: Passage, deps: StageDeps): Outcome | Promise<Outcome> {
  const { raw, tooLong } = passage.message;
  if (tooLong !== undefined) {
    const reason = `a message of ${tooLong.size} bytes is over the limit of ${LIMITS.messageBytes}`;
    return { kind: 'reject', rule: 'contract/too_long', reason, code: RPC.invalidRequest };
  }
  const { bytes, pause } = deps.pace;
  // Rules may change while a message is looked at; it is looked at by those that it came under.
  const now = { ...deps, masker: deps.masker.current() };
  if (raw.length <= bytes) return runWhole(look(passage, now, Infinity));
  return runInSlices(look(passage, now, bytes), pause);
}

function* look(passage: Passage, deps: StageDeps, slice: number): Slices<Outcome> {
  try {
    yield* makeView(passage, deps, slice);
    yield* remember(passage, deps, slice);
    passage.pages = yield* seeDefinitions(passage, deps, slice);
    return judgeHeaders(passage, deps);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { raw } = passage.message;
    passage.unread = yield* readUnread(raw, slice);
    passage.remains = yield* remainsOf(raw, deps.masker, slice);
    return { kind: 'reject', rule: 'contract/unreadable', reason: error.message, code: RPC.parseError };
  }
}

function* makeView(passage: Passage, deps: StageDeps, slice: number): Slices<void> {
  const { message } = passage;
  const { masker } = deps;
  // A message that is looked at in one go is walked through once, if nobody has done so before.
  const tape = slice === Infinity && !hasBeenRead(message.raw) ? new Tape() : undefined;
  const parsed = yield* parseInSlices(message.raw, slice, tape);
  if (resumes(passage, parsed, deps)) {
    yield* makeView(passage, deps, slice);
    return;
  }
  passage.routing = parsed;
  const answers = parsed.messages.map((envelope) => answered(envelope, message, deps));
  const typeOf = (index: number): MessageType => typeAt(parsed, answers, index);
  const input = { masker, typeOf, batch: parsed.batch, tape };
  const masked = yield* maskJsonInSlices(message.raw, input, slice);
  const bytes =
    masked.bytes === message.raw ? message.raw : yield* adjusted(message, { masked, answers, deps, slice });
  const headers = maskHeaders(message.headers ?? {}, masked, masker);
  passage.view = {
    ...masked,
    bytes,
    parsed: bytes === message.raw ? parsed : yield* parseInSlices(bytes, slice),
    answers,
    headers: headers.fields,
    passed: [...masked.passed, ...headers.passed],
    blocked: [...masked.blocked, ...headers.blocked, ...eventFields(message, masker)],
  };
}

// What a held call brings back is ours. All else looks at the call as its server is to see it.
function resumes(passage: Passage, { messages, batch }: ParsedMessage, { states }: StageDeps): boolean {
  const { message, resumed } = passage;
  const [envelope] = messages;
  if (message.direction !== 'to_server' || batch || resumed !== undefined || envelope?.kind !== 'request')
    return false;
  const found = resume(message.raw, envelope, states);
  if (found === undefined) return false;
  passage.message = { ...message, raw: found.raw };
  passage.resumed = found.resumed;
  return true;
}

// A batch is of a revision that has neither hints nor schemas.
function* adjusted({ lane }: Message, { masked, answers, deps, slice }: Masked): Slices<Uint8Array> {
  const { bytes, findings } = masked;
  const [answer] = answers;
  if (answers.length !== 1 || answer === undefined) return bytes;
  const { method } = answer;
  const tool = toolOf(answer, lane, deps);
  const schema = tool === undefined ? undefined : deps.schemas.schemaOf(ownerOf(lane), tool);
  return yield* adjustResult({ bytes, findings, method, schema }, slice);
}

function toolOf(
  { method, target = '' }: PendingRequest,
  lane: Lane,
  { tasks }: StageDeps,
): string | undefined {
  if (method === 'tasks/result') return tasks.toolOf(ownerOf(lane), target);
  return method === 'tools/call' ? target : undefined;
}

interface Masked {
  readonly masked: MaskedJson;
  readonly answers: readonly (PendingRequest | undefined)[];
  readonly deps: StageDeps;
  readonly slice: number;
}

// What a client is told of tools, and what of its request only the server that it came from understands.
function* remember(passage: Passage, deps: StageDeps, slice: number): Slices<void> {
  const { message, view } = passage;
  const { schemas, tasks, handles, restoring, policy, place, unrestored, origin } = deps;
  if (view === undefined) return;
  const owner = ownerOf(message.lane);
  if (message.direction === 'to_server') {
    passage.returns = yield* handles.plan(owner, view, slice);
    const named = { rules: policy.restores, connection: place.connection, unrestored, origin };
    passage.restores = yield* restoring.plan(view, named, slice);
    return;
  }
  const { method, target } = view.answers[0] ?? {};
  if (method === 'tools/list') yield* schemas.learn(owner, view.bytes, slice);
  if (method === 'tools/call' && target !== undefined) tasks.learn(owner, target, view.bytes);
}

const UNCLAIMED: Outcome = {
  kind: 'reject',
  rule: 'contract/unclaimed',
  reason: `params._meta does not name ${PROTOCOL_VERSION}, as the header does`,
  code: RPC.invalidParams,
};

const BATCH: Outcome = {
  kind: 'reject',
  rule: 'contract/batch',
  reason: 'headers can not repeat more than one message, and 2026-07-28 has no batches',
  code: RPC.invalidRequest,
};

// A list of tools is learned from as the client gets to see it, and a call is judged as the client wrote it.
function judgeHeaders({ message, view, routing }: Passage, { params }: StageDeps): Outcome {
  const { direction, headers, raw } = message;
  if (direction === 'to_client') {
    if (view?.answers[0]?.method === 'tools/list') params.learn(view.bytes);
    return PASS;
  }
  const [envelope] = routing?.messages ?? [];
  if (headers === undefined || envelope === undefined) return PASS;
  if (routing?.batch === true) return routing.messages.some((one) => isModern(one, headers)) ? BATCH : PASS;
  const reason = headerMismatch(envelope, headers, { params, body: raw });
  if (reason !== undefined)
    return { kind: 'reject', rule: 'contract/header_mismatch', reason, code: RPC.headerMismatch };
  return lacksClaim(envelope, headers) ? UNCLAIMED : PASS;
}

function answered(
  envelope: Envelope,
  { direction, lane }: Message,
  { pending }: StageDeps,
): PendingRequest | undefined {
  if (envelope.kind !== 'response' || envelope.id === undefined) return undefined;
  return pending.get(direction === 'to_client' ? 'to_server' : 'to_client', lane.scope, envelope.id);
}

function typeAt(
  parsed: ParsedMessage,
  answers: readonly (PendingRequest | undefined)[],
  index: number,
): MessageType {
  const envelope = parsed.messages[index];
  if (envelope === undefined) return { kind: 'notification', method: undefined };
  return { kind: envelope.kind, method: envelope.method ?? answers[index]?.method };
}

// Comments, ids and names around the data of an event go out with it, unchanged. An id is its maker's own, like those in
// a message, so that only a known secret counts there.
function eventFields({ event }: Message, masker: Masker): JsonFinding[] {
  if (event === undefined || event.rest === '') return [];
  const named = event.rest.split('\n').filter((line) => !/^id(?::|$)/.test(line));
  const isClean =
    masker.known.find(toBytes(event.rest)).length === 0 &&
    masker.strict.inspect(toBytes(named.join('\n'))).length === 0;
  if (isClean && !event.rest.includes('\0')) return [];
  const why = isClean
    ? 'what can not be inspected around the data of an event'
    : 'a secret around the data of an event';
  return [{ rule: 'known', at: 'event fields', placeholder: '', why }];
}

// Whatever it was, it is recorded masked, or not at all.
function* remainsOf(raw: Uint8Array, masker: Masker, slice: number): Slices<Uint8Array> {
  if (!isUtf8(raw)) return new Uint8Array();
  const { bytes } = yield* maskInSlices(masker.strict, raw, slice);
  return bytes;
}
