import { HallpassError } from '../../core/errors.ts';
import { type JsonValue, valueAt } from '../../core/jsonrpc/json-value.ts';
import type { PolicyCall } from '../../core/policy/call.ts';
import { severityOfRule } from '../../core/policy/finding-severity.ts';
import { KnownTools, toolsOf } from '../../core/policy/known-tools.ts';
import type { StartBody, VerdictRecord } from '../../core/session/event.ts';
import type { ShownEvent } from '../show-session.ts';

/** A call of a recorded session, as far as it was recorded: groups, claims, scopes and the environment are not. */
export interface RecordedCall {
  readonly call: PolicyCall;
  /** What was said of it then, by which policy. */
  readonly recorded: { readonly verdict: VerdictRecord; readonly policy: string };
}

/** What is known besides, from the command line. */
export type Besides = Pick<PolicyCall, 'environment' | 'principal' | 'credential'>;

const OWNER = 'the server';

/**
 * The call that stands in a session's log as `seq`. What the server had said of its tools until then counts as it did.
 *
 * @throws {HallpassError} ERR_USAGE where there is no such message, or not the bytes of it
 */
export function callInSession(events: Iterable<ShownEvent>, seq: number, besides: Besides): RecordedCall {
  const tools = new KnownTools();
  let start: StartBody | undefined;
  for (const shown of events) {
    if (shown.event.kind === 'start') start = shown.event;
    if (shown.event.seq === seq && start !== undefined) return recordedCall(shown, { start, tools, besides });
    if (shown.answers?.method === 'tools/list' && shown.payload?.state === 'stored')
      tools.learn(OWNER, toolsOf(shown.payload.bytes));
  }
  throw new HallpassError('ERR_USAGE', `the session has no event ${seq}`, { hint: SHOW });
}

const SHOW = 'hallpass sessions show SESSION --json prints the number of each event as "seq".';

function recordedCall(
  { event, payload, answers }: ShownEvent,
  { start, tools, besides }: { start: StartBody; tools: KnownTools; besides: Besides },
): RecordedCall {
  if (event.kind !== 'message')
    throw new HallpassError('ERR_USAGE', `event ${event.seq} is no message`, { hint: SHOW });
  if (payload?.state !== 'stored' || payload.bytes.length !== event.payload?.size)
    throw new HallpassError('ERR_USAGE', `the message of event ${event.seq} is not there, or too large`);
  const method = event.method ?? answers?.method ?? '';
  const tool = event.tool ?? answers?.tool ?? '';
  const principal = { ...besides.principal, subject: start.subject, issuer: start.issuer };
  const call: PolicyCall = {
    ...besides,
    principal,
    connection: start.connection,
    direction: event.direction,
    method,
    tool,
    annotations: method === 'tools/call' ? tools.annotationsOf(OWNER, tool) : {},
    args: () => argumentsIn(payload.bytes),
    findings: event.findings.map(({ rule, at }) => ({ rule, severity: severityOfRule(rule), at })),
    unchecked: event.unchecked === true,
  };
  return { call, recorded: { verdict: event.verdict, policy: start.policy } };
}

function argumentsIn(bytes: Uint8Array): JsonValue | undefined {
  return valueAt(bytes, ['params', 'arguments']);
}
