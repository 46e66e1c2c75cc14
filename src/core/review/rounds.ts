import { toText } from '../bytes.ts';
import { type Envelope, parseMessage } from '../jsonrpc/envelope.ts';
import { sha256 } from '../sha256.ts';

/** What a message says of the call that it continues, or wants to be continued. Of its payload, and that is anybody's. */
export interface RoundMark {
  /** What stands between the quotes of its `requestState`, or a digest of that. */
  readonly state: string | undefined;
  /** It wants input, or brings it. */
  readonly hasInput: boolean;
}

/** In 2026-07-28 only these may be answered with a wish for more (MRTR, Supported Requests). */
const IN_ROUNDS = new Set(['tools/call', 'prompts/get', 'resources/read']);
const MAX_STATE_CHARS = 256;

// A quick look says of nearly all payloads that there is nothing to read in them.
const WISH = Buffer.from('input_required');
const STATE = Buffer.from('requestState');
const INPUT = Buffer.from('inputResponses');

/** Whether calls of this method may take several requests. */
export function mayTakeRounds(method: string | undefined): boolean {
  return method !== undefined && IN_ROUNDS.has(method);
}

/** Of a response: that the client is to call again with what the server wants to know (2026-07-28, MRTR). */
export function wishIn(payload: Buffer | undefined): RoundMark | undefined {
  if (payload === undefined || !payload.includes(WISH)) return undefined;
  const mark = markOf(payload);
  return mark?.hasInput === true ? mark : undefined;
}

/** Of a request: that it is such a call. */
export function continuationIn(payload: Buffer | undefined): RoundMark | undefined {
  if (payload === undefined) return undefined;
  if (!payload.includes(STATE) && !payload.includes(INPUT)) return undefined;
  const mark = markOf(payload);
  return mark?.hasInput === true || mark?.state !== undefined ? mark : undefined;
}

/** Of `notifications/cancelled`: which request, as JSON text. */
export function cancelledIn(payload: Buffer | undefined): string | undefined {
  return payload === undefined ? undefined : envelopeOf(payload)?.cancels;
}

function markOf(payload: Buffer): RoundMark | undefined {
  const envelope = envelopeOf(payload);
  if (envelope === undefined) return undefined;
  const { requestState, hasInput } = envelope;
  const state = requestState && toText(payload.subarray(requestState.start, requestState.end));
  return { state: state && state.length > MAX_STATE_CHARS ? sha256(state).toString('hex') : state, hasInput };
}

function envelopeOf(payload: Buffer): Envelope | undefined {
  try {
    return parseMessage(payload).messages[0];
  } catch {
    // No message, or none that a proxy would have let pass.
    return undefined;
  }
}
