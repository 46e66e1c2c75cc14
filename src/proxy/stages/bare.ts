import { HallpassError } from '../../core/errors.ts';
import { maskHeaders } from '../../core/mask/headers.ts';
import type { BareRequest, StageDeps } from '../../core/message.ts';

/** Records what the client side did not let in. That it could not be recorded lets nothing in either. */
export function recordRefusal(reason: string, deps: StageDeps): void {
  try {
    deps.record({ kind: 'refused', direction: 'to_server', reason });
  } catch (error) {
    if (!(error instanceof HallpassError)) throw error;
    deps.note(error.message);
  }
}

/**
 * A request without a message has only headers to look at, which can't change; a known secret in them stops it. Nothing
 * of it is recorded but the refusal, so that no exception counts. Returns the request that may go on.
 */
export function inspectBare(request: BareRequest, deps: StageDeps): BareRequest | undefined {
  const { fields, blocked } = maskHeaders(request.headers, { leaves: [], passed: [] }, deps.masker.strict);
  const [first] = blocked;
  if (first === undefined) return { ...request, headers: fields };
  const reason = `${request.method} from the client, ${first.at}: ${first.why}`;
  deps.note(`refused a ${reason}`);
  request.lane.open?.({ status: 400, headers: {} });
  request.lane.close?.();
  deps.record({ kind: 'refused', direction: 'to_server', reason });
  return undefined;
}
