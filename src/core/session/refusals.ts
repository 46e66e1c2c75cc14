import { LIMITS } from '../limits.ts';
import type { RefusedBody } from './event.ts';

interface Flood {
  /** Recorded, one by one or as a number. */
  told: number;
  /** Counted since. */
  untold: number;
  last: RefusedBody;
}

/**
 * Whoever can reach hallpass can have something refused as often as they like. The first refusals for each reason are
 * recorded one by one, then only how many there were, whenever that has doubled: nothing is left out, and no flood of
 * them fills a disk.
 */
export class Refusals {
  readonly #record: (body: RefusedBody, payload?: Uint8Array) => void;
  readonly #floods = new Map<string, Flood>();

  constructor(record: (body: RefusedBody, payload?: Uint8Array) => void) {
    this.#record = record;
  }

  add(body: RefusedBody, payload?: Uint8Array): void {
    const flood = this.#floodOf(body);
    if (flood.told < LIMITS.refusalsListed) {
      this.#record(body, payload);
      flood.told += 1;
      return;
    }
    flood.last = body;
    flood.untold += 1;
    if (flood.untold >= flood.told) this.#tell(flood);
  }

  /** Records the numbers of those that were only counted. */
  end(): void {
    for (const flood of this.#floods.values()) if (flood.untold > 0) this.#tell(flood);
  }

  #tell(flood: Flood): void {
    const { direction, reason } = flood.last;
    this.#record({ kind: 'refused', direction, reason, times: flood.untold });
    flood.told += flood.untold;
    flood.untold = 0;
  }

  // A size in a reason makes it no other reason. Where a peer found out how to make ever new ones, they share a number.
  #floodOf(body: RefusedBody): Flood {
    const reason = `${body.direction} ${body.reason.replaceAll(/\d+/g, 'n')}`;
    const isNew = !this.#floods.has(reason) && this.#floods.size >= LIMITS.refusalReasons;
    const key = isNew ? 'others' : reason;
    const flood = this.#floods.get(key) ?? { told: 0, untold: 0, last: body };
    this.#floods.set(key, flood);
    return flood;
  }
}
