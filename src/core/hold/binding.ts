import { createHmac } from 'node:crypto';

import { walkJson, type JsonPath } from '../jsonrpc/json-walk.ts';

/** What an approval is good for, besides the arguments. */
export interface BoundCall {
  /** Who asks: the OIDC subject, or `user@host`. */
  readonly caller: string;
  readonly connection: string;
  readonly method: string;
  /** Which secrets would go in clear, and where. */
  readonly restores: readonly string[];
  /** Version of the policy that held it. */
  readonly policy: string;
}

// Another try has another one; it says nothing of what is done.
const PER_TRY: ReadonlySet<unknown> = new Set(['_meta']);

/** What changes from one round of a call to the next (2026-07-28, MRTR). */
export const PER_ROUND = ['requestState', 'inputResponses'] as const;

/**
 * The keyed digest of one call, lower-case hex: of the bytes of its params as they would go out unmasked, so that one byte
 * more or less is another call. Without the key, which is the workspace's, it tells nothing of the arguments. `rounds`: the
 * same for all rounds of the call.
 */
export function bindingOf(
  key: Uint8Array,
  raw: Uint8Array,
  { rounds = false, ...call }: BoundCall & { readonly rounds?: boolean },
): string {
  const { caller, connection, method, restores, policy } = call;
  const head = JSON.stringify([caller, connection, method, restores, policy]);
  const mac = createHmac('sha256', key).update(head);
  for (const [name, bytes] of paramsOf(raw)) {
    if (rounds && PER_ROUND.some((one) => one === name)) continue;
    // The lengths keep apart what stands side by side.
    mac.update(JSON.stringify([name, bytes.length])).update(bytes);
  }
  return mac.digest('hex');
}

function paramsOf(raw: Uint8Array): [string, Uint8Array][] {
  const params: [string, Uint8Array][] = [];
  const note = ([first, name, ...rest]: JsonPath, start: number, end: number): void => {
    if (first === 'params' && rest.length === 0 && name !== undefined && !PER_TRY.has(name))
      params.push([String(name), raw.subarray(start, end)]);
  };
  // Spans of strings leave the quotes out, by which a string differs from a number.
  const string = (path: JsonPath, start: number, end: number): void => note(path, start - 1, end + 1);
  walkJson(raw, { string, number: note, literal: note, container: note });
  return params.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
