import type { Approved } from '../hold/rounds.ts';
import type { Lane } from '../lane.ts';
import { LIMITS } from '../limits.ts';
import type { Direction } from '../session/event.ts';

/** A request that waits for its response. */
export interface PendingRequest {
  readonly method: string;
  readonly target: string | undefined;
  /** Secrets masked in the request. */
  readonly masked: number;
  /** Milliseconds, monotonic. */
  readonly since: number;
  /** Somebody has approved it. */
  readonly approved?: Approved | undefined;
  /** Of `initialize`: its client can open an address for its user. */
  readonly canOpenAddress?: boolean;
}

interface Waiting extends PendingRequest {
  readonly lane: Lane;
  readonly id: string;
}

/**
 * The requests of both peers that wait for a response. A response may name any id; only a waiting one is trusted. Peers
 * need not answer at all, least of all what was cancelled, so past a limit the oldest is forgotten: its answer, should it
 * come, is masked like one that nobody asked for.
 */
export class PendingRequests {
  readonly #waiting = new Map<string, Waiting>();

  /** `direction` is the request's own way. */
  add(direction: Direction, waiting: Waiting): void {
    const key = keyOf(direction, waiting.lane.scope, waiting.id);
    this.#waiting.delete(key);
    this.#waiting.set(key, waiting);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > LIMITS.pendingRequests && oldest !== undefined) this.#waiting.delete(oldest);
  }

  get(direction: Direction, scope: string, id: string): PendingRequest | undefined {
    return this.#waiting.get(keyOf(direction, scope, id));
  }

  /** False when it no longer waited: somebody else has answered, or nobody asked. */
  settle(direction: Direction, scope: string, id: string): boolean {
    return this.#waiting.delete(keyOf(direction, scope, id));
  }

  /** All that wait for the server, or for the one behind `scope`, which is gone. */
  drain(scope?: string): Waiting[] {
    const gone = [...this.#waiting].filter(
      ([key, { lane }]) => key.startsWith('to_server') && (scope === undefined || lane.scope === scope),
    );
    for (const [key] of gone) this.#waiting.delete(key);
    return gone.map(([, waiting]) => waiting);
  }
}

function keyOf(direction: Direction, scope: string, id: string): string {
  return `${direction} ${scope} ${id}`;
}
