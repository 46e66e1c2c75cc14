import { maskHeaders } from '../../core/mask/headers.ts';
import type { BareRequest, StageDeps } from '../../core/message.ts';

/**
 * A request without a message has only headers to look at, which can't change; a known secret in them stops it. Nothing
 * of it is recorded but the refusal. Returns the request that may go on.
 */
export function inspectBare(request: BareRequest, deps: StageDeps): BareRequest | undefined {
  const { fields, blocked } = maskHeaders(request.headers, { leaves: [], masker: deps.masker });
  const [first] = blocked;
  if (first === undefined) return { ...request, headers: fields };
  const reason = `${request.method} from the client, ${first.at}: ${first.why}`;
  deps.note(`refused a ${reason}`);
  request.lane.open?.({ status: 400, headers: {} });
  request.lane.close?.();
  deps.record({ kind: 'refused', direction: 'to_server', reason });
  return undefined;
}
