import { toBytes } from '../bytes.ts';

/** Key of our request among those that a client is to fulfil (2026-07-28, MRTR, InputRequests). */
export const INPUT = 'hallpass_approval';

/** A sign of life for who asked for progress. `token` is JSON text. */
export function waitingProgress(token: string, { beat, id }: { beat: number; id: string }): Uint8Array {
  // It has to increase each time (Progress, Behavior Requirements), and what the server says of it is yet to come.
  const progress = beat / 1_000;
  const params = `{"progressToken":${token},"progress":${progress},"message":"waiting for approval ${id}"}`;
  return toBytes(`{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`);
}

/** The answer to a call that is to be made again, with where its user sees what it waits for, if that is anywhere. */
export function inputRequired(
  id: string,
  { state, url, message }: { state: string; url: string | undefined; message: string },
): Uint8Array {
  const params = { mode: 'url', message, url };
  const inputRequests = url && { [INPUT]: { method: 'elicitation/create', params } };
  const result = {
    resultType: 'input_required',
    ...(inputRequests && { inputRequests }),
    requestState: state,
  };
  return toBytes(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`);
}

/** Asks a client of 2025-11-25 to show its user where the call is decided. `id` is JSON text. */
export function elicitation(
  id: string,
  { approval, url, message }: { approval: string; url: string; message: string },
): Uint8Array {
  const params = JSON.stringify({ mode: 'url', elicitationId: approval, url, message });
  return toBytes(`{"jsonrpc":"2.0","id":${id},"method":"elicitation/create","params":${params}}`);
}

/** Tells it that there is nothing left to do there. */
export function elicitationComplete(approval: string): Uint8Array {
  const params = JSON.stringify({ elicitationId: approval });
  return toBytes(`{"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":${params}}`);
}
