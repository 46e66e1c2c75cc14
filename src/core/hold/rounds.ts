import { splice, toBytes } from '../bytes.ts';
import type { Envelope } from '../jsonrpc/envelope.ts';
import { valueAt } from '../jsonrpc/json-value.ts';
import { withoutMembers } from '../jsonrpc/keep-elements.ts';
import { resultFields, valuesOf } from '../jsonrpc/result-fields.ts';
import { runWhole } from '../slices.ts';
import { PER_ROUND } from './binding.ts';
import { INPUT } from './messages.ts';
import type { OpenedState, RequestStates } from './request-states.ts';

/** A call that has come back with a state of ours. */
export interface Resumed extends OpenedState {
  /** Its user does not want to wait. */
  readonly isDeclined: boolean;
}

/** What a call may go on with that was approved, or continues one that was. */
export interface Approved {
  readonly approval: string;
  readonly base: string;
  readonly rule: string;
}

/**
 * The call as its server is to see it, without what it carries for us: byte for byte what it was at first, or what the
 * server expects in its next round. Undefined: it carries nothing of ours.
 */
export function resume(
  raw: Uint8Array,
  { requestState }: Envelope,
  states: RequestStates,
): { raw: Uint8Array; resumed: Resumed } | undefined {
  const opened = requestState && states.open(raw.subarray(requestState.start, requestState.end));
  if (requestState === undefined || opened === undefined) return undefined;
  const isDeclined = valueAt(raw, ['params', 'inputResponses', INPUT, 'action']) === 'decline';
  return { raw: unwrapped(raw, requestState, opened), resumed: { ...opened, isDeclined } };
}

function unwrapped(
  raw: Uint8Array,
  { start, end }: { start: number; end: number },
  { state, inner }: OpenedState,
): Uint8Array {
  if (inner !== undefined) return splice(raw, [{ start, end, replacement: inner }]);
  // Only we asked for anything as long as it waited.
  const ours = state.kind === 'waits' ? PER_ROUND : ['requestState'];
  return withoutMembers(raw, ['params'], new Set(ours));
}

/** The server's wish to know more of an approved call, with its state, if it has one, in a state of ours. */
export function wrapped(
  bytes: Uint8Array,
  { requestState }: Envelope,
  seal: (inner: Uint8Array | undefined) => string,
): Uint8Array {
  if (requestState !== undefined) {
    const { start, end } = requestState;
    return splice(bytes, [{ start, end, replacement: toBytes(seal(bytes.subarray(start, end))) }]);
  }
  const [type] = valuesOf(runWhole(resultFields(bytes, Infinity)), 'resultType');
  if (type === undefined) return bytes;
  const replacement = toBytes(`,"requestState":"${seal(undefined)}"`);
  return splice(bytes, [{ start: type.end, end: type.end, replacement }]);
}
