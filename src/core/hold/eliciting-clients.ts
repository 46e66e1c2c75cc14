import { CAPABILITIES } from '../jsonrpc/envelope.ts';
import { valueAt } from '../jsonrpc/json-value.ts';
import { LIMITS } from '../limits.ts';

/** First revision in which a client can be asked to open an address (2025-11-25, Elicitation). */
const SINCE = '2025-11-25';

/** Of the sessions of the older revisions, those whose clients can open an address for their user. */
export class ElicitingClients {
  readonly #owners = new Set<string>();

  /** As the handshake of `owner` has ended; `version` is what was agreed on. */
  learn(owner: string, { isAble, version = '' }: { isAble: boolean; version: string | undefined }): void {
    this.#owners.delete(owner);
    if (!isAble || version < SINCE) return;
    this.#owners.add(owner);
    for (const oldest of this.#owners)
      if (this.#owners.size > LIMITS.elicitingClients) this.#owners.delete(oldest);
  }

  has(owner: string): boolean {
    return this.#owners.has(owner);
  }
}

/** Whether an `initialize` says that its client can. */
export function canOpenAddress(initialize: Uint8Array): boolean {
  return isObject(initialize, ['params', 'capabilities', 'elicitation', 'url']);
}

/** Whether a request of 2026-07-28 says so itself. */
export function claimsToOpenAddress(request: Uint8Array): boolean {
  return isObject(request, ['params', '_meta', CAPABILITIES, 'elicitation', 'url']);
}

function isObject(raw: Uint8Array, place: string[]): boolean {
  return valueAt(raw, place) instanceof Map;
}
